/* Loads a module only where the page has something for it. */
const load = (selector, path, start) => {
	const found = document.querySelector(selector);
	if (found) path().then((module) => start(module, found), () => {});
};

load("[data-errors]", () => import("./focus.js"), (m, found) => m.focusSummary(found));
load("[data-limit]", () => import("./count.js"), (m) => m.countAll());
load("form[data-autosave]", () => import("./autosave.js"), (m, form) => m.watch(form));
load("[data-compare]", () => import("./compare.js"), (m, part) => m.follow(part));
load("dialog[data-idle]", () => import("./idle.js"), (m, dialog) => m.guard(dialog));
load("form[data-marking]", () => import("./marking.js"), (m, form) => m.watch(form));
load("form[data-cut]", () => import("./cut.js"), (m, form) => m.watch(form));
load("[data-tally]", () => import("./tally.js"), (m, place) => m.tally(place));
load("[data-reveal]", () => import("./reveal.js"), (m, field) => m.reveal(field));
load("[data-pending]", () => import("./pending.js"), (m, part) => m.follow(part));
load("form[data-keys]", () => import("./save.js"), (m, form) => m.keys(form));
load("[data-print]", () => import("./print.js"), (m, button) => m.offer(button));
load("[data-hotkeys]", () => import("./hotkeys.js"), (m, main) => m.press(main));
load("[data-rows]", () => import("./rows.js"), (m, part) => m.steer(part));
load("form[data-logout]", () => import("./keep.js"), (m) => m.forgetOnLogout());
