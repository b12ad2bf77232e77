/*
 * Keys of a page about one thing, a position or a pair. What a key does stands in
 * the page: an element with data-hotkey is followed, pressed, chosen or gone to.
 */
import { help, keyOf } from "./keys.js";

const use = (element) => {
	if (element.matches("a, button")) {
		element.click();
		return;
	}
	const field = element.matches("fieldset") ? (element.querySelector(":checked") ?? element.querySelector("input")) : element;
	field.focus();
	if (element.matches("[type=radio]") && !element.checked) element.click();
};

export function press(main) {
	const keyed = [...main.querySelectorAll("[data-hotkey]")];
	const list = keyed.map((x) => [x.dataset.hotkey, x.dataset.hint ?? x.labels[0].textContent.trim()]);
	const of = Object.fromEntries(keyed.map((x) => [x.dataset.hotkey, () => use(x)]));
	Object.assign(of, { "/": () => document.getElementById("search").focus(), "?": help(main, [...list, ["/", "suchen"], ["?", "diese Liste"]]) });

	document.addEventListener("keydown", (event) => {
		const act = (event.target === document.body || main.contains(event.target)) && of[keyOf(event)];
		if (!act) return;
		event.preventDefault();
		act();
	});
}
