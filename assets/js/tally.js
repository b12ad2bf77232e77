/* The button says how many boxes are ticked; the server gets the same number. */
const number = new Intl.NumberFormat("de-DE");

export function tally(place) {
	const form = place.closest("form");
	const [one, many] = place.dataset.words.split(";");
	const boxes = `input[name^="${place.dataset.tally}."]:checked`;
	const show = () => {
		const count = form.querySelectorAll(boxes).length;
		place.textContent = `${number.format(count)} ${count === 1 ? one : many}`;
		form.elements.shown.value = count;
	};
	form.addEventListener("change", show);
	show();
}
