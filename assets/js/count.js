/* Says how much room a text has left; aloud only from nine tenths on. */
const number = new Intl.NumberFormat("de-DE");

function show(field, line) {
	const max = Number(field.dataset.limit);
	const used = [...field.value].length;
	const over = used - max;
	line.setAttribute("aria-live", used >= max * 0.9 ? "polite" : "off");
	line.classList.toggle("is-over", over > 0);
	line.textContent =
		over > 0
			? `${number.format(over)} Zeichen zu viel. Möglich sind ${number.format(max)}.`
			: `${number.format(used)} von ${number.format(max)} Zeichen`;
}

export function countAll() {
	for (const field of document.querySelectorAll("[data-limit]")) {
		const line = document.getElementById(`${field.id}-count`);
		if (!line) continue;
		field.addEventListener("input", () => show(field, line));
		show(field, line);
	}
}
