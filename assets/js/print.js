/* With scripts a button opens the dialog that the browser's menu has. */
export function offer(button) {
	button.hidden = false;
	button.addEventListener("click", () => window.print());
}
