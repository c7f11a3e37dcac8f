import { scalarText } from "../../http/read-input.ts";
import type { Site } from "../../site/site.ts";
import { createComment, refuseUnknownMedia } from "../comment/comment-routes.ts";
import { keepValue, keptValue } from "../field/kept-value.ts";
import { linkFromUpdate } from "../link/create-link.ts";
import type { Change, Issue } from "../model/issue.ts";
import { changeBody, readBody } from "../state.ts";
import { createWorklog } from "../worklog/create-worklog.ts";
import { checkParent, setParent } from "./hierarchy.ts";
import { changesOf, record } from "./journal.ts";
import { type FieldWrite, planWrites, type WritePlan } from "./write-plan.ts";

/** What an edit needs beside the request's body. */
export interface Edit {
	readonly issue: Issue;
	readonly author: string;
	readonly body: Record<string, unknown>;
	/** Fields that are handled by the caller. */
	readonly skip?: ReadonlySet<string>;
}

/** Checks an edit of a work item; nothing is changed yet. @throws HttpError 400 with the problems by field */
export function planEdit(site: Site, { issue, body, skip }: Edit): WritePlan {
	const project = site.jira.projects.get(issue.projectId);
	if (project === undefined) throw new Error(`work item ${issue.id} has no project`);
	const present = readBody(site.jira, issue);
	const plan = planWrites(body, { site, project, present: (field) => keptValue(issue, present, field), skip: skip ?? new Set() });
	const written = (id: string): FieldWrite | undefined => plan.writes.find((write) => write.field.id === id);
	const parent = written("parent");
	const type = site.jira.issueTypes.get(scalarText(written("issuetype")?.value ?? issue.typeId));
	if (type !== undefined && (parent !== undefined || type.id !== issue.typeId)) {
		const parentId = parent === undefined ? issue.parentId : (parent.value as number | undefined);
		checkParent(
			site,
			{ type, projectId: issue.projectId, id: issue.id },
			parentId === undefined ? undefined : site.jira.issues.get(parentId),
		);
	}
	for (const write of plan.writes) if (write.field.kind === "adf") refuseUnknownMedia(site, write.value);
	return plan;
}

/** Does what `planEdit` checked: one history entry for all fields, then comments, worklogs and links. */
export function applyEdit(site: Site, edit: Edit, plan: WritePlan): void {
	const { issue, author } = edit;
	const changed = writesThatChange(site, issue, plan.writes);
	if (changed.length > 0) record(site, { issue, author }, () => changed.flatMap((write) => applyWrite(site, issue, write)));
	for (const input of plan.comments) createComment(site, issue, { author, input });
	for (const input of plan.worklogs) createWorklog(site, issue, { author, input, adjust: { kind: "auto" } });
	for (const input of plan.links) linkFromUpdate(site, issue, { author, input });
}

function writesThatChange(site: Site, issue: Issue, writes: readonly FieldWrite[]): FieldWrite[] {
	const body = readBody(site.jira, issue);
	return writes.filter((write) => JSON.stringify(keptValue(issue, body, write.field)) !== JSON.stringify(write.value));
}

/** Writes one field and describes the change. */
export function applyWrite(site: Site, issue: Issue, { field, value }: FieldWrite): Change[] {
	const body = changeBody(site.jira, issue);
	const before = keptValue(issue, body, field);
	if (field.id === "parent") setParent(site, issue, value as number | undefined);
	else if (field.kind === "sprint") keepSprints(site, issue, value as number[] | undefined);
	else keepValue(issue, body, field, value);
	return changesOf(site, issue, field, { before, after: keptValue(issue, body, field) });
}

/** Closed sprints stay in the field; only the open one is replaced. */
function keepSprints(site: Site, issue: Issue, value: number[] | undefined): void {
	const body = changeBody(site.jira, issue);
	const closed = ((body.custom.get("customfield_10020") ?? []) as number[]).filter((id) => site.jira.sprints.get(id)?.state === "closed");
	const after = [...new Set([...closed, ...(value ?? [])])];
	if (after.length === 0) body.custom.delete("customfield_10020");
	else body.custom.set("customfield_10020", after);
}
