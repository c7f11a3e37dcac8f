import type { Site } from "../../site/site.ts";
import { codecOf } from "../field/field-codec.ts";
import type { Field } from "../model/configuration.ts";
import type { Change, Issue } from "../model/issue.ts";
import { changeBody } from "../state.ts";

/** Changes a work item: tells the search index, runs `change`, writes the history entry, and moves `updated`. */
export function record(
	site: Site,
	options: { readonly issue: Issue; readonly author: string; readonly bump?: boolean },
	change: () => readonly Change[],
): void {
	const { issue, author } = options;
	site.jira.index.beforeChange(site, issue.id);
	// A seeded body tells how the item came to be as it is, so it is written out before the change.
	const body = changeBody(site.jira, issue);
	const items = change();
	if (items.length > 0) body.histories.push({ id: site.ids.take("history"), author, created: site.clock.now(), items });
	if (options.bump !== false) issue.updated = Math.max(issue.updated, site.clock.now());
	site.jira.revision += 1;
}

/** Makes one line of a history entry; what is not given is null. */
export function change(field: string, values: Partial<Change> = {}): Change {
	return { field, fieldtype: "jira", fieldId: field, from: null, fromString: null, to: null, toString: null, ...values };
}

const historyNames: Readonly<Record<string, string>> = { fixVersions: "Fix Version", versions: "Version", components: "Component" };

interface Values {
	readonly before: unknown;
	readonly after: unknown;
}

/** Describes a field's change as Jira's history does; lists of parts give a line for each that came or went. */
export function changesOf(site: Site, issue: Issue, field: Field, { before, after }: Values): Change[] {
	if (field.kind === "components" || field.kind === "versions") return partChanges(site, field, { before, after });
	if (field.kind === "time-tracking") return trackingChanges({ before, after });
	if (field.kind === "issue-type") {
		const name = (id: unknown): string | null => site.jira.issueTypes.get(String(id))?.name ?? null;
		return [change("issuetype", { from: String(before), fromString: name(before), to: String(after), toString: name(after) })];
	}
	const codec = codecOf(field);
	const scope = { site, field, projectId: issue.projectId };
	const nothing = { id: null, text: null };
	const old = codec?.describe(before, scope) ?? nothing;
	const now = codec?.describe(after, scope) ?? nothing;
	const values = { from: old.id, fromString: old.text, to: now.id, toString: now.text };
	if (field.id === "parent") return [change("IssueParentAssociation", { ...values, fieldId: undefined })];
	if (!field.id.startsWith("customfield_")) return [change(field.id, values)];
	return [change(field.name, { ...values, fieldtype: "custom", fieldId: field.id })];
}

function partChanges(site: Site, field: Field, { before, after }: Values): Change[] {
	const parts = field.kind === "components" ? site.jira.components : site.jira.versions;
	const old = (before ?? []) as readonly string[];
	const now = (after ?? []) as readonly string[];
	const line = (values: Partial<Change>): Change => change(historyNames[field.id] ?? field.name, { fieldId: field.id, ...values });
	return [
		...old.filter((id) => !now.includes(id)).map((id) => line({ from: id, fromString: parts.get(id)?.name ?? null, toString: null })),
		...now.filter((id) => !old.includes(id)).map((id) => line({ to: id, toString: parts.get(id)?.name ?? null })),
	];
}

function trackingChanges({ before, after }: Values): Change[] {
	const read = (value: unknown, name: "original" | "remaining"): string | null => {
		const seconds = (value as { original?: number; remaining?: number } | undefined)?.[name];
		return seconds === undefined ? null : String(seconds);
	};
	return (["original", "remaining"] as const).flatMap((name) => {
		const from = read(before, name);
		const to = read(after, name);
		return from === to
			? []
			: [change(name === "original" ? "timeoriginalestimate" : "timeestimate", { from, fromString: from, to, toString: to })];
	});
}
