/** What a record calls itself. Empty where it says nothing. */
export interface RecordNames {
	/** `ACME-12`, a space's key. */
	readonly key: string;
	readonly title: string;
}

/**
 * Reads the names in a record without knowing its kind: its member `key`, and the first text among `fields.summary`, `title`,
 * `name`, `displayName`.
 */
export function describeRecord(record: Uint8Array): RecordNames {
	const { key, title, name, displayName, fields } = membersOf(parsed(record));
	const titles = [membersOf(fields).summary, title, name, displayName];
	return { key: typeof key === "string" ? key : "", title: titles.find((text) => typeof text === "string") ?? "" };
}

function parsed(record: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder().decode(record));
	} catch {
		// A record that is no JSON has no names; verify is there to judge it.
		return undefined;
	}
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
