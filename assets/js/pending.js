/*
 * A part of the page that is not finished yet is asked for again until it is,
 * or nothing has moved for a while. Without scripts people reload the page.
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
		const isOver = fresh && !("pending" in fresh.dataset);
		if (isOver) {
			delete part.dataset.pending;
			part.removeAttribute("aria-busy"); /* the end is heard, steps are not */
		}
		if (fresh && fresh.innerHTML !== part.innerHTML) {
			part.replaceChildren(...fresh.childNodes);
			left = TRIES;
		} else left -= 1;
		if (!isOver && left > 0) setTimeout(look, PAUSE);
	};

	setTimeout(look, PAUSE);
}
