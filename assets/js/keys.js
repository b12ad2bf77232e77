/*
 * What keys of one letter have in common (WCAG 2.1.4): the switch that turns them
 * off, where they never fire, and which there are.
 */
const OFF = "resonanz-keys"; /* not of an account: it stays after logout */

const isOn = () => {
	try {
		return localStorage.getItem(OFF) !== "off";
	} catch {
		return true;
	}
};

const turn = () => {
	try {
		if (isOn()) localStorage.setItem(OFF, "off");
		else localStorage.removeItem(OFF);
	} catch {
		/* not kept: it holds for this page only */
	}
};

const isField = (element) => element.matches("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");

/* The key of an event as the lists name it; null where it is none of ours. */
export function keyOf(event) {
	if (!isOn() || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return null;
	if (isField(event.target) || document.querySelector("dialog[open]")) return null;
	return event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
}

const NAMES = { Escape: "Esc", Enter: "Eingabe", X: "Umschalt+X" };

/* A line with the switch, and all keys in a dialog. Returns what opens it. */
export function help(place, keys) {
	const line = document.createElement("p");
	line.className = "app-keys app-noprint";
	line.innerHTML = "<button type=button class=app-linkbtn aria-haspopup=dialog>Tastenkürzel <kbd>?</kbd></button> <button type=button class=app-linkbtn></button>";
	const [open, off] = line.children;
	const dialog = document.createElement("dialog");
	dialog.className = "app-dialog";
	dialog.setAttribute("aria-labelledby", "tasten");
	dialog.innerHTML = "<h2 id=tasten class=app-h4>Tastenkürzel</h2><dl class=\"app-facts\"></dl><p class=\"app-small app-muted\">Nie, während Sie in ein Feld schreiben.</p><form method=dialog><button class=\"kern-btn kern-btn--primary\"><span class=kern-label>Schließen</span></button></form>";
	for (const [key, hint] of keys) {
		const name = document.createElement("dt");
		const text = document.createElement("dd");
		name.append(Object.assign(document.createElement("kbd"), { textContent: NAMES[key] ?? key.toUpperCase() }));
		text.textContent = hint;
		dialog.querySelector("dl").append(name, text);
	}
	const show = () => {
		off.textContent = isOn() ? "Tastenkürzel ausschalten" : "Tastenkürzel einschalten";
	};
	open.addEventListener("click", () => dialog.showModal());
	off.addEventListener("click", () => {
		turn();
		show();
	});
	show();
	place.append(line, dialog);
	return () => dialog.showModal();
}
