import type { Site } from "../../site/site.ts";
import type { IssueType } from "../model/configuration.ts";
import type { Change, Issue } from "../model/issue.ts";
import type { Project } from "../model/project.ts";
import { levelsOf } from "../security/visibility.ts";
import { setParent } from "./hierarchy.ts";
import { change, record } from "./journal.ts";

interface Move {
	readonly issue: Issue;
	readonly project: Project;
	readonly author: string;
	/** What it becomes there; as it was unless told. */
	readonly into?: { readonly type: IssueType; readonly statusId: string; readonly parent: Issue | undefined };
}

/**
 * Moves a work item to another space or work type. In another space it gets a new key, keeps its id, and its old key leads to it; parts
 * that belong to a space stay behind.
 */
export function moveIssue(site: Site, { issue, project, author, into }: Move): void {
	record(site, { issue, author }, () => [
		...(issue.projectId === project.id ? [] : changeSpace(site, issue, project)),
		...(into === undefined ? [] : become(site, issue, into)),
	]);
}

function changeSpace(site: Site, issue: Issue, project: Project): Change[] {
	const from = site.jira.projects.get(issue.projectId);
	const oldKey = issue.key;
	issue.key = keyIn(site, issue, project);
	issue.number = Number(issue.key.split("-").at(-1));
	issue.projectId = project.id;
	issue.formerKeys = [...(issue.formerKeys ?? []).filter((key) => key !== issue.key), oldKey];
	issue.componentIds = [];
	issue.fixVersionIds = [];
	issue.affectedVersionIds = [];
	// Whoever says nothing of it gets the level that the new scheme gives at first.
	const levels = levelsOf(site, project);
	if (!levels.some(({ id }) => id === issue.securityLevelId)) issue.securityLevelId = levels.find((level) => level.isDefault)?.id;
	site.jira.keys.set(issue.key, issue.id);
	return [
		change("project", { from: from?.id ?? null, fromString: from?.name ?? null, to: project.id, toString: project.name }),
		change("Key", { fieldId: undefined, fromString: oldKey, toString: issue.key }),
	];
}

/** A work item that comes back has its old key there, as long as the switch says so; else the next number. */
function keyIn(site: Site, issue: Issue, project: Project): string {
	const old = site.switches.movedBackGetsOldKey
		? issue.formerKeys?.findLast((key) => key.startsWith(`${project.key}-`) && site.jira.keys.get(key) === issue.id)
		: undefined;
	if (old !== undefined) return old;
	project.nextNumber += 1;
	return `${project.key}-${project.nextNumber - 1}`;
}

function become(site: Site, issue: Issue, { type, statusId, parent }: NonNullable<Move["into"]>): Change[] {
	const lines: Change[] = [];
	const nameOf = (table: ReadonlyMap<string, { readonly name: string }>, id: string) => table.get(id)?.name ?? null;
	if (issue.typeId !== type.id) {
		lines.push(
			change("issuetype", { from: issue.typeId, fromString: nameOf(site.jira.issueTypes, issue.typeId), to: type.id, toString: type.name }),
		);
		issue.typeId = type.id;
	}
	if (issue.statusId !== statusId) {
		const names = { fromString: nameOf(site.jira.statuses, issue.statusId), toString: nameOf(site.jira.statuses, statusId) };
		lines.push(change("status", { from: issue.statusId, to: statusId, ...names }));
		issue.statusId = statusId;
		issue.statusChanged = site.clock.now();
	}
	if (issue.parentId !== parent?.id) {
		const [from, to] = [issue.parentId, parent?.id].map((id) => (id === undefined ? undefined : site.jira.issues.get(id)));
		const ids = { from: from === undefined ? null : String(from.id), to: to === undefined ? null : String(to.id) };
		const names = { fromString: from?.key ?? null, toString: to?.key ?? null };
		lines.push(change("IssueParentAssociation", { fieldId: undefined, ...ids, ...names }));
		setParent(site, issue, parent?.id);
	}
	return lines;
}
