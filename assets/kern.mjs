/*
 * KERN's style sheet, reduced to what our templates use.
 *
 * A selector stays when every class of it that begins with "kern-" is one the
 * templates name; a custom property stays when something that stays asks for
 * it, directly or through others.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Loads a package of conf/npm, which the build installs into build/npm. */
export const fromNpm = createRequire(pathToFileURL(path.resolve("build/npm/package.json")));

const css = fromNpm("css-tree");

/* Element and attribute selectors of KERN's base that nothing here needs. */
const FOREIGN = /^(?:i|area|iframe|video|canvas|picture|img)$/;

/** Are all KERN classes of this selector in use? */
function isUsed(selector, used) {
	for (const node of selector.children ?? []) {
		if (node.type === "ClassSelector") {
			if (node.name.startsWith("kern-") && !used.has(node.name))
				return false;
		} else if (node.type === "AttributeSelector") {
			if (/^(?:data-kern-theme|contenteditable)$/i.test(node.name.name))
				return false;
			if (node.name.name === "class" && !hasPrefix(node, used))
				return false;
		} else if (node.type === "TypeSelector") {
			if (FOREIGN.test(node.name)) return false;
		} else if (node.type === "PseudoClassSelector" && node.children) {
			if (!pseudoIsUsed(node, used)) return false;
		}
	}
	return true;
}

/** [class*=kern-level-] and its like: does any used class fit? */
function hasPrefix(node, used) {
	const part = (node.value?.value ?? node.value?.name ?? "").trim();
	return [...used].some((name) => name.includes(part));
}

/** :not() never stands in the way; :is(), :where(), :has() need one branch. */
function pseudoIsUsed(node, used) {
	if (node.name === "not") return true;
	const lists = [];
	css.walk(node, (child) => {
		if (child !== node && child.type === "Selector") lists.push(child);
	});
	return lists.length === 0 || lists.some((s) => isUsed(s, used));
}

function dropUnusedRules(ast, used) {
	css.walk(ast, {
		visit: "Rule",
		enter(rule, item, list) {
			if (rule.prelude.type !== "SelectorList") return;
			rule.prelude.children.forEach((selector, at, all) => {
				if (!isUsed(selector, used)) all.remove(at);
			});
			if (rule.prelude.children.isEmpty) list.remove(item);
		},
	});
}

/** Custom properties that a text asks for. */
export function askedFor(text) {
	return new Set([...text.matchAll(/var\(\s*(--[\w-]+)/g)].map((m) => m[1]));
}

function customProperties(ast) {
	const found = new Map();
	css.walk(ast, {
		visit: "Declaration",
		enter(node) {
			if (!node.property.startsWith("--")) return;
			const asks = askedFor(css.generate(node.value));
			const all = found.get(node.property) ?? new Set();
			asks.forEach((name) => all.add(name));
			found.set(node.property, all);
		},
	});
	return found;
}

function wanted(ast, ownCss) {
	const defined = customProperties(ast);
	const asked = askedFor(ownCss);
	css.walk(ast, {
		visit: "Declaration",
		enter(node) {
			if (!node.property.startsWith("--"))
				askedFor(css.generate(node.value)).forEach((n) => asked.add(n));
		},
	});
	const queue = [...asked];
	while (queue.length > 0)
		for (const next of defined.get(queue.pop()) ?? [])
			if (!asked.has(next)) {
				asked.add(next);
				queue.push(next);
			}
	return { asked, defined };
}

/** var(--a, #fff) becomes var(--a) where --a is defined, #fff where it is not. */
function settleFallbacks(ast, defined) {
	css.walk(ast, {
		visit: "Function",
		leave(node, item, list) {
			if (node.name !== "var" || !list) return;
			const parts = node.children.toArray();
			if (parts.length < 3) return;
			if (defined.has(parts[0].name)) {
				node.children = new css.List().appendData(parts[0]);
			} else {
				const text = css.generate({
					type: "Value",
					children: new css.List().fromArray(parts.slice(2)),
				});
				list.replace(item, list.createItem({ type: "Raw", value: text.trim() }));
			}
		},
	});
}

function dropUnaskedProperties(ast, asked) {
	css.walk(ast, {
		visit: "Declaration",
		enter(node, item, list) {
			if (node.property.startsWith("--") && !asked.has(node.property))
				list.remove(item);
		},
	});
}

function dropEmpty(ast) {
	let before;
	do {
		before = css.generate(ast).length;
		css.walk(ast, {
			enter(node, item, list) {
				const body = node.type === "Rule" || node.type === "Atrule" ? node.block : null;
				if (body && body.children.isEmpty && list) list.remove(item);
				if (node.type === "Atrule" && node.name === "charset") list.remove(item);
				if (node.type === "Atrule" && node.name === "font-face") list.remove(item);
			},
		});
	} while (css.generate(ast).length < before);
}

/** Text of KERN's sheet, classes in use and our own CSS -> what to ship. */
export function reduceKern(text, used, ownCss) {
	const ast = css.parse(text);
	dropUnusedRules(ast, used);
	settleFallbacks(ast, customProperties(ast));
	dropUnaskedProperties(ast, wanted(ast, ownCss).asked);
	dropEmpty(ast);
	return css.generate(ast);
}

/** Our own CSS, minified. */
export function minify(text) {
	return css.generate(css.parse(text, { onParseError: fail }));
}

function fail(error) {
	throw new Error(`CSS: ${error.message}, line ${error.line}`);
}
