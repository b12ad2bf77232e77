/*
 * A copy of unsaved text in this browser: made while saving fails or the page
 * is left, offered on return, deleted after a save and on logout.
 */
const PREFIX = "resonanz:";
let isOver = false; /* after logout nothing is kept any more */
const key = (form) => PREFIX + new URL(form.action).pathname;

/** What a person filled in, without the fields of the machinery. */
export function filledIn(form) {
	return [...new FormData(form)].filter(([name]) => !["csrf", "version", "then"].includes(name));
}

/** isSent: a request is on its way that will say itself whether it failed. */
export function keep(form, isSent) {
	if (isOver) return;
	const copy = {
		who: form.dataset.who,
		version: form.elements.version.value,
		at: Date.now(),
		isSent,
		fields: filledIn(form),
	};
	try {
		localStorage.setItem(key(form), JSON.stringify(copy));
	} catch {
		/* no room or not allowed: the form itself still holds the text */
	}
}

export function forget(form) {
	try {
		localStorage.removeItem(key(form));
	} catch {
		/* nothing was kept then */
	}
}

function find(form) {
	try {
		const copy = JSON.parse(localStorage.getItem(key(form)));
		return copy?.who === form.dataset.who ? copy : null;
	} catch {
		return null;
	}
}

function fill(form, fields) {
	const left = new Map();
	for (const [name, value] of fields) left.set(name, [...(left.get(name) ?? []), value]);
	for (const field of form.elements) {
		if (!field.name || ["csrf", "version", "then"].includes(field.name)) continue;
		const values = left.get(field.name) ?? [];
		if (field.type === "radio" || field.type === "checkbox")
			field.checked = values.includes(field.value);
		else if (field.type !== "submit") field.value = values.shift() ?? "";
		field.dispatchEvent(new Event("input", { bubbles: true }));
	}
}

function button(text, act) {
	const element = document.createElement("button");
	element.type = "button";
	element.className = "app-linkbtn";
	element.textContent = text;
	element.addEventListener("click", act);
	return element;
}

/** The server shows what differs, and saves nothing. */
export function review(form) {
	const then = document.createElement("input");
	Object.assign(then, { type: "hidden", name: "then", value: "review" });
	form.append(then);
	form.requestSubmit();
}

/** Shows the copy where it is newer than what the server has. */
export function offer(form, place) {
	const copy = find(form);
	if (!copy || !place) return;
	const isSame = JSON.stringify(copy.fields) === JSON.stringify(filledIn(form));
	const wasSaved = copy.isSent && copy.version !== form.elements.version.value;
	if (isSame || wasSaved) return forget(form);
	const time = new Date(copy.at).toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
	const text = document.createElement("p");
	text.textContent = `Wir haben eine neuere Fassung dieses Textes in Ihrem Browser gefunden (${time} Uhr).`;
	const close = () => {
		forget(form);
		place.hidden = true;
	};
	const row = document.createElement("p");
	row.className = "app-row";
	if (Number(form.elements.version.value) > 0)
		row.append(
			button("Vergleichen", () => {
				place.hidden = true;
				fill(form, copy.fields);
				form.elements.version.value = copy.version;
				review(form);
			}),
		);
	row.append(
		button("In die Felder übernehmen", () => {
			fill(form, copy.fields);
			close();
		}),
		button("Verwerfen", close),
	);
	place.querySelector("div").replaceChildren(text, row);
	place.hidden = false;
}

export function forgetOnLogout() {
	for (const form of document.querySelectorAll("form[data-logout]"))
		form.addEventListener("submit", () => {
			isOver = true;
			for (const name of Object.keys(localStorage))
				if (name.startsWith(PREFIX)) localStorage.removeItem(name);
		});
}
