/*
 * A password that can be looked at needs no second field: with scripts a button
 * shows and hides it, and the field for the repetition goes.
 */
export function reveal(field) {
	const again = document.querySelector("[data-again]");
	if (again) again.remove();
	const button = document.createElement("button");
	button.type = "button";
	button.className = "app-linkbtn app-reveal__btn";
	const show = (isShown) => {
		field.type = isShown ? "text" : "password";
		field.spellcheck = false;
		button.textContent = isShown ? "Passwort verbergen" : "Passwort anzeigen";
		button.setAttribute("aria-pressed", String(isShown));
	};
	button.setAttribute("aria-controls", field.id);
	button.addEventListener("click", () => show(field.type === "password"));
	field.form.addEventListener("submit", () => show(false));
	field.after(button);
	show(false);
}
