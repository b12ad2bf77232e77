/*
 * Redraws "Vergleich mit dem Papier" while somebody writes, from the server's
 * comparison of the text; and begins a proposal with the wording. Without it
 * both buttons save and load the page again.
 */
const PAUSE = 500;
const number = new Intl.NumberFormat("de-DE");
const words = (n, one, many) => `${number.format(n)} ${n === 1 ? one : many}`;

function element(name, className, ...children) {
	const made = document.createElement(name);
	if (className) made.className = className;
	made.append(...children);
	return made;
}

/** The same marks as the part "diff": signs and words, never a colour alone. */
function marked({ op, text, before, words: changed, after }) {
	if (op === "keep") return [text];
	const [name, said] = op === "delete" ? ["del", "Streichung: "] : ["ins", "Einfügung: "];
	return [before, element(name, "", element("span", "app-vh", said), changed, element("span", "app-vh", " Ende. ")), after];
}

function sentence({ diff_too_long, change_count, words_deleted, words_inserted }) {
	if (diff_too_long) return "Zu lang für den Vergleich.";
	if (!change_count) return "Kein Unterschied.";
	return `${words(change_count, "Änderung", "Änderungen")}: ${words(words_deleted, "Wort", "Wörter")} gestrichen, ${number.format(words_inserted)} eingefügt.`;
}

export function follow(part) {
	const { form } = part.querySelector("button");
	const field = form.elements.proposal;
	const fill = form.querySelector("[data-fill]");
	const place = part.querySelector("[data-diff]");
	const refresh = part.querySelector("[data-refresh]");
	let timer = 0;
	let running;

	const draw = (compared) => {
		const line = element("p", "app-small app-muted", sentence(compared));
		const text = compared.diff?.length ? [element("p", "app-diff", ...compared.diff.flatMap(marked))] : [];
		place.replaceChildren(...text, line);
		refresh.hidden = true;
	};

	const compare = async () => {
		running?.abort();
		running = new AbortController();
		try {
			const response = await fetch(`/api${new URL(form.action).pathname}/diff`, {
				method: "POST",
				headers: { Accept: "application/json" },
				body: new URLSearchParams({ csrf: form.elements.csrf.value, proposal: field.value }),
				signal: running.signal,
				redirect: "manual",
			});
			if (!response.ok) throw new Error(response.status);
			draw(await response.json());
		} catch (error) {
			if (error.name !== "AbortError") refresh.hidden = false;
		}
	};

	const show = () => {
		const isEmpty = field.value.trim() === "";
		part.hidden = isEmpty;
		fill.hidden = !isEmpty;
		return !isEmpty;
	};

	field.addEventListener("input", () => {
		clearTimeout(timer);
		if (show()) timer = setTimeout(compare, PAUSE);
		else running?.abort();
	});
	fill.querySelector("button").addEventListener("click", (event) => {
		event.preventDefault();
		field.value = part.dataset.wording;
		field.dispatchEvent(new Event("input", { bubbles: true }));
		field.focus();
		field.setSelectionRange(field.value.length, field.value.length);
	});
	refresh.hidden = true;
	show();
}
