import { jiraError } from "../../http/errors.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";
import { change, record } from "../issue/journal.ts";
import type { Issue } from "../model/issue.ts";
import type { Project } from "../model/project.ts";
import type { Setting } from "../model/settings.ts";

/** The statuses of a workflow, by their ids. */
export const statusIdsOf = (workflow: Setting | undefined): string[] =>
	((workflow?.statuses ?? []) as { statusReference: string }[]).map((one) => one.statusReference);

/** Names of the workflows that a scheme uses. */
export const usedBy = (scheme: Setting): unknown[] => [
	scheme.defaultWorkflow,
	...Object.values((scheme.issueTypeMappings ?? {}) as object),
];

/** The workflow that work items of a type go through, by name. */
export const workflowFor = (scheme: Readonly<Record<string, unknown>> | undefined, typeId: string): unknown =>
	((scheme?.issueTypeMappings ?? {}) as Record<string, string>)[typeId] ?? scheme?.defaultWorkflow;

const schemeOf = (site: Site, project: Project | undefined): Setting | undefined =>
	site.jira.settings.of.workflowScheme.get(project?.schemes?.workflowScheme ?? "");

/** The work items that go through a workflow. */
export function issuesIn(site: Site, workflow: string): Issue[] {
	return [...site.jira.issues.values()].filter(
		(issue) => workflowFor(schemeOf(site, site.jira.projects.get(issue.projectId)), issue.typeId) === workflow,
	);
}

/** The work items of the spaces that use a scheme. */
export function issuesUnder(site: Site, scheme: Setting): Issue[] {
	return [...site.jira.issues.values()].filter((issue) => schemeOf(site, site.jira.projects.get(issue.projectId)) === scheme);
}

/**
 * Gives work items the statuses that `next` says, all or none; each move is written to the history.
 * @throws HttpError 400 when one would be left without a status
 */
export function migrateStatuses(
	site: Site,
	{ caller }: RequestContext,
	issues: readonly Issue[],
	next: (issue: Issue) => string | undefined,
): void {
	const moves = issues.map((issue) => ({ issue, to: next(issue) })).filter(({ issue, to }) => to !== issue.statusId);
	if (moves.some(({ to }) => to === undefined || !site.jira.statuses.has(to)))
		throw jiraError(400, "Work items are in a status that goes away, and no mapping was given.");
	for (const { issue, to = "" } of moves) {
		record(site, { issue, author: caller.account.accountId }, () => {
			const name = (id: string) => site.jira.statuses.get(id)?.name ?? null;
			const line = change("status", { from: issue.statusId, fromString: name(issue.statusId), to, toString: name(to) });
			issue.statusId = to;
			return [line];
		});
	}
}
