import { expect, it, onTestFinished } from "vitest";
import { allJiraLimits, allKinds } from "../../packages/atlassian/src/index.ts";
import { Kept } from "./confluence-site.ts";
import { jiraSite } from "./jira-site.ts";

const kinds = new Map(allKinds().map((kind) => [kind.id, kind]));

/** Where a thing is kept: a kind, or a row of a kind's table. */
type Place = { readonly kind: string; readonly rows?: readonly string[] };
const kept = (kind: string, ...rows: readonly string[]): Place => ({ kind, rows });
const item = (...rows: readonly string[]) => kept("jira.work-item", ...rows);

/** Everything that a whole Jira and JSM site has, as the product promises it: where it is kept, or what the report calls it. */
const promised: Readonly<Record<string, Place | { readonly limit: string }>> = {
	"fields of work items": item("fields.summary", "fields.customfield_*", "fields.duedate", "fields.environment"),
	"comments with visibility and internal ones": item("comments.*", "comments.*.visibility", "comments.*.jsdPublic"),
	worklogs: item("worklogs.*"),
	"change history": item("history"),
	links: item("links.*", "remote-links.*"),
	"watchers and votes": item("watchers.*", "votes.*"),
	"properties of work items": item("properties.*"),
	attachments: item("file/*"),
	"rank, parent, security level": item("rank", "fields.parent", "fields.security"),
	"status and resolution": item("fields.status", "fields.resolution"),
	"versions and components of work items": item("fields.fixVersions", "fields.versions", "fields.components"),
	requests: item("request.requestTypeId", "participants.*", "approvals.*", "service-levels.*", "feedback"),
	spaces: kept("jira.space", "components", "versions", "roles", "properties", "features"),
	"schemes of spaces": kept("jira.space", "permissionScheme", "notificationScheme", "issueSecurityScheme", "workflowScheme", "fieldScheme"),
	"work types": kept("jira.issue-type"),
	"work type schemes": kept("jira.issue-type-scheme"),
	screens: kept("jira.screen"),
	"screen schemes": kept("jira.screen-scheme"),
	"work type screen schemes": kept("jira.issue-type-screen-scheme"),
	"fields with contexts, options and defaults": kept("jira.field", "contexts"),
	"field schemes": kept("jira.field-scheme"),
	statuses: kept("jira.status"),
	priorities: kept("jira.priority"),
	"priority schemes": kept("jira.priority-scheme", "priorities", "projects"),
	resolutions: kept("jira.resolution"),
	workflows: kept("jira.workflow", "transitions", "mappings"),
	"workflow schemes": kept("jira.workflow-scheme"),
	"permission schemes": kept("jira.permission-scheme"),
	"notification schemes": kept("jira.notification-scheme"),
	"security schemes": kept("jira.security-scheme"),
	roles: kept("jira.role"),
	boards: kept("jira.board", "configuration", "quickFilters"),
	"looks of boards": { limit: "Card colours, swimlanes and working days of boards" },
	"sprints, closed ones too": kept("jira.sprint", "state", "completeDate"),
	"filters with shares and columns": kept("jira.filter", "sharePermissions", "columns", "subscriptions"),
	"dashboards with gadgets": kept("jira.dashboard", "gadgets"),
	groups: kept("jira.group"),
	users: kept("jira.user"),
	"automation rules": kept("jira.automation-rule", "trigger", "components", "state"),
	"automation rules, with an OAuth grant": { limit: "Automation rules, where the connection is an OAuth grant" },
	"service desks": kept("jsm.service-desk", "groups", "organizations", "customers"),
	"request types": kept("jsm.request-type", "fields"),
	queues: kept("jsm.queue", "jql"),
	organizations: kept("jsm.organization", "users"),
	"definitions of service levels": { limit: "Definitions of service levels, and their calendars" },
	"forms and their answers": item("forms.*", "forms.*.state"),
	"templates of forms": kept("jsm.form", "design", "publish"),
	"forms, with an OAuth grant": { limit: "Forms and their answers, where the connection is an OAuth grant" },
	"knowledge base links": kept("jsm.service-desk", "knowledgeBase"),
	"asset schemas": kept("jsm.asset-schema", "types", "attributes", "statuses"),
	"asset objects": kept("jsm.asset-object", "attribute/*", "objectType"),
	"history and pictures of assets": { limit: "History, pictures and imports of Assets" },
	"properties of types, sprints and people": { limit: "What apps keep beside work types, request types, sprints and people" },
	"archived work items": { limit: "Archived work items" },
};

it.each(Object.entries(promised))("%s are kept, or every report says that they are not", (_name, place) => {
	if ("limit" in place) {
		expect(allJiraLimits.map(({ what }) => what)).toContain(place.limit);
		return;
	}
	const fields = kinds.get(place.kind)?.fidelity.map(({ field }) => field);
	expect(fields, place.kind).toEqual(expect.arrayContaining([...(place.rows ?? [])]));
});

it("what is gone is called deleted only of kinds that Jira shows whole or refuses as a whole; items and shared things may be hidden", () => {
	const certain = [...kinds.values()].filter(({ absence }) => absence === "deleted").map(({ id }) => id);
	expect(certain).toEqual(expect.arrayContaining(["jira.role", "jira.screen", "jira.workflow-scheme", "jira.permission-scheme"]));
	const hideable =
		/^(jira\.(work-item|space|board|sprint|filter|dashboard|field|issue-type|status|notification-scheme)|jsm\..*|confluence\..*)$/;
	expect(certain.filter((id) => hideable.test(id))).toEqual([]);
});

it("a backup reports each of them, by a kind that the site has, with a reason", async () => {
	const site = await jiraSite({ seed: 20 });
	onTestFinished(() => site.stop());
	const read = new Kept();
	await site.backup(read);
	for (const { what, kind, why, only } of allJiraLimits) {
		expect(kinds.has(kind), kind).toBe(true);
		if (only !== undefined) continue;
		expect(read.blindSpots.map(({ reason }) => reason)).toContain(`${what}: ${why}`);
	}
	const reasons = read.blindSpots.map(({ reason }) => reason);
	expect(new Set(reasons).size).toBe(reasons.length);
});
