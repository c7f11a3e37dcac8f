import type { Field, FieldKind, Option } from "../model/configuration.ts";

interface Row {
	readonly id: string;
	readonly name: string;
	readonly kind: FieldKind;
	readonly type: string;
	readonly items?: string;
	readonly custom?: string;
	readonly clauses?: string;
	readonly screens?: boolean;
	readonly options?: readonly Option[];
	readonly description?: string;
	readonly projectTypes?: readonly string[];
}

const option = (id: number, value: string, ...children: string[]): Option => ({
	id: String(id),
	value,
	children: children.map((child, index) => ({ id: String(id + 100 + index), value: child, children: [] })),
});

const platform = "com.atlassian.jira.plugin.system.customfieldtypes";

const system: readonly Row[] = [
	{ id: "summary", name: "Summary", kind: "summary", type: "string", screens: true },
	{ id: "issuetype", name: "Work type", kind: "issue-type", type: "issuetype", screens: true, clauses: "issuetype type" },
	{ id: "project", name: "Space", kind: "project", type: "project", screens: true },
	{ id: "parent", name: "Parent", kind: "parent", type: "issuelink", screens: true },
	{ id: "description", name: "Description", kind: "adf", type: "string", screens: true },
	{ id: "environment", name: "Environment", kind: "adf", type: "string", screens: true },
	{ id: "priority", name: "Priority", kind: "priority", type: "priority", screens: true },
	{ id: "assignee", name: "Assignee", kind: "user", type: "user", screens: true },
	{ id: "reporter", name: "Reporter", kind: "user", type: "user", screens: true },
	{ id: "labels", name: "Labels", kind: "labels", type: "array", items: "string", screens: true },
	{ id: "components", name: "Components", kind: "components", type: "array", items: "component", screens: true, clauses: "component" },
	{ id: "fixVersions", name: "Fix versions", kind: "versions", type: "array", items: "version", screens: true, clauses: "fixVersion" },
	{
		id: "versions",
		name: "Affects versions",
		kind: "versions",
		type: "array",
		items: "version",
		screens: true,
		clauses: "affectedVersion",
	},
	{ id: "duedate", name: "Due date", kind: "date", type: "date", screens: true, clauses: "due duedate" },
	{ id: "timetracking", name: "Time tracking", kind: "time-tracking", type: "timetracking", screens: true, clauses: "" },
	...(
		[
			["status", "Status", "status"],
			["statusCategory", "Status Category", "statusCategory"],
			["resolution", "Resolution", "resolution"],
			["created", "Created", "datetime"],
			["updated", "Updated", "datetime"],
			["resolutiondate", "Resolved", "datetime"],
			["statuscategorychangedate", "Status Category Changed", "datetime"],
			["creator", "Creator", "user"],
			["timespent", "Time Spent", "number"],
			["timeoriginalestimate", "Original estimate", "number"],
			["timeestimate", "Remaining Estimate", "number"],
			["aggregatetimespent", "Σ Time Spent", "number"],
			["aggregatetimeoriginalestimate", "Σ Original Estimate", "number"],
			["aggregatetimeestimate", "Σ Remaining Estimate", "number"],
			["workratio", "Work Ratio", "number"],
			["progress", "Progress", "progress"],
			["aggregateprogress", "Σ Progress", "progress"],
			["watches", "Watchers", "watches"],
			["votes", "Votes", "votes"],
			["lastViewed", "Last Viewed", "datetime"],
			["issuerestriction", "Restrict to", "issuerestriction"],
		] as const
	).map(([id, name, type]): Row => ({ id, name, kind: "read-only", type })),
	{ id: "security", name: "Security Level", kind: "security-level", type: "securitylevel", screens: true, clauses: "level" },
	{ id: "subtasks", name: "Sub-tasks", kind: "read-only", type: "array", items: "issuelinks" },
	{ id: "issuelinks", name: "Linked work items", kind: "read-only", type: "array", items: "issuelinks" },
	{ id: "attachment", name: "Attachment", kind: "read-only", type: "array", items: "attachment" },
	{ id: "comment", name: "Comment", kind: "read-only", type: "comments-page" },
	{ id: "worklog", name: "Log Work", kind: "read-only", type: "array", items: "worklog" },
];

const desks = { projectTypes: ["service_desk"] } as const;

const custom: readonly Row[] = [
	{
		id: "customfield_10002",
		name: "Organizations",
		kind: "customer-organizations",
		type: "array",
		items: "sd-customerorganization",
		custom: "com.atlassian.servicedesk:sd-customer-organizations",
		screens: true,
		...desks,
	},
	// Shown, and on no screen of this site: JSM's own operations write it.
	{
		id: "customfield_10041",
		name: "Request participants",
		kind: "multi-user",
		type: "array",
		items: "user",
		custom: "com.atlassian.servicedesk:sd-request-participants",
		...desks,
	},
	{
		id: "customfield_10042",
		name: "Approvals",
		kind: "read-only",
		type: "sd-approvals",
		custom: "com.atlassian.servicedesk.approvals-plugin:sd-approvals",
		...desks,
	},
	{
		id: "customfield_10043",
		name: "Satisfaction",
		kind: "read-only",
		type: "sd-feedback",
		custom: "com.atlassian.servicedesk:sd-request-feedback",
		...desks,
	},
	{
		id: "customfield_10044",
		name: "Time to resolution",
		kind: "read-only",
		type: "sd-servicelevelagreement",
		custom: "com.atlassian.servicedesk:sd-sla-field",
		...desks,
	},
	{
		id: "customfield_10045",
		name: "Total forms",
		kind: "read-only",
		type: "number",
		custom: "com.atlassian.jira.plugins.proforma-managed-fields:forms-total-field-cftype",
		...desks,
	},
	{
		id: "customfield_10046",
		name: "Affected assets",
		kind: "asset-objects",
		type: "array",
		items: "cmdb-object-field",
		custom: "com.atlassian.jira.plugins.cmdb:cmdb-object-cftype",
		screens: true,
		...desks,
	},
	{
		id: "customfield_10010",
		name: "Request Type",
		kind: "request-type",
		type: "sd-customerrequesttype",
		custom: "com.atlassian.servicedesk:vp-origin",
		screens: true,
		...desks,
	},
	{
		id: "customfield_10014",
		name: "Epic Link",
		kind: "read-only",
		type: "any",
		custom: "com.pyxis.greenhopper.jira:gh-epic-link",
		projectTypes: ["software"],
	},
	{ id: "customfield_10016", name: "Story points", kind: "number", type: "number", custom: `${platform}:float`, screens: true },
	{ id: "customfield_10019", name: "Rank", kind: "rank", type: "any", custom: "com.pyxis.greenhopper.jira:gh-lexo-rank" },
	{
		id: "customfield_10020",
		name: "Sprint",
		kind: "sprint",
		type: "array",
		items: "json",
		custom: "com.pyxis.greenhopper.jira:gh-sprint",
		screens: true,
		projectTypes: ["software"],
	},
	{ id: "customfield_10030", name: "Customer reference", kind: "text", type: "string", custom: `${platform}:textfield`, screens: true },
	{ id: "customfield_10031", name: "Acceptance criteria", kind: "adf", type: "string", custom: `${platform}:textarea`, screens: true },
	{
		id: "customfield_10032",
		name: "Severity",
		kind: "select",
		type: "option",
		custom: `${platform}:select`,
		screens: true,
		options: [option(10_100, "Critical"), option(10_101, "Major"), option(10_102, "Minor")],
	},
	{
		id: "customfield_10033",
		name: "Platforms",
		kind: "multi-select",
		type: "array",
		items: "option",
		custom: `${platform}:multiselect`,
		screens: true,
		options: [option(10_110, "Web"), option(10_111, "iOS"), option(10_112, "Android"), option(10_113, "API")],
	},
	{
		id: "customfield_10034",
		name: "Region and office",
		kind: "cascading",
		type: "option-with-child",
		custom: `${platform}:cascadingselect`,
		screens: true,
		options: [option(10_200, "Europe", "Lisbon", "Tallinn"), option(10_210, "Americas", "Denver", "Recife")],
	},
	{ id: "customfield_10035", name: "Target start", kind: "date", type: "date", custom: `${platform}:datepicker`, screens: true },
	{ id: "customfield_10036", name: "Reported at", kind: "datetime", type: "datetime", custom: `${platform}:datetime`, screens: true },
	{ id: "customfield_10037", name: "Topics", kind: "labels", type: "array", items: "string", custom: `${platform}:labels`, screens: true },
	{ id: "customfield_10038", name: "Reviewer", kind: "user", type: "user", custom: `${platform}:userpicker`, screens: true },
	{
		id: "customfield_10039",
		name: "Stakeholders",
		kind: "multi-user",
		type: "array",
		items: "user",
		custom: `${platform}:multiuserpicker`,
		screens: true,
	},
	{ id: "customfield_10040", name: "Design link", kind: "url", type: "string", custom: `${platform}:url`, screens: true },
];

function fieldOf(row: Row): Field {
	const numeric = row.custom === undefined ? undefined : Number(row.id.slice("customfield_".length));
	const schema: Record<string, unknown> = { type: row.type };
	if (row.items !== undefined) schema.items = row.items;
	if (row.custom === undefined) schema.system = row.id;
	else {
		schema.custom = row.custom;
		schema.customId = numeric;
	}
	const clauses =
		row.custom === undefined ? (row.clauses ?? row.id).split(" ").filter((name) => name !== "") : [`cf[${numeric}]`, row.name];
	return {
		id: row.id,
		name: row.name,
		kind: row.kind,
		clauseNames: clauses,
		schema,
		options: row.options ?? [],
		onScreens: row.screens === true,
		navigable: !["comment", "attachment", "worklog", "timetracking"].includes(row.id),
		description: row.description ?? "",
		...(row.projectTypes === undefined ? {} : { projectTypes: row.projectTypes }),
	};
}

/** Every field of the site: Atlassian's own and the site's custom fields. */
export const fieldCatalog: readonly Field[] = [...system, ...custom].map(fieldOf);
