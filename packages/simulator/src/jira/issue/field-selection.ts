import type { Site } from "../../site/site.ts";
import type { Field } from "../model/configuration.ts";

/** Which fields an answer holds. */
export interface FieldSelection {
	readonly fields: readonly Field[];
	/** Only ids (and keys) were asked: no `fields` object is written. */
	readonly idsOnly: boolean;
	/** Only `id` was asked. */
	readonly bare: boolean;
}

/** Reads `fields`: ids, `*all`, `*navigable`, and names with a minus that are left out. */
export function selectFields(site: Site, given: readonly string[], fallback: string): FieldSelection {
	const names = given
		.flatMap((text) => text.split(","))
		.map((name) => name.trim())
		.filter((name) => name !== "");
	const positive = names.filter((name) => !name.startsWith("-"));
	if (positive.length === 0) positive.push(names.length === 0 ? fallback : "*all");
	const chosen = new Map<string, Field>();
	for (const name of positive) {
		if (name === "*all" || name === "*navigable") {
			for (const field of site.jira.fields.values()) if (name === "*all" || field.navigable) chosen.set(field.id, field);
		} else {
			const field = site.jira.fields.get(name);
			if (field !== undefined) chosen.set(field.id, field);
		}
	}
	for (const name of names) if (name.startsWith("-")) chosen.delete(name.slice(1));
	const idsOnly = positive.every((name) => name === "id" || name === "key");
	return { fields: [...chosen.values()], idsOnly, bare: positive.every((name) => name === "id") };
}
