/* Ctrl+S saves the form one is in, Ctrl+Enter sends its first button: "and next". */
export function keys(form) {
	form.querySelector("[data-keys-hint]").hidden = false;
	form.addEventListener("keydown", (event) => {
		if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
		const name = { s: "[data-key=save]", Enter: "button[type=submit]" }[event.key];
		const button = name && form.querySelector(name);
		if (!button) return;
		event.preventDefault();
		form.requestSubmit(button);
	});
}
