/** Everything that Confluence holds. */
export interface ConfluenceState {
	readonly spaces: Map<string, unknown>;
}

/** Makes an empty Confluence. */
export function createConfluenceState(): ConfluenceState {
	return { spaces: new Map() };
}
