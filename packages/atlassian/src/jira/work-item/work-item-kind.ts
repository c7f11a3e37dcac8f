import type { KindDefinition } from "@skyeworx/engine";
import { compareWorkItems } from "./compare-items.ts";
import { describeWorkItem } from "./describe-item.ts";
import { workItemFidelity } from "./fidelity.ts";
import { workItemKind } from "./record.ts";
import { toldChanges } from "./told-changes.ts";

/** Jira work items of every type, JSM requests among them. */
export const jiraWorkItemKind: KindDefinition = {
	id: workItemKind,
	app: "jira",
	names: ["work item", "work items"],
	describedBy: ["", "comments", "worklogs", "history", "request", "participants", "approvals", "feedback", "forms"],
	scopes: {
		read: ["read:jira-work", "read:jira-user", "read:servicedesk-request"],
		restore: ["write:jira-work", "write:servicedesk-request"],
	},
	fidelity: workItemFidelity,
	describe: describeWorkItem,
	compare: compareWorkItems,
	changes: toldChanges,
};
