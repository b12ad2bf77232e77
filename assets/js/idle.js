/*
 * Warns before the session ends by itself and lets people stay. Every tab of
 * this browser knows when one of them was last used.
 */
import { keep } from "./keep.js";

const MINUTE = 60_000;
const WARN = 5 * MINUTE;
const KEY = "resonanz:alive";

/** Something reached the server: the session lasts on. */
export function alive() {
	try {
		localStorage.setItem(KEY, String(Date.now()));
	} catch {
		/* not allowed: this tab counts for itself */
	}
}

function lastUse(opened) {
	try {
		return Math.max(opened, Number(localStorage.getItem(KEY)) || 0);
	} catch {
		return opened;
	}
}

export function guard(dialog) {
	const opened = Date.now();
	const part = (name) => dialog.querySelector(`[data-${name}]`);
	/* the server writes down once a minute that a session is used */
	const idle = (Number(dialog.dataset.idle) - 1) * MINUTE;
	const end = opened + Number(dialog.dataset.endsIn) * 1000;
	const state = { use: opened, minutes: 0 };
	const token = document.querySelector("form[data-logout] [name=csrf]");

	const stay = async () => {
		const response = await fetch("/api/account/stay", {
			method: "POST",
			headers: { Accept: "application/json" },
			body: new URLSearchParams({ csrf: token.value }),
			redirect: "manual",
		}).catch(() => null);
		if (response?.ok) {
			state.use = Date.now();
			alive();
			dialog.close();
		} else if (response?.status === 401) over();
		else part("left").textContent = "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.";
	};

	const over = () => {
		clearInterval(timer);
		part("title").textContent = "Sie sind abgemeldet";
		part("text").textContent = "Ihre Sitzung ist beendet. Was Sie geschrieben haben, bleibt auf dieser Seite und in diesem Browser.";
		part("left").textContent = "";
		part("stay").hidden = true;
		part("leave").hidden = true;
		part("again").hidden = false;
		part("again").href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
		if (!dialog.open) dialog.showModal();
		part("again").focus();
	};

	const warn = (left, isFinal) => {
		if (!dialog.open) {
			for (const form of document.querySelectorAll("form[data-autosave]")) keep(form, false);
			part("stay").hidden = isFinal;
			dialog.showModal();
		}
		/* heard once a minute, not once a second */
		const minutes = Math.max(1, Math.ceil(left / MINUTE));
		if (minutes === state.minutes) return;
		state.minutes = minutes;
		const time = minutes === 1 ? "einer Minute" : `${minutes} Minuten`;
		part("title").textContent = `Sie werden in ${time} abgemeldet`;
		if (minutes < 5) part("left").textContent = `Noch ${minutes === 1 ? "eine Minute" : `${minutes} Minuten`}.`;
	};

	const look = () => {
		state.use = lastUse(state.use);
		const left = Math.min(state.use + idle, end) - Date.now();
		if (left <= 0) return over();
		if (left <= WARN) return warn(left, end <= state.use + idle);
		state.minutes = 0;
		if (dialog.open) dialog.close();
	};

	part("stay").addEventListener("click", stay);
	part("leave").addEventListener("click", () => token.form.requestSubmit());
	dialog.addEventListener("cancel", (event) => {
		event.preventDefault();
		if (!part("stay").hidden) stay();
	});
	alive();
	const timer = setInterval(look, 1000);
}
