/* After an error the summary takes the focus, so that it is heard first. */
export function focusSummary(summary) {
	summary.setAttribute("tabindex", "-1");
	summary.focus();
}
