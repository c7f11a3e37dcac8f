import { at, listAt, plainText, recordAt, textAt } from "../read-json.ts";
import { holderName, nameOf, type OutlineReader, yes } from "./outline.ts";

const operations: Readonly<Record<string, string>> = {
	default: "Everything else",
	create: "Creating",
	edit: "Editing",
	view: "Looking at it",
};

/** Settings that say what belongs to what. */
export const schemeOutlines: Readonly<Record<string, OutlineReader>> = {
	"jira.workflow-scheme": (parts, titles) => [
		{
			title: "Workflows",
			columns: ["Work type", "Workflow"],
			rows: [
				...Object.entries(recordAt(parts[""], "issueTypeMappings")).map(([id, workflow]) => [
					nameOf(titles, "jira.issue-type", id),
					plainText(workflow),
				]),
				["All others", textAt(parts[""], "defaultWorkflow") ?? "Jira’s own"],
			],
		},
	],
	"jira.notification-scheme": (parts, titles) => [
		{
			title: "Notifications",
			columns: ["When", "Told"],
			rows: listAt(parts[""], "notificationSchemeEvents").map((event) => [
				textAt(event, "event", "name") ?? "",
				listAt(event, "notifications")
					.map((one) => holderName(one, titles))
					.join(", "),
			]),
		},
	],
	"jira.security-scheme": (parts, titles) => [
		{
			title: "Security levels",
			columns: ["Level", "Seen by", "Set by itself"],
			rows: listAt(parts.levels).map((level) => [
				textAt(level, "name") ?? "",
				listAt(level, "members")
					.map((member) => holderName(at(member, "holder"), titles))
					.join(", "),
				yes(at(level, "isDefault")),
			]),
		},
	],
	"jira.screen": (parts) =>
		listAt(parts.tabs).map((tab) => ({
			title: `Tab ${textAt(tab, "name") ?? ""}`,
			columns: ["Field"],
			rows: listAt(tab, "fields").map((field) => [plainText(field)]),
		})),
	"jira.screen-scheme": (parts, titles) => [
		{
			title: "Screens",
			columns: ["For", "Screen"],
			rows: Object.entries(recordAt(parts[""], "screens")).map(([operation, id]) => [
				operations[operation] ?? operation,
				nameOf(titles, "jira.screen", id),
			]),
		},
	],
	"jira.issue-type-screen-scheme": (parts, titles) => [
		{
			title: "Screen schemes",
			columns: ["Work type", "Screen scheme"],
			rows: listAt(parts.mappings).map((mapping) => [
				at(mapping, "issueTypeId") === "default" ? "All others" : nameOf(titles, "jira.issue-type", at(mapping, "issueTypeId")),
				nameOf(titles, "jira.screen-scheme", at(mapping, "screenSchemeId")),
			]),
		},
	],
	"jira.issue-type-scheme": (parts, titles) => [
		{
			title: "Work types",
			columns: ["Work type", "Set by itself"],
			rows: listAt(parts.issueTypeIds).map((id) => [
				nameOf(titles, "jira.issue-type", id),
				yes(plainText(id) === plainText(at(parts[""], "defaultIssueTypeId"))),
			]),
		},
	],
	"jira.priority-scheme": (parts) => [
		{
			title: "Priorities",
			columns: ["Priority", "Set by itself"],
			rows: listAt(parts.priorities).map((priority) => [
				plainText(priority),
				yes(plainText(at(priority, "id")) === plainText(at(parts[""], "defaultPriorityId"))),
			]),
		},
	],
	"jira.field-scheme": (parts, titles) => [
		{
			title: "Fields",
			columns: ["Field", "Required", "Only for work types", "Description"],
			rows: listAt(parts.fields).map((field) => [
				nameOf(titles, "jira.field", at(field, "fieldId")),
				yes(at(field, "parameters", "isRequired")),
				listAt(field, "restrictedToWorkTypes")
					.map((id) => nameOf(titles, "jira.issue-type", id))
					.join(", "),
				textAt(field, "parameters", "description") ?? "",
			]),
		},
	],
};
