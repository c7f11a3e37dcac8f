import type { KindId } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { automationRuleKind } from "./automation/rule-kind-id.ts";
import { formKind } from "./form/form-address.ts";
import { spaceKind } from "./space/space-kind.ts";
import { workItemKind } from "./work-item/record.ts";

type BlindSpot = Extract<Observation, { type: "blind-spot" }>;

/** Something of Jira or JSM that no snapshot holds, and why. Said in every run's report and in docs/coverage.md. */
export interface JiraLimit {
	/** What it is called: `Automation rules`. */
	readonly what: string;
	/** The kind beside which it is told. */
	readonly kind: KindId;
	readonly cause: BlindSpot["cause"];
	readonly why: string;
	/** Told of connections with this credential alone. */
	readonly only?: "oauth";
}

const noOperation = "Atlassian has no operation that shows it.";

const desk = (what: string, why = noOperation): JiraLimit => ({ what, kind: "jsm.service-desk", cause: "api", why });
const ofSite = (what: string, why: string, cause: BlindSpot["cause"] = "api"): JiraLimit => ({ what, kind: spaceKind, cause, why });
const ofItems = (what: string, why = noOperation, cause: BlindSpot["cause"] = "api"): JiraLimit => ({
	what,
	kind: workItemKind,
	cause,
	why,
});

/** Everything that is left out knowingly. What is hidden from the account is counted besides, run by run. */
export const allJiraLimits: readonly JiraLimit[] = [
	ofItems(
		"Work items and comments hidden from the account by a security level or a visibility",
		"Jira does not even say how many there are, and answers of one that a backup holds already as if it had been deleted: give the account every security level and role that may see them.",
	),
	ofItems("Archived work items", "Jira's search and its bulk reads leave them out: take them out of the archive to back them up."),
	ofItems("Properties of comments and worklogs", "Jira gives them one comment at a time; what apps keep beside work items is read."),
	ofItems("Development information", "Commits, branches and builds stay with the tools they come from; Jira shows a summary alone."),
	ofItems("What apps keep in storage of their own", "Forge and Connect apps alone can read it."),
	{
		what: "Automation rules, where the connection is an OAuth grant",
		kind: automationRuleKind,
		cause: "permission",
		why: "Atlassian shows and takes them with an administrator's API token alone.",
		only: "oauth",
	},
	ofSite("Plans, and names of hierarchy levels", "Jira's API shows them to Premium plans alone: not read yet.", "plan"),
	ofSite("Drafts of workflow schemes, and earlier versions of workflows", "Kept by Jira for some weeks alone; what is active is read."),
	ofSite(
		"Pictures of spaces, people and work types",
		"Jira's API shows addresses of pictures, and gives none back to a space that was made again.",
	),
	ofSite(
		"What apps keep beside work types, request types, sprints and people",
		"Atlassian gives such properties one thing at a time, and apart from the lists of these: not read. Those beside work items, spaces, boards, gadgets and organizations are.",
	),
	ofSite("Webhooks, connected apps and their settings", "Each app is shown what is its own, and nothing else."),
	{ what: "Card colours, swimlanes and working days of boards", kind: "jira.board", cause: "api", why: noOperation },
	{
		what: "Settings of gadgets that keep them elsewhere",
		kind: "jira.dashboard",
		cause: "api",
		why: "Properties of gadgets are read; Jira shows nothing else.",
	},
	desk(
		"Definitions of service levels, and their calendars",
		"Clocks of each request are kept; Atlassian has no operation that shows what they are to be.",
	),
	desk(
		"Knowledge bases without an article that a search finds",
		"Which Confluence space a desk uses is told by its articles alone. The articles are backed up with Confluence.",
	),
	desk("Portal, mail and chat channels, and notifications to customers"),
	{
		what: "Forms and their answers, where the connection is an OAuth grant",
		kind: formKind,
		cause: "permission",
		why: "Atlassian shows and takes them with an API token alone.",
		only: "oauth",
	},
	desk("Files inside answers of forms", "Answers name them; those that Jira lists as attachments of the work item are kept with it."),
	{
		what: "History, pictures and imports of Assets",
		kind: "jsm.asset-schema",
		cause: "api",
		why: "Icons and pictures have addresses and no contents, imports show no settings, and the history of an object is read one by one: not read. Roles of schemas have no operation.",
	},
	desk("Alerts, on-call schedules and changes", "Jira Service Management's operations product has an address of its own: not read."),
];

/** A limit as a run reports it. */
export function limitSpot({ what, kind, cause, why }: JiraLimit): BlindSpot {
	return { type: "blind-spot", kind, count: undefined, cause, reason: `${what}: ${why}` };
}
