/* The words that are selected in a text go into the form, with their place. */
const SPACE = /^[\s\u00ad]+/;

function placeOf(range, box) {
	const before = document.createRange();
	before.setStart(box, 0);
	before.setEnd(range.startContainer, range.startOffset);
	const part = before.cloneContents();
	for (const hidden of part.querySelectorAll(".app-vh")) hidden.remove();
	return [...part.textContent].length;
}

export function watch(form) {
	const { words, part, start } = form.elements;
	const take = () => {
		const selection = getSelection();
		const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
		const box = range?.commonAncestorContainer.parentElement?.closest("[data-part]");
		const text = box ? range.toString() : "";
		if (!text.trim()) return;
		words.value = text.trim();
		part.value = box.dataset.part;
		start.value = placeOf(range, box) + [...(SPACE.exec(text)?.[0] ?? "")].length;
	};
	document.addEventListener("selectionchange", take);
	take(); /* what was selected before this module was there */
	words.addEventListener("input", () => {
		part.value = start.value = "";
	});
}
