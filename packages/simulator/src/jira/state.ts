/** Everything that Jira holds. */
export interface JiraState {
	readonly projects: Map<string, unknown>;
}

/** Makes an empty Jira. */
export function createJiraState(): JiraState {
	return { projects: new Map() };
}

/** Writes out everything that is held compactly. */
export function materialiseAll(_state: JiraState): void {}
