import type { ReactNode } from "react";
import { sentence } from "../../parts/sentence.ts";
import { When } from "../../parts/time/when.tsx";
import { plainText, at as step, textAt } from "./read-json.ts";

/** Shown elsewhere, or of no use to a person. */
const unsaid = new Set([
	"_links",
	"avatarId",
	"avatarUrls",
	"body",
	"components",
	"description",
	"expand",
	"fields",
	"iconUrl",
	"isFavourite",
	"isWritable",
	"issueCount",
	"name",
	"parentId",
	"parentType",
	"popularity",
	"position",
	"ruleScopeARIs",
	"self",
	"simplified",
	"spaceId",
	"statuses",
	"title",
	"transitions",
	"uuid",
	"version",
	"view",
	"viewUrl",
]);

const labels: Readonly<Record<string, string>> = {
	authorAccountId: "Author",
	clauseNames: "Names in JQL",
	default: "Set by itself",
	isDefault: "Set by itself",
	issueTypes: "Work types",
	jql: "JQL",
	originBoardId: "Board",
	projectTypeKey: "Type of space",
	subtask: "Below other work items",
};

const values: Readonly<Record<string, string>> = {
	business: "Business",
	classic: "Managed by the company",
	"next-gen": "Managed by its team",
	service_desk: "Service management",
	software: "Software",
};

/** Members of a record, beside its text: names, dates and yes or no, as a person would write them. */
export function otherFacts(
	main: Readonly<Record<string, unknown>>,
	names: ReadonlyMap<string, string>,
): readonly (readonly [string, ReactNode])[] {
	const facts = Object.entries(main)
		.filter(([name]) => !unsaid.has(name) && !name.startsWith("attribute/"))
		.map(([name, value]): readonly [string, ReactNode] => {
			const moment = momentOf(name, value);
			if (moment !== undefined) return [wordsOf(name.replace(/At$/, "")), <When key={name} at={moment} />];
			const own = name === "id" || name === "key";
			const known = own || typeof value !== "string" ? undefined : names.get(value);
			return known === undefined ? [wordsOf(name), valueText(name, value)] : [wordsOf(name.replace(/Id$/, "")), known];
		});
	const version = plainText(step(main, "version", "number"));
	return [...facts, ["Version on the site", version], ["Message", textAt(main, "version", "message")]];
}

/** The moment that a member means: written out, or in milliseconds under a name that says so. */
function momentOf(name: string, value: unknown): string | undefined {
	if (typeof value === "string") return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? value : undefined;
	const counts = typeof value === "number" && value > 1e11 && value < 1e13 && /(created|updated|date|time|at)$/i.test(name);
	return counts ? new Date(value).toISOString() : undefined;
}

function valueText(name: string, value: unknown): string {
	if (typeof value === "boolean") return value ? "Yes" : "No";
	const text = plainText(value);
	if (name !== "url" && /^https?:\/\//.test(text)) return "";
	if (name === "key" || name === "id") return text;
	const code = /^[A-Z]{3,}(_[A-Z]+)*$/.test(text) && /(type|state|status|category|error|mode)$/i.test(name);
	return values[text] ?? (code ? sentence(text.replaceAll("_", " ").toLowerCase()) : text);
}

/** `isPrivate` as `Private`. */
function wordsOf(name: string): string {
	const words = name
		.replace(/^is(?=[A-Z])/, "")
		.replaceAll(/([a-z])([A-Z])/g, "$1 $2")
		.replaceAll("_", " ")
		.toLowerCase();
	return labels[name] ?? sentence(words);
}
