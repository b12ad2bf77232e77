/*
 * Text that is selected in the sentences of an answer goes into the fields of
 * "Genauer auswählen": sentence and character, counted in code points from 1.
 */
const lengthOf = (text) => [...text].length;

/* Where a point of a selection lies in a sentence: code points before it. */
function before(sentence, node, offset) {
	const range = document.createRange();
	range.setStart(sentence, 0);
	range.setEnd(node, offset);
	return lengthOf(range.toString());
}

/* The first and the last sentence that a range has words of. */
function passageOf(range, form) {
	const touched = [...form.querySelectorAll("[data-key]")].filter((s) => range.intersectsNode(s)).map((s) => ({
		key: s.dataset.key,
		from: s.contains(range.startContainer) ? before(s, range.startContainer, range.startOffset) : 0,
		to: s.contains(range.endContainer) ? before(s, range.endContainer, range.endOffset) : lengthOf(s.textContent),
	})).filter((s) => s.to > s.from);
	if (touched.length === 0) return null;
	const [part, first] = touched[0].key.split("-");
	const [other, last] = touched.at(-1).key.split("-");
	return part === other ? { part, first, first_char: touched[0].from + 1, last, last_char: touched.at(-1).to } : null;
}

export function watch(form) {
	const said = form.querySelector("[data-cut-words]");
	const take = () => {
		const selection = getSelection();
		const passage = selection.rangeCount && !selection.isCollapsed ? passageOf(selection.getRangeAt(0), form) : null;
		if (!passage) return;
		for (const [name, value] of Object.entries(passage)) form.elements[name].value = value;
		form.querySelector("details").open = true;
		const { first, last, first_char, last_char } = passage;
		said.hidden = false;
		said.textContent = `Auswahl: Satz ${first}, Zeichen ${first_char} bis ${first === last ? "" : `Satz ${last}, Zeichen `}${last_char}`;
	};
	/* A sentence that is ticked counts: what was selected in its text does not any more. */
	form.addEventListener("change", ({ target }) => {
		const part = /^sentence\.(\w+)-/.exec(target.name ?? "")?.[1];
		if (!part || part !== form.elements.part.value) return;
		for (const name of ["part", "first", "first_char", "last", "last_char"]) form.elements[name].value = "";
		said.hidden = true;
	});
	document.addEventListener("selectionchange", take);
	take(); /* what was selected before this module was there */
}
