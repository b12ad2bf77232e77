/*
 * Builds what the server serves and renders: node assets/build.mjs OUT FONTS
 *
 * OUT/static/…/NAME.HASH.EXT with .gz and .br beside it, OUT/manifest.json
 * { "css/app.css": "/static/css/app.HASH.css" }, OUT/pages, OUT/parts, OUT/text.
 * FONTS is the folder with the subset fonts. Run from the top of the tree,
 * after the packages of conf/npm are in build/npm.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { fromNpm, minify, reduceKern } from "./kern.mjs";

const [out, fonts] = process.argv.slice(2);
const source = path.dirname(new URL(import.meta.url).pathname);
const STYLES = ["tokens", "frame", "parts", "desk", "print"];
const COMPRESSIBLE = new Set([".css", ".js", ".svg", ".txt", ".json"]);
const manifest = {};

const read = (...parts) => fs.readFileSync(path.join(...parts), "utf8");
const list = (folder, ext) =>
	fs.readdirSync(folder).filter((f) => f.endsWith(ext)).sort();

/** Writes one file under its hashed name, with its compressed twins. */
function emit(name, data) {
	const body = Buffer.from(data);
	const hash = createHash("sha256").update(body).digest("hex").slice(0, 16);
	const { dir, name: stem, ext } = path.parse(name);
	const file = path.join(dir, `${stem}.${hash}${ext}`);
	const target = path.join(out, "static", file);
	fs.mkdirSync(path.dirname(target), { recursive: true });
	fs.writeFileSync(target, body);
	if (COMPRESSIBLE.has(ext)) compress(target, body);
	manifest[name] = `/static/${file}`;
	return manifest[name];
}

/** A twin stays only where it is smaller. */
function compress(target, body) {
	const gzip = zlib.gzipSync(body, { level: 9 });
	const brotli = zlib.brotliCompressSync(body, {
		params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 },
	});
	if (gzip.length < body.length) fs.writeFileSync(`${target}.gz`, gzip);
	if (brotli.length < body.length) fs.writeFileSync(`${target}.br`, brotli);
}

function copyFolder(name) {
	fs.cpSync(path.join(source, name), path.join(out, name), { recursive: true });
}

/** Every word "kern-…" that a template or module of ours contains. */
function kernClasses() {
	const used = new Set();
	for (const [folder, ext] of [["pages", ".html"], ["parts", ".html"], ["js", ".js"]])
		for (const file of list(path.join(source, folder), ext))
			for (const m of read(source, folder, file).matchAll(/kern-[\w-]+/g))
				used.add(m[0]);
	return used;
}

function buildFonts() {
	for (const file of list(fonts, ".woff2"))
		emit(`fonts/${file}`, fs.readFileSync(path.join(fonts, file)));
}

/** One sheet: KERN in the lowest layer, our own above it. */
function buildCss() {
	const own = STYLES.map((s) => read(source, "css", `${s}.css`)).join("\n");
	const kern = read("build/npm/node_modules/@kern-ux/native/dist/kern.css");
	const linked = own.replace(/url\("\.\.\/(fonts\/[^"]+)"\)/g, (_, name) => {
		if (!manifest[name]) throw new Error(`CSS: ${name} is not there`);
		return `url("..${manifest[name].slice("/static".length)}")`;
	});
	emit(
		"css/app.css",
		`@layer kern,app;@layer kern{${reduceKern(kern, kernClasses(), own)}}${minify(linked)}`,
	);
}

/** Modules, each under a hashed name, leaves first, imports rewritten. */
async function buildJs() {
	const terser = fromNpm("terser");
	const done = new Map();
	const build = async (file) => {
		if (done.has(file)) return done.get(file);
		let text = read(source, "js", file);
		for (const [, dep] of text.matchAll(/["']\.\/([\w-]+\.js)["']/g)) {
			const url = await build(dep);
			text = text.replaceAll(`./${dep}`, `./${path.basename(url)}`);
		}
		const { code } = await terser.minify(text, { module: true, ecma: 2020 });
		done.set(file, emit(`js/${file}`, code));
		return done.get(file);
	};
	for (const file of list(path.join(source, "js"), ".js")) await build(file);
}

function buildIcons() {
	for (const file of list(path.join(source, "icons"), ".svg"))
		emit(`icons/${file}`, read(source, "icons", file).replace(/>\s+</g, "><").trim());
}

fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });
buildFonts();
buildIcons();
buildCss();
await buildJs();
["pages", "parts", "text", "mail", "report"].forEach(copyFolder);
fs.writeFileSync(path.join(out, "manifest.json"), `${JSON.stringify(manifest, null, "\t")}\n`);
