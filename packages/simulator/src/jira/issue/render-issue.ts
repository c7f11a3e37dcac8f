import type { Site } from "../../site/site.ts";
import { renderHistory } from "../changelog/render-history.ts";
import type { Issue } from "../model/issue.ts";
import { hasField } from "../project/team-managed.ts";
import { readBody } from "../state.ts";
import type { FieldSelection } from "./field-selection.ts";
import { type IssueView, renderField } from "./render-fields.ts";

const expandable = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations";

/** How a work item is written. */
export interface IssueRendering {
	readonly site: Site;
	readonly base: string;
	readonly callerId: string;
	readonly selection: FieldSelection;
	readonly expand: ReadonlySet<string>;
	/** Keys of issue properties to put beside the fields. */
	readonly properties: readonly string[];
	/** Most comments inside `fields.comment`. */
	readonly comments: number;
}

/** Most histories inside `expand=changelog`; the whole list has its own operation. */
const inlinedHistories = 40;

/** Writes a work item. */
export function renderIssue(issue: Issue, rendering: IssueRendering): Record<string, unknown> {
	const { site, base, selection, expand } = rendering;
	if (selection.bare && expand.size === 0 && rendering.properties.length === 0) return { id: String(issue.id) };
	const json: Record<string, unknown> = {
		expand: expandable,
		id: String(issue.id),
		self: `${base}/rest/api/3/issue/${issue.id}`,
		key: issue.key,
	};
	if (selection.idsOnly && expand.size === 0 && rendering.properties.length === 0) return json;
	const body = readBody(site.jira, issue);
	if (!selection.idsOnly) {
		const view: IssueView = { site, base, issue, body, callerId: rendering.callerId, comments: rendering.comments };
		const project = site.jira.projects.get(issue.projectId);
		const fields: Record<string, unknown> = {};
		for (const field of selection.fields) {
			if (project !== undefined && !hasField(project, field)) continue;
			const value = renderField(field, view);
			if (value !== undefined) fields[field.id] = value;
		}
		json.fields = fields;
	}
	if (rendering.properties.length > 0) {
		const wanted = rendering.properties.includes("*all") ? [...body.properties.keys()] : rendering.properties;
		json.properties = Object.fromEntries(wanted.filter((key) => body.properties.has(key)).map((key) => [key, body.properties.get(key)]));
	}
	if (expand.has("names")) json.names = fieldNames(selection);
	if (expand.has("schema")) json.schema = fieldSchemas(selection);
	if (expand.has("changelog")) {
		const recent = [...body.histories].reverse().slice(0, inlinedHistories);
		json.changelog = {
			startAt: 0,
			maxResults: recent.length,
			total: body.histories.length,
			histories: recent.map((history) => renderHistory(site, base, history)),
		};
	}
	return json;
}

/** Gives the names of the selected fields (`expand=names`). */
export function fieldNames(selection: FieldSelection): Record<string, string> {
	return Object.fromEntries(selection.fields.map((field) => [field.id, field.name]));
}

/** Gives the schemas of the selected fields (`expand=schema`). */
export function fieldSchemas(selection: FieldSelection): Record<string, unknown> {
	return Object.fromEntries(selection.fields.map((field) => [field.id, field.schema]));
}
