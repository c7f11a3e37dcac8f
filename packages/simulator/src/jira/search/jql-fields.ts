import { adfText } from "../../adf/adf-text.ts";
import { scalarText } from "../../http/read-input.ts";
import type { Site } from "../../site/site.ts";
import { codecOf } from "../field/field-codec.ts";
import { keptValue } from "../field/kept-value.ts";
import type { Field } from "../model/configuration.ts";
import { lookUpIssue } from "../model/find.ts";
import type { Issue } from "../model/issue.ts";
import { readBody } from "../state.ts";
import { listedPeople } from "./listed-people.ts";

/** How JQL reads a field. */
export type JqlField =
	/** Compared by identity: `values` gives what the work item has, `resolve` what an operand may mean. */
	| { readonly kind: "set"; values(issue: Issue): readonly string[]; resolve(text: string): string | undefined }
	| { readonly kind: "date"; value(issue: Issue): number | undefined }
	| { readonly kind: "number"; value(issue: Issue): number | undefined }
	| { readonly kind: "text"; value(issue: Issue): string };

const one = (value: string | undefined): string[] => (value === undefined ? [] : [value]);

function byName(items: Map<string, { readonly id: string; readonly name: string }>): (text: string) => string | undefined {
	return (text) => {
		const lower = text.toLowerCase();
		return [...items.values()].find((item) => item.name.toLowerCase() === lower)?.id ?? items.get(text)?.id;
	};
}

/** Finds how JQL reads the field called `name`; undefined when there is none. */
export function jqlField(site: Site, name: string): JqlField | undefined {
	const known = systemField(site, name.toLowerCase());
	if (known !== undefined) return known;
	const lower = name.toLowerCase();
	const field = [...site.jira.fields.values()].find(
		(each) => each.clauseNames.some((clause) => clause.toLowerCase() === lower) || each.id === lower,
	);
	return field === undefined ? undefined : customField(site, field);
}

function systemField(site: Site, name: string): JqlField | undefined {
	const jira = site.jira;
	const named = (
		items: Map<string, { readonly id: string; readonly name: string }>,
		values: (issue: Issue) => readonly string[],
	): JqlField => ({
		kind: "set",
		values,
		resolve: byName(items),
	});
	const issueReference = (values: (issue: Issue) => readonly string[]): JqlField => ({
		kind: "set",
		values,
		resolve: (text) => lookUpIssue(site, text)?.id.toString(),
	});
	switch (name) {
		case "id":
		case "key":
		case "issue":
		case "issuekey":
			return issueReference((issue) => [String(issue.id)]);
		case "parent":
			return issueReference((issue) => one(issue.parentId?.toString()));
		case "project":
		case "space":
			return {
				kind: "set",
				values: (issue) => [issue.projectId],
				resolve: (text) => {
					const lower = text.toLowerCase();
					const all = [...jira.projects.values()].filter((project) => project.deleted === undefined);
					return all.find((each) => each.key.toLowerCase() === lower || each.id === text || each.name.toLowerCase() === lower)?.id;
				},
			};
		case "issuetype":
		case "type":
			return named(jira.issueTypes, (issue) => [issue.typeId]);
		case "status":
			return named(jira.statuses, (issue) => [issue.statusId]);
		case "statuscategory":
			return {
				kind: "set",
				values: (issue) => one(jira.statuses.get(issue.statusId)?.category.toString()),
				resolve: (text) => ({ "to do": "2", new: "2", "in progress": "4", indeterminate: "4", done: "3" })[text.toLowerCase()] ?? text,
			};
		case "priority":
			return named(jira.priorities, (issue) => [issue.priorityId]);
		case "resolution":
			return named(jira.resolutions, (issue) => one(issue.resolutionId));
		case "component":
			return named(jira.components, (issue) => issue.componentIds);
		case "fixversion":
			return named(jira.versions, (issue) => issue.fixVersionIds);
		case "affectedversion":
			return named(jira.versions, (issue) => issue.affectedVersionIds);
		case "labels":
			return { kind: "set", values: (issue) => issue.labels, resolve: (text) => text };
		default:
			return peopleField(site, name) ?? plainField(site, name);
	}
}

/** People, and how many of them. */
function peopleField(site: Site, name: string): JqlField | undefined {
	const users = (values: (issue: Issue) => readonly string[]): JqlField => ({
		kind: "set",
		values,
		resolve: (text) =>
			site.accounts.get(text)?.accountId ?? [...site.accounts.values()].find((each) => each.displayName === text)?.accountId,
	});
	switch (name) {
		case "assignee":
			return users((issue) => one(issue.assignee));
		case "reporter":
			return users((issue) => one(issue.reporter));
		case "creator":
			return users((issue) => one(issue.creator));
		case "watcher":
			return users((issue) => listedPeople(site, issue).watchers);
		case "voter":
			return users((issue) => listedPeople(site, issue).votes);
		case "watchers":
			return { kind: "number", value: (issue) => listedPeople(site, issue).watchers.length };
		case "votes":
			return { kind: "number", value: (issue) => listedPeople(site, issue).votes.length };
		default:
			return undefined;
	}
}

/** Dates and texts. */
function plainField(site: Site, name: string): JqlField | undefined {
	switch (name) {
		case "created":
		case "createddate":
			return { kind: "date", value: (issue) => issue.created };
		case "updated":
		case "updateddate":
			return { kind: "date", value: (issue) => issue.updated };
		case "resolved":
		case "resolutiondate":
			return { kind: "date", value: (issue) => issue.resolved };
		case "due":
		case "duedate":
			return { kind: "date", value: (issue) => (issue.dueDate === undefined ? undefined : Date.parse(issue.dueDate)) };
		case "summary":
			return { kind: "text", value: (issue) => issue.summary };
		case "description":
			return { kind: "text", value: (issue) => adfText(readBody(site.jira, issue).description) };
		case "text":
			return { kind: "text", value: (issue) => allText(site, issue) };
		default:
			return undefined;
	}
}

function allText(site: Site, issue: Issue): string {
	const body = readBody(site.jira, issue);
	return [
		issue.summary,
		adfText(body.description),
		adfText(body.environment),
		...body.comments.map((comment) => adfText(comment.body)),
	].join("\n");
}

function customField(site: Site, field: Field): JqlField | undefined {
	const kept = (issue: Issue): unknown => keptValue(issue, readBody(site.jira, issue), field);
	switch (field.kind) {
		case "number":
			return { kind: "number", value: (issue) => kept(issue) as number | undefined };
		case "text":
		case "url":
			return { kind: "text", value: (issue) => scalarText(kept(issue)) };
		case "adf":
			return { kind: "text", value: (issue) => adfText(kept(issue)) };
		case "date":
			return { kind: "date", value: (issue) => (kept(issue) === undefined ? undefined : Date.parse(kept(issue) as string)) };
		case "datetime":
			return { kind: "date", value: (issue) => kept(issue) as number | undefined };
		case "rank":
			return { kind: "text", value: (issue) => scalarText(kept(issue)) };
		default:
			return codecOf(field) === undefined
				? undefined
				: { kind: "set", values: (issue) => setValues(kept(issue)), resolve: (text) => optionId(field, text) };
	}
}

function setValues(value: unknown): string[] {
	if (value === undefined) return [];
	if (Array.isArray(value)) return value.map(String);
	return typeof value === "object" && value !== null
		? Object.values(value)
				.filter((each) => each !== undefined)
				.map(String)
		: [scalarText(value)];
}

const optionId = (field: Field, text: string): string =>
	field.options.find((option) => option.value.toLowerCase() === text.toLowerCase())?.id ?? text;
