import { adfText } from "../adf/adf-text.ts";
import { adfToStorage } from "../confluence/storage/adf-to-storage.ts";
import { storageToHtml } from "../confluence/storage/storage-to-html.ts";
import { type Answer, ranged, redirect } from "../http/answer.ts";
import { HttpError } from "../http/errors.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import { createComment } from "../jira/comment/comment-routes.ts";
import { deleteIssueTree } from "../jira/issue/delete-issue.ts";
import { applyEdit, planEdit } from "../jira/issue/edit-issue.ts";
import { findIssue, findProject, lookUpIssue } from "../jira/model/find.ts";
import type { Adf, Attachment, Issue } from "../jira/model/issue.ts";
import { readBody } from "../jira/state.ts";
import type { AdfNode } from "../seed/adf-body.ts";
import { fileContent } from "../seed/file-content.ts";
import type { Site } from "../site/site.ts";
import { html, type Markup, type Piece, rendered } from "./html.ts";
import { forPeople, page, person, when } from "./layout.ts";

/** Registers one work item as a person sees it, and what can be done to it. */
export function registerWorkItemPages(router: Router, site: Site): void {
	router.route(
		"GET",
		"/browse/{key}",
		forPeople(site, (request) => show(site, request)),
		"public",
	);
	router.route(
		"POST",
		"/browse/{key}/edit",
		forPeople(site, (request) => edit(site, request)),
		"public",
	);
	router.route(
		"POST",
		"/browse/{key}/comment",
		forPeople(site, (request) => comment(site, request)),
		"public",
	);
	router.route(
		"POST",
		"/browse/{key}/delete",
		forPeople(site, (request) => remove(site, request)),
		"public",
	);
	router.route(
		"GET",
		"/secure/attachment/{id}/{fileName}",
		forPeople(site, (request) => file(site, request)),
		"public",
	);
}

function issueOf(site: Site, request: RequestContext): Issue {
	const issue = lookUpIssue(site, param(request, "key"));
	if (issue === undefined)
		throw new HttpError(404, {
			message: `There is no work item ${param(request, "key")}. It may have been deleted: Jira keeps no trash for work items.`,
		});
	return issue;
}

function documentMarkup(site: Site, document: Adf | null | undefined): Piece {
	if (document === null || document === undefined) return html`<p class="dim">none</p>`;
	const storage = adfToStorage(document as AdfNode, { fileName: (id) => id, media: () => undefined });
	const context = {
		fileAddress: (mediaId: string) => {
			const attachment = site.jira.attachments.get(site.jira.media.get(mediaId) ?? -1);
			return attachment === undefined ? undefined : addressOf(attachment);
		},
		pageAddress: () => undefined,
		personName: (accountId: string) => site.accounts.get(accountId)?.displayName,
	};
	return rendered(storageToHtml(storage, context));
}

const addressOf = (attachment: Attachment): string => `/secure/attachment/${attachment.id}/${encodeURIComponent(attachment.filename)}`;

function show(site: Site, request: RequestContext): Answer {
	const wanted = param(request, "key");
	if (!/-\d+$|^\d+$/.test(wanted)) return redirect(`/projects/${findProject(site, wanted).key}`, 302);
	const issue = issueOf(site, request);
	if (issue.key !== wanted.toUpperCase()) return redirect(`/browse/${issue.key}`, 302);
	const body = readBody(site.jira, issue);
	const project = site.jira.projects.get(issue.projectId);
	const parent = issue.parentId === undefined ? undefined : site.jira.issues.get(issue.parentId);
	return page(site, `${issue.key} ${issue.summary}`, [
		html`<p class="dim"><a href="/projects/${project?.key}">${project?.name}</a>${parent && html` / <a href="/browse/${parent.key}">${parent.key}</a>`} / ${issue.key}</p>`,
		html`<h1>${issue.summary}</h1>`,
		html`<div class="acts"><a href="#edit">Edit</a><form class="inline" method="post" action="/browse/${issue.key}/delete"><button class="bad">Delete work item</button></form></div>`,
		fields(site, issue),
		html`<h2>Description</h2><div class="body">${documentMarkup(site, body.description)}</div>`,
		relations(site, issue),
		attachments(site, issue),
		html`<h2>Comments</h2>${body.comments.map((entry) => html`<div class="comment"><b>${person(site, entry.author)}</b> <span class="dim">${when(entry.created)}${!entry.jsdPublic && " · internal"}</span>${documentMarkup(site, entry.body)}</div>`)}`,
		html`<form method="post" action="/browse/${issue.key}/comment"><textarea name="text" aria-label="Comment" required></textarea><p><button class="go">Add comment</button></p></form>`,
		history(site, issue),
		html`<h2 id="edit">Edit</h2><form method="post" action="/browse/${issue.key}/edit"><p><input name="summary" value="${issue.summary}" size="70" aria-label="Summary" required></p><textarea name="description" rows="8" aria-label="Description">${adfText(body.description)}</textarea><p><button class="go">Save</button></p></form>`,
	]);
}

function fields(site: Site, issue: Issue): Markup {
	const { jira } = site;
	const pairs: readonly (readonly [string, Piece])[] = [
		["Type", jira.issueTypes.get(issue.typeId)?.name],
		["Status", html`<span class="status">${jira.statuses.get(issue.statusId)?.name}</span>`],
		["Priority", jira.priorities.get(issue.priorityId)?.name],
		["Resolution", issue.resolutionId === undefined ? "Unresolved" : jira.resolutions.get(issue.resolutionId)?.name],
		["Assignee", person(site, issue.assignee)],
		["Reporter", person(site, issue.reporter)],
		["Labels", issue.labels.length === 0 ? "none" : issue.labels.map((label) => html`<span class="tag">${label}</span>`)],
		["Due", issue.dueDate ?? "none"],
		["Created", when(issue.created)],
		["Updated", when(issue.updated)],
	];
	return html`<dl>${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

const reference = (site: Site, id: number): Markup | undefined => {
	const issue = site.jira.issues.get(id);
	return issue && html`<a href="/browse/${issue.key}">${issue.key} ${issue.summary}</a>`;
};

function relations(site: Site, issue: Issue): Piece {
	const children = issue.childIds.map((id) => html`<li>${reference(site, id)}</li>`);
	const links = issue.linkIds
		.flatMap((id) => site.jira.links.get(id) ?? [])
		.map((link) => {
			const type = site.jira.linkTypes.get(link.typeId);
			const outward = link.inwardId === issue.id;
			return html`<li>${outward ? type?.outward : type?.inward} ${reference(site, outward ? link.outwardId : link.inwardId)}</li>`;
		});
	return [
		children.length > 0 && html`<h2>Child work items</h2><ul>${children}</ul>`,
		links.length > 0 && html`<h2>Linked work items</h2><ul>${links}</ul>`,
	];
}

function attachments(site: Site, issue: Issue): Piece {
	const files = issue.attachmentIds.flatMap((id) => site.jira.attachments.get(id) ?? []);
	if (files.length === 0) return undefined;
	const rows = files.map(
		(entry) =>
			html`<tr><td><a href="${addressOf(entry)}">${entry.filename}</a></td><td class="dim">${entry.size} bytes</td><td class="dim">${person(site, entry.author)}, ${when(entry.created)}</td></tr>`,
	);
	return html`<h2>Attachments</h2><table class="list"><tbody>${rows}</tbody></table>`;
}

function history(site: Site, issue: Issue): Markup {
	const histories = [...readBody(site.jira, issue).histories].sort((a, b) => b.created - a.created);
	const rows = histories.flatMap((entry) =>
		entry.items.map(
			(item) =>
				html`<tr><td class="dim">${when(entry.created)}</td><td>${person(site, entry.author)}</td><td>${item.field}</td><td>${shortened(item.fromString)}</td><td>${shortened(item.toString)}</td></tr>`,
		),
	);
	return html`<details><summary>History (${histories.length} changes)</summary><table class="list"><tbody>${rows}</tbody></table></details>`;
}

const shortened = (text: string | null): string => (text === null ? "–" : text.length > 160 ? `${text.slice(0, 160)}…` : text);

/** Writes plain text as a document: one paragraph for each part between empty lines. */
export function textDocument(text: string): Adf {
	const parts = text
		.replaceAll("\r\n", "\n")
		.split(/\n{1,}/)
		.filter((part) => part.trim() !== "");
	return { type: "doc", version: 1, content: parts.map((part) => ({ type: "paragraph", content: [{ type: "text", text: part }] })) };
}

function edit(site: Site, request: RequestContext): Answer {
	const issue = issueOf(site, request);
	const { summary = "", description = "" } = request.form;
	const before = adfText(readBody(site.jira, issue).description);
	const same = description.replaceAll("\r\n", "\n").trim() === before.trim();
	const written = description.trim() === "" ? null : textDocument(description);
	const change = { issue, author: site.owner.accountId, body: { fields: { summary, ...(same ? {} : { description: written }) } } };
	applyEdit(site, change, planEdit(site, change));
	return redirect(`/browse/${issue.key}`);
}

function comment(site: Site, request: RequestContext): Answer {
	const issue = issueOf(site, request);
	const text = (request.form.text ?? "").trim();
	if (text === "") throw new HttpError(400, { message: "A comment needs some words." });
	createComment(site, issue, { author: site.owner.accountId, input: { body: textDocument(text) } });
	return redirect(`/browse/${issue.key}`);
}

function remove(site: Site, request: RequestContext): Answer {
	const issue = findIssue(site, param(request, "key"));
	const key = site.jira.projects.get(issue.projectId)?.key ?? "";
	deleteIssueTree(site, issue);
	return redirect(`/projects/${key}`);
}

function file(site: Site, request: RequestContext): Answer {
	const attachment = site.jira.attachments.get(Number(param(request, "id")));
	if (attachment === undefined) throw new HttpError(404, { message: "There is no such attachment." });
	const { content } = attachment;
	const bytes = content instanceof Uint8Array ? content : fileContent(content.kind, content.seed, attachment.size);
	const headers = {
		"content-type": attachment.mimeType,
		"content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(attachment.filename)}`,
		"x-content-type-options": "nosniff",
	};
	return ranged(bytes, { range: request.headers.range, headers });
}
