/** `work items` as `Work items`, for where a line begins. */
export function sentence(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
