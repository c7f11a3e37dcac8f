import type { JsonObject } from "@skyeworx/core";
import { degraded, derived, exact, idRows, row } from "../setting/fidelity-rows.ts";
import { members, plainWrite, texts } from "../setting/plain-write.ts";
import { pagedList, recordsFrom } from "../setting/reading.ts";
import type { SettingKind } from "../setting/setting-kind.ts";
import { foreseeMoves, migrateScheme } from "./migrate-scheme.ts";
import { moveBack } from "./move-back.ts";

const configure = ["manage:jira-configuration"];

const moves = "Work items in a status that the other workflow lacks are moved to one of the same category: the plan names them.";

/** The members of a scheme that are to be written. */
function pick(wanted: JsonObject, rows: ReadonlySet<string>): JsonObject {
	return Object.fromEntries([...rows].flatMap((name) => (wanted[name] === undefined ? [] : [[name, wanted[name]]])));
}

/** Which workflow each type of work items goes through. */
export const workflowSchemes: SettingKind = {
	id: "jira.workflow-scheme",
	names: ["workflow scheme", "workflow schemes"],
	absence: "deleted",
	scopes: { read: configure, restore: configure },
	table: [
		...idRows("self"),
		row("name", "Name", exact),
		row("description", "Description", exact),
		row("defaultWorkflow", "Workflow at first", degraded(moves), exact),
		row("issueTypeMappings", "Workflows by work type", degraded(moves), exact),
		...[
			"draft",
			"issueTypes",
			"lastModified",
			"lastModifiedUser",
			"originalDefaultWorkflow",
			"originalIssueTypeMappings",
			"updateDraftIfNeeded",
		].map((name) => row(name, "Draft", derived("its changes"))),
	],
	points: [{ at: "issueTypeMappings.#", kind: "jira.issue-type" }],
	follows: ["jira.workflow"],
	read: async (reading) => recordsFrom(await pagedList(reading, { path: "/rest/api/3/workflowscheme", size: 50 })),
	write: plainWrite({
		path: "/rest/api/3/workflowscheme",
		creation: (tree) => members(tree, "name", "description", "defaultWorkflow", "issueTypeMappings"),
		elsewhere: ["defaultWorkflow", "issueTypeMappings", "name", "description"],
		async change(deed, { id, rows, wanted, live, isNew }) {
			if (isNew) return;
			const call = { method: "PUT", path: "/rest/api/3/workflowscheme/{id}", parameters: { id } } as const;
			if (rows.has("name") || rows.has("description"))
				await deed.put("name", "members", { ...call, body: texts(wanted, "name", "description") });
			await migrateScheme(deed, { id, rows, wanted: { ...live, ...pick(wanted, rows) } });
		},
		undoBeside: moveBack,
		foresee: async (reading, { id, rows, wanted, live }) =>
			await foreseeMoves(reading, { id, rows, wanted: { ...live, ...pick(wanted, rows) } }),
	}),
};
