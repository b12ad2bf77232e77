/*
 * A list of rows by keys, while the focus is in it (WCAG 2.1.4): J and K or the
 * arrows move, Enter opens a row beside the list and then its own page, Escape
 * closes it, X ticks, Shift+X up to here, / goes to the search, ? explains. The
 * open row is loaded without the page. T, A and G do to the ticked rows, or to the
 * one of the focus, what their buttons do; E opens it to decide. Without this
 * module the links and buttons do it all.
 */
import { help, keyOf } from "./keys.js";

const number = new Intl.NumberFormat("de-DE");

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
			const full = aside.querySelector("[data-full]");
			if (full && link.dataset.position) full.href = link.dataset.position;
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

	/* What is ticked, else the row of the focus; no row, and nothing is done. */
	const send = (key) => (n) => {
		const button = part.querySelector(`button[data-hotkey=${key}]`);
		const all = part.querySelector("#all");
		if (!button || n < 0) return;
		if (!all?.checked && !part.querySelector("input[name=position]:checked")) tick(n, false);
		button.click();
	};

	const decide = (n) => {
		const { position } = rows[n]?.dataset ?? {};
		if (position) location.assign(`${position}#bewertung`);
	};

	const moderates = part.querySelector("button[data-hotkey]");
	const act = {
		...(moderates ? { t: send("t"), e: decide, a: send("a"), g: send("g") } : {}),
		j: (n) => go(n + 1), ArrowDown: (n) => go(n + 1),
		k: (n) => go(n - 1), ArrowUp: (n) => go(n - 1),
		x: (n) => tick(n, false), X: (n) => tick(n, true),
		"/": search,
		"?": help(part.querySelector(".app-beside__list"), [["j", "nächste Zeile, auch Pfeil nach unten"], ["k", "vorige Zeile, auch Pfeil nach oben"],
			["Enter", "neben der Liste öffnen, dann ganz"], ["Escape", "schließen"],
			...(moderates ? [["x", "auswählen"], ["X", "bis hierher auswählen"], ["t", "Thema zuordnen"], ["e", "Entscheidung"], ["a", "zuweisen"], ["g", "Gruppe bilden"]] : []),
			["/", "Wort suchen"], ["?", "diese Liste"]]),
		Escape: close,
	};

	part.addEventListener("keydown", (event) => {
		const key = keyOf(event);
		if (!key) return;
		if (aside.contains(event.target)) {
			if (key === "Escape") close();
			return;
		}
		const n = current();
		if (key === "Enter" && event.target.dataset.row !== undefined) {
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
