import { createHash } from "node:crypto";
import { materialiseAll } from "../jira/state.ts";
import type { Site } from "./site.ts";

/** Writes the whole state of the site as plain JSON values, sorted, so that two snapshots can be compared; bytes become their SHA-256. */
export function snapshotState(site: Site): unknown {
	materialiseAll(site.jira);
	const { pristine: _pristine, plans: _plans, revision: _revision, index: _index, writeBody: _write, ...jira } = site.jira;
	return plain({ accounts: site.accounts, groups: site.groups, jira, confluence: site.confluence, assets: site.assets });
}

function plain(value: unknown): unknown {
	if (value instanceof Uint8Array) return { bytes: value.byteLength, sha256: createHash("sha256").update(value).digest("hex") };
	if (value instanceof Map) {
		const entries = [...value].map(([key, item]) => [typeof key === "string" ? key : JSON.stringify(key), item] as const);
		return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, plain(item)]));
	}
	if (value instanceof Set)
		return [...value]
			.map(String)
			.sort((a, b) => (a < b ? -1 : 1))
			.map(plain);
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value === "function" || value === undefined) return null;
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, item]) => item !== undefined && typeof item !== "function")
			.map(([key, item]) => [key, plain(item)]),
	);
}
