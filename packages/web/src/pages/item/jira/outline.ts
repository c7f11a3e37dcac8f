import { at, plainText, textAt } from "../read-json.ts";
import type { Titles } from "./board-columns.tsx";

/** A table of a setting's preview: what stands in its record, with names instead of ids. */
export interface Outline {
	readonly title: string;
	readonly columns: readonly string[];
	readonly rows: readonly (readonly string[])[];
}

export type Parts = Readonly<Record<string, unknown>>;

/** What a record of one kind holds, as tables; those without a row are not shown. */
export type OutlineReader = (parts: Parts, titles: Titles) => readonly Outline[];

/** What the thing of a kind with this id is called; the id itself where nobody knows. */
export function nameOf(titles: Titles, kind: string, id: unknown): string {
	const text = plainText(id);
	return titles.get(`${kind}/${text}`) ?? text;
}

export const yes = (value: unknown): string => (value === true ? "Yes" : "");

const holders: Readonly<Record<string, string>> = {
	anyone: "Anyone",
	applicationRole: "Everybody with access",
	assignee: "Assignee",
	CurrentAssignee: "Assignee",
	reporter: "Reporter",
	Reporter: "Reporter",
	CurrentUser: "Whoever did it",
	AllWatchers: "Watchers",
	projectLead: "Lead of the space",
	ProjectLead: "Lead of the space",
	ComponentLead: "Leads of the components",
	sd: "Customers of the portal",
	"sd.customer.portal.only": "Customers of the portal",
	global: "Everybody",
	loggedin: "Everybody who is signed in",
	authenticated: "Everybody who is signed in",
};

const sorts: Readonly<Record<string, readonly [label: string, kind: string]>> = {
	projectRole: ["Role", "jira.role"],
	ProjectRole: ["Role", "jira.role"],
	group: ["Group", "jira.group"],
	Group: ["Group", "jira.group"],
	user: ["Person", "jira.user"],
	User: ["Person", "jira.user"],
	userCustomField: ["Field", "jira.field"],
	UserCustomField: ["Field", "jira.field"],
	groupCustomField: ["Field", "jira.field"],
	GroupCustomField: ["Field", "jira.field"],
	project: ["Space", "jira.space"],
};

/** Whom a grant, a notification or a share names: `Role Members`, `Reporter`. */
export function holderName(holder: unknown, titles: Titles): string {
	const type = textAt(holder, "type") ?? textAt(holder, "notificationType") ?? "";
	const sort = sorts[type];
	const id = plainText(at(holder, "value")) || plainText(at(holder, "parameter"));
	if (sort === undefined) return holders[type] ?? [type, id].filter(Boolean).join(" ");
	if (type === "project" && textAt(holder, "project", "name") !== undefined) {
		const role = textAt(holder, "role", "name");
		return `Space ${textAt(holder, "project", "name")}${role === undefined ? "" : `, role ${role}`}`;
	}
	const told =
		textAt(holder, "projectRole", "name") ??
		textAt(holder, "group", "name") ??
		textAt(holder, "user", "displayName") ??
		textAt(holder, "field", "name");
	return `${sort[0]} ${told ?? nameOf(titles, sort[1], id)}`;
}
