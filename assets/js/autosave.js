/*
 * Saves while somebody writes: posts the same form to the same action's JSON
 * twin, three seconds after a pause and when the page is left. The button
 * "Speichern" needs none of this.
 */
import { alive } from "./idle.js";
import { filledIn, forget, keep, offer } from "./keep.js";

const PAUSE = 3000;
const WORDS = { empty: "leer", draft: "Entwurf", nil: "Fehlanzeige", not_applicable: "nicht zutreffend" };
const clock = new Intl.DateTimeFormat("de-DE", { timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit" });

const content = (form) => JSON.stringify(filledIn(form));

/*
 * What the line says is read aloud: that all is well at most once in twenty
 * seconds and the newest of it, what went wrong at once.
 */
const QUIET = 20_000;
const spoken = { at: 0, timer: 0 };

function show(line, text, isBad) {
	const place = line.querySelector("span");
	line.classList.toggle("is-bad", isBad);
	line.hidden = false;
	if (place.textContent === text) return;
	place.textContent = text;
	spoken.at = Date.now();
}

function say(line, text, isUrgent, isBad = isUrgent) {
	clearTimeout(spoken.timer);
	const wait = isUrgent || line.classList.contains("is-bad") ? 0 : spoken.at + QUIET - Date.now();
	if (wait <= 0) show(line, text, Boolean(isBad));
	else spoken.timer = setTimeout(show, wait, line, text, Boolean(isBad));
}

/** Whose word fell with this save. */
function fallen(people) {
	return people.map(({ name, verdict }) =>
		verdict
			? ` Die Mitzeichnung von ${name} ist verfallen, weil Sie den Text geändert haben.`
			: ` Die Anfrage an ${name} gilt nicht mehr, weil Sie den Text geändert haben.`,
	);
}

function link(line, text, href, act) {
	const element = document.createElement(href ? "a" : "button");
	if (href) element.href = href;
	else element.type = "button";
	if (!href) element.className = "app-linkbtn";
	element.textContent = text;
	if (act) element.addEventListener("click", act);
	line.querySelector("span").append(" ", element);
}

/** The chip beside the heading follows the saved state. */
function showState(state) {
	const chip = document.querySelector("[data-state]");
	if (!chip || !WORDS[state]) return;
	const use = chip.querySelector("use");
	chip.className = `app-state app-state--${state}`;
	use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${state}`));
	chip.lastChild.textContent = WORDS[state];
}

export function watch(form) {
	const line = form.querySelector("[data-status]");
	const status = { saved: content(form), timer: 0, isBusy: false, isStopped: false };
	const isChanged = () => !status.isStopped && content(form) !== status.saved;

	const send = (isLeaving) =>
		fetch(`/api${new URL(form.action).pathname}`, {
			method: "POST",
			headers: { Accept: "application/json" },
			body: new URLSearchParams(new FormData(form)),
			keepalive: Boolean(isLeaving),
			redirect: "manual",
		});

	const done = (answer, sent) => {
		status.saved = sent;
		if (answer.version != null) form.elements.version.value = answer.version;
		showState(answer.state);
		const gone = answer.void ?? [];
		const time = clock.format(new Date(answer.saved_at ?? Date.now()));
		say(line, `Entwurf gespeichert ${time} Uhr${gone.length > 0 ? "." : ""}${fallen(gone).join("")}`, gone.length > 0, false);
		forget(form);
		alive();
	};

	const refused = (response, error) => {
		keep(form, false);
		if (response.status === 422)
			return say(line, `Noch nicht gespeichert: ${error.fields?.[0]?.message ?? error.message}`, true);
		status.isStopped = true;
		if (response.status === 409 && error.code === "stale") {
			say(line, "Inzwischen hat jemand anderes gespeichert. Ihr Text steht noch hier.", true);
			return link(line, "Beide Fassungen vergleichen", null, () => form.requestSubmit());
		}
		if (response.status === 409 && error.code === "context") {
			say(line, `Nicht gespeichert. ${error.message} Ihr Text steht noch hier.`, true);
			return link(line, "Ansehen, wechseln und speichern", null, () => form.requestSubmit());
		}
		if (response.status === 409) {
			say(line, `Nicht gespeichert. ${error.message}`, true);
			return link(line, "Zur Übersicht", form.dataset.overview);
		}
		say(line, "Ihre Anmeldung ist abgelaufen. Ihr Text bleibt hier im Browser.", true);
		return link(line, "Anmelden", `/login?next=${encodeURIComponent(location.pathname)}`);
	};

	const save = async () => {
		if (status.isBusy || !isChanged()) return;
		status.isBusy = true;
		const sent = content(form);
		try {
			const response = await send();
			const answer = await response.json().catch(() => ({}));
			if (response.ok) done(answer, sent);
			else if (response.status < 500 && response.status !== 429) refused(response, answer.error ?? {});
			else throw new Error(response.status);
		} catch {
			keep(form, false);
			say(line, "Nicht gespeichert. Ihr Text bleibt hier im Browser.", true);
			status.timer = setTimeout(save, PAUSE * 5);
		}
		status.isBusy = false;
		if (!status.isStopped && content(form) !== sent) plan();
	};

	const plan = () => {
		clearTimeout(status.timer);
		status.timer = setTimeout(save, PAUSE);
	};

	const leave = () => {
		if (document.visibilityState !== "hidden" || !isChanged() || status.isBusy) return;
		keep(form, true);
		const sent = content(form);
		send(true).then((r) => r.ok && r.json().then((answer) => done(answer, sent)), () => {});
	};

	offer(form, document.querySelector("[data-offer]"));
	form.addEventListener("input", plan);
	form.addEventListener("submit", () => {
		clearTimeout(status.timer);
		status.isStopped = true;
		keep(form, true);
	});
	document.addEventListener("visibilitychange", leave);
	window.addEventListener("pagehide", leave);
}
