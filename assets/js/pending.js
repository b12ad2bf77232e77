/*
 * A part of the page that is not finished yet is asked for again until it is.
 * Without scripts people reload the page.
 */
const PAUSE = 1500;
const TRIES = 20;

export function follow(part) {
	let left = TRIES;

	const look = async () => {
		const text = await fetch(location.href, { headers: { Accept: "text/html" } }).then(
			(reply) => (reply.ok ? reply.text() : ""),
			() => "",
		);
		const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(part.id);
		if (fresh && !("pending" in fresh.dataset)) {
			delete part.dataset.pending;
			part.replaceChildren(...fresh.childNodes);
		} else if (--left > 0) setTimeout(look, PAUSE);
	};

	setTimeout(look, PAUSE);
}
