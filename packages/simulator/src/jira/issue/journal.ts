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

/** Describes a field's change for the history. */
export function changeOf(site: Site, issue: Issue, field: Field, values: { readonly before: unknown; readonly after: unknown }): Change {
	const codec = codecOf(field);
	const scope = { site, field, projectId: issue.projectId };
	const nothing = { id: null, text: null };
	const before = codec?.describe(values.before, scope) ?? nothing;
	const after = codec?.describe(values.after, scope) ?? nothing;
	const custom = field.id.startsWith("customfield_");
	return {
		field: custom ? field.name : (historyNames[field.id] ?? field.id),
		fieldtype: custom ? "custom" : "jira",
		fieldId: field.id,
		from: before.id,
		fromString: before.text,
		to: after.id,
		toString: after.text,
	};
}

const historyNames: Readonly<Record<string, string>> = {
	fixVersions: "Fix Version",
	versions: "Version",
	components: "Component",
	parent: "IssueParentAssociation",
	timetracking: "timeoriginalestimate",
};
