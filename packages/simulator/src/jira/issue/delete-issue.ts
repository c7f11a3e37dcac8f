import type { Site } from "../../site/site.ts";
import type { Issue } from "../model/issue.ts";
import { readBody } from "../state.ts";

/** Deletes a work item with its sub-tasks, comments, worklogs, files and links; other items below it lose their parent. */
export function deleteIssueTree(site: Site, issue: Issue): void {
	const jira = site.jira;
	for (const childId of issue.childIds) {
		const child = jira.issues.get(childId);
		if (child === undefined) continue;
		if (jira.issueTypes.get(child.typeId)?.subtask === true) deleteIssueTree(site, child);
		else child.parentId = undefined;
	}
	jira.index.beforeChange(site, issue.id);
	const body = readBody(jira, issue);
	for (const comment of body.comments) jira.commentOwners.delete(comment.id);
	for (const worklog of body.worklogs) {
		jira.worklogMarks.delete(worklog.id);
		jira.worklogsDeleted.push({ id: worklog.id, at: site.clock.now() });
	}
	for (const id of issue.attachmentIds) deleteAttachment(site, id);
	for (const id of issue.linkIds) deleteLink(site, id);
	const parent = issue.parentId === undefined ? undefined : jira.issues.get(issue.parentId);
	if (parent !== undefined) parent.childIds = parent.childIds.filter((id) => id !== issue.id);
	jira.keys.delete(issue.key);
	for (const key of issue.formerKeys ?? []) jira.keys.delete(key);
	jira.pristine.delete(issue.id);
	jira.issues.delete(issue.id);
	jira.revision += 1;
}

/** Forgets a file; documents that show it keep a dead reference. */
export function deleteAttachment(site: Site, id: number): void {
	const attachment = site.jira.attachments.get(id);
	if (attachment === undefined) return;
	site.jira.media.delete(attachment.mediaId);
	site.jira.attachments.delete(id);
	const issue = site.jira.issues.get(attachment.issueId);
	if (issue !== undefined) issue.attachmentIds = issue.attachmentIds.filter((each) => each !== id);
}

/** Forgets a link on both sides. */
export function deleteLink(site: Site, id: number): void {
	const link = site.jira.links.get(id);
	if (link === undefined) return;
	site.jira.links.delete(id);
	for (const side of [link.inwardId, link.outwardId]) {
		const issue = site.jira.issues.get(side);
		if (issue !== undefined) issue.linkIds = issue.linkIds.filter((each) => each !== id);
	}
}
