import { type Answer, noContent, ok, ranged, redirect } from "../../http/answer.ts";
import { HttpError, jiraError } from "../../http/errors.ts";
import { param, type RequestContext, type UploadedFile } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Limits } from "../../limits/limits.ts";
import { mediaAddress } from "../../media/media-routes.ts";
import type { Site } from "../../site/site.ts";
import { deleteAttachment } from "../issue/delete-issue.ts";
import { change, record } from "../issue/journal.ts";
import { findIssue } from "../model/find.ts";
import type { Attachment, Issue } from "../model/issue.ts";
import { attachmentBytes } from "./attachment-bytes.ts";
import { renderAttachment } from "./render-attachment.ts";

const uploadLimit = 1_073_741_824;
const filesPerRequest = 60;

/** Registers files of work items. */
export function registerAttachments(router: Router, site: Site, limits: Limits): void {
	router.route("GET", "/rest/api/3/attachment/meta", () => ok({ enabled: true, uploadLimit }));
	router.route("GET", "/rest/api/3/attachment/{id}", (request) => {
		const attachment = find(site, request);
		return ok({ ...renderAttachment(site, request.base, attachment), id: attachment.id });
	});
	router.route("GET", "/rest/api/3/attachment/content/{id}", (request) => download(site, request));
	router.route("DELETE", "/rest/api/3/attachment/{id}", (request) => remove(site, request));
	router.route("POST", "/rest/api/3/issue/{issueIdOrKey}/attachments", (request) => upload(site, limits, request));
}

function find(site: Site, request: RequestContext): Attachment {
	const attachment = site.jira.attachments.get(Number(param(request, "id")));
	if (
		attachment === undefined ||
		site.jira.projects.get(site.jira.issues.get(attachment.issueId)?.projectId ?? "")?.deleted !== undefined
	) {
		throw jiraError(404, `The attachment with id '${param(request, "id")}' does not exist`);
	}
	return attachment;
}

function download(site: Site, request: RequestContext): Answer {
	const attachment = find(site, request);
	if (request.query.get("redirect") !== "false") return redirect(mediaAddress(site, attachment.mediaId, attachment.filename));
	return ranged(attachmentBytes(attachment), {
		range: request.headers.range,
		headers: {
			"content-type": attachment.mimeType,
			"content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(attachment.filename)}`,
		},
	});
}

function remove(site: Site, request: RequestContext): Answer {
	const attachment = find(site, request);
	const issue = site.jira.issues.get(attachment.issueId);
	if (issue !== undefined) {
		record(site, { issue, author: request.caller.account.accountId }, () => {
			deleteAttachment(site, attachment.id);
			return [
				change("Attachment", { fieldId: "attachment", from: String(attachment.id), fromString: attachment.filename, toString: null }),
			];
		});
	}
	return noContent();
}

function upload(site: Site, limits: Limits, request: RequestContext): Answer {
	if (request.headers["x-atlassian-token"] !== "no-check") throw new HttpError(403, "XSRF check failed");
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	limits.admitIssueWrite(String(issue.id));
	const files = request.files.filter((file) => file.field === "file");
	if (files.length === 0) throw jiraError(400, "No files were found in the part 'file' of the request.");
	if (files.length > filesPerRequest) throw jiraError(413, `The maximum number of files in one request is ${filesPerRequest}.`);
	const added = files.map((file) => attach(site, issue, { author: request.caller.account.accountId, file }));
	return ok(added.map((attachment) => renderAttachment(site, request.base, attachment)));
}

/** Adds a file to a work item; the media service gives it an id of its own. */
function attach(site: Site, issue: Issue, options: { readonly author: string; readonly file: Omit<UploadedFile, "field"> }): Attachment {
	const { author, file } = options;
	const attachment: Attachment = {
		id: site.ids.take("attachment"),
		issueId: issue.id,
		filename: file.filename,
		mimeType: file.mimeType,
		size: file.bytes.byteLength,
		author,
		created: site.clock.now(),
		mediaId: site.random.uuid(),
		content: file.bytes,
	};
	record(site, { issue, author }, () => {
		site.jira.attachments.set(attachment.id, attachment);
		site.jira.media.set(attachment.mediaId, attachment.id);
		issue.attachmentIds = [...issue.attachmentIds, attachment.id];
		return [change("Attachment", { fieldId: "attachment", to: String(attachment.id), toString: attachment.filename })];
	});
	return attachment;
}
