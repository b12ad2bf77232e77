/*
 * A list of rows by keys, while the focus is in it (WCAG 2.1.4): J and K or the
 * arrows move, Enter opens a row beside the list and then its own page, Escape
 * closes it, X ticks, Shift+X up to here, / goes to the search, ? explains. The
 * open row is loaded without the page. Without this module the links do it all.
 */
const OFF = "resonanz-keys"; /* not of an account: it stays after logout */
const number = new Intl.NumberFormat("de-DE");

const isOn = () => {
	try {
		return localStorage.getItem(OFF) !== "off";
	} catch {
		return true;
	}
};

const isField = (element) => element.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");

export function steer(part) {
	const rows = [...part.querySelectorAll("[data-row]")];
	const aside = part.querySelector(".app-aside");
	if (!rows.length || !aside) return;
	const rowOf = (link) => link.closest("tr");
	const current = () => {
		const row = document.activeElement.closest("tr[id]");
		return rows.findIndex((link) => rowOf(link) === row);
	};
	let lastTicked = -1;

	const go = (n) => {
		const link = rows[Math.max(0, Math.min(rows.length - 1, n))];
		link.focus();
		rowOf(link).scrollIntoView({ block: "nearest" });
	};

	const mark = (link) => {
		for (const other of rows) {
			rowOf(other).classList.toggle("is-open", other === link);
			other.toggleAttribute("aria-current", false);
			if (other === link) other.setAttribute("aria-current", "true");
		}
		part.classList.toggle("is-beside", Boolean(link));
	};

	/* What the page of the row shows, beside the list. */
	const open = async (link) => {
		const at = new URL(link.href);
		const path = `${at.pathname}/rows/${encodeURIComponent(link.dataset.row)}`;
		const view = at.searchParams.get("view");
		try {
			const response = await fetch(view ? `${path}?view=${view}` : path, { headers: { Accept: "text/html" } });
			if (!response.ok || response.redirected) throw new Error(response.status);
			const page = new DOMParser().parseFromString(await response.text(), "text/html");
			aside.replaceChildren(...page.getElementById("zeile").childNodes);
			aside.setAttribute("aria-labelledby", "zeile-titel");
			aside.hidden = false;
			mark(link);
			at.hash = "";
			history.replaceState(null, "", at);
		} catch {
			location.assign(link.href);
		}
	};

	const close = () => {
		const link = rows.find((x) => x.getAttribute("aria-current")) ?? rows[current()];
		aside.hidden = true;
		mark(null);
		const at = new URL(location);
		at.searchParams.delete("row");
		at.hash = "";
		history.replaceState(null, "", at);
		link?.focus();
	};

	const boxOf = (n) => rowOf(rows[n]).querySelector("input[name=position]");
	const tick = (n, isRange) => {
		const box = boxOf(n);
		if (!box) return;
		const state = isRange && lastTicked >= 0 ? boxOf(lastTicked).checked : !box.checked;
		const [from, to] = isRange && lastTicked >= 0 ? [Math.min(n, lastTicked), Math.max(n, lastTicked)] : [n, n];
		for (let i = from; i <= to; i += 1) boxOf(i).checked = state;
		lastTicked = n;
		count();
	};

	const counter = part.querySelector("[data-ticked]");
	const count = () => {
		if (!counter) return;
		const n = part.querySelectorAll("input[name=position]:checked").length;
		counter.hidden = false;
		counter.textContent = `${number.format(n)} ausgewählt`;
	};
	part.addEventListener("change", count);
	count();

	const search = () => {
		const field = document.getElementById("f-q");
		if (!field) return;
		field.closest("details")?.setAttribute("open", "");
		field.focus();
	};

	const help = helpLine(part);
	const act = {
		j: (n) => go(n + 1), ArrowDown: (n) => go(n + 1),
		k: (n) => go(n - 1), ArrowUp: (n) => go(n - 1),
		x: (n) => tick(n, false), X: (n) => tick(n, true),
		"/": search,
		"?": () => help.focus(),
		Escape: close,
	};

	part.addEventListener("keydown", (event) => {
		if (!isOn() || event.ctrlKey || event.altKey || event.metaKey || isField(event.target)) return;
		if (aside.contains(event.target)) {
			if (event.key === "Escape") close();
			return;
		}
		const n = current();
		const key = event.key.length === 1 && event.key !== "X" ? event.key.toLowerCase() : event.key;
		if (event.key === "Enter" && event.target.dataset.row !== undefined) {
			event.preventDefault();
			const link = rows[n];
			const full = aside.querySelector("[data-full]");
			if (full && link.getAttribute("aria-current") && !aside.hidden) location.assign(full.href);
			else open(link);
			return;
		}
		if (!act[key] || (n < 0 && "xX".includes(key))) return;
		event.preventDefault();
		act[key](n);
	});

	part.addEventListener("click", (event) => {
		if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
		const link = event.target.closest("[data-row]");
		if (link && matchMedia("(min-width: 68rem)").matches) {
			event.preventDefault();
			open(link);
		} else if (event.target.closest("[data-close]")) {
			event.preventDefault();
			close();
		}
	});
}

/* Which keys there are, and the switch that turns them off. */
function helpLine(part) {
	const line = document.createElement("p");
	line.className = "app-keys app-noprint";
	const keys = document.createElement("span");
	keys.innerHTML = "<kbd>J</kbd> <kbd>K</kbd> nächste, vorige Zeile · <kbd>Eingabe</kbd> öffnen · <kbd>Esc</kbd> schließen · <kbd>X</kbd> auswählen, mit Umschalt bis hierher · <kbd>/</kbd> Wort suchen";
	const button = document.createElement("button");
	button.type = "button";
	button.className = "app-linkbtn";
	const show = () => {
		keys.hidden = !isOn();
		button.textContent = isOn() ? "Tastenkürzel ausschalten" : "Tastenkürzel einschalten";
	};
	button.addEventListener("click", () => {
		try {
			if (isOn()) localStorage.setItem(OFF, "off");
			else localStorage.removeItem(OFF);
		} catch {
			/* not kept: it holds for this page only */
		}
		show();
	});
	line.append(keys, " ", button);
	part.querySelector(".app-beside__list").append(line);
	show();
	return button;
}
