import { seesContent } from "../confluence/access.ts";
import { downloadPath, webui } from "../confluence/addresses.ts";
import { latestFile } from "../confluence/deeds/write-attachment.ts";
import { conversionContext, writeBody } from "../confluence/deeds/write-body.ts";
import { createComment, resolutionOf } from "../confluence/deeds/write-comment.ts";
import { purgeContent, restoreContent, trashContent, updateContent } from "../confluence/deeds/write-content.ts";
import type { Comment, Content, Version } from "../confluence/entities.ts";
import { latest } from "../confluence/state.ts";
import { storageToHtml } from "../confluence/storage/storage-to-html.ts";
import { type Answer, redirect } from "../http/answer.ts";
import { HttpError } from "../http/errors.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { demoCaller } from "./actor.ts";
import { html, type Markup, type Piece, rendered } from "./html.ts";
import { forPeople, page, person, when } from "./layout.ts";
import { spaceOf } from "./space-pages.ts";

/** Registers one page or blog post as a person sees it, and what can be done to it. */
export function registerContentPages(router: Router, site: Site): void {
	const shown = [
		"/pages/{id}",
		"/pages/{id}/{title}",
		"/blog/{year}/{month}/{day}/{id}/{title}",
		"/folder/{id}",
		"/whiteboard/{id}",
		"/database/{id}",
		"/embed/{id}",
	];
	for (const path of shown)
		router.route(
			"GET",
			`/wiki/spaces/{key}${path}`,
			forPeople(site, (request) => show(site, request)),
			"public",
		);
	const deeds = { edit, delete: remove, restore, purge, comment };
	for (const [name, deed] of Object.entries(deeds)) {
		const handler = forPeople(site, (request) => {
			const content = contentOf(site, request);
			return redirect(deed(site, request, content) ?? `/wiki${webui(site, content)}`);
		});
		router.route("POST", `/wiki/spaces/{key}/pages/{id}/${name}`, handler, "public");
	}
}

function contentOf(site: Site, request: RequestContext): Content {
	const space = spaceOf(site, request);
	const content = site.confluence.contents.get(param(request, "id"));
	if (content === undefined || content.spaceId !== space.id || !seesContent(site, content, demoCaller(site))) {
		throw new HttpError(404, { message: `There is no page ${param(request, "id")} in ${space.name}, or it is hidden from you.` });
	}
	return content;
}

function bodyMarkup(site: Site, content: Content | undefined, storage: string): Markup {
	const files = content === undefined ? [] : site.confluence.attachmentsOf(content.id).filter((file) => file.status === "current");
	const context = {
		fileAddress: (name: string) => {
			const file = files.find((known) => known.title === name);
			return file === undefined ? undefined : `/wiki${downloadPath(file, latestFile(file))}`;
		},
		pageAddress: (title: string, key: string | undefined) => {
			const spaceId = key === undefined ? content?.spaceId : site.confluence.spaceByKey(key)?.id;
			const target = spaceId === undefined ? undefined : site.confluence.titled(spaceId, "page", title);
			return target === undefined ? undefined : `/wiki${webui(site, target)}`;
		},
		personName: (accountId: string) => site.accounts.get(accountId)?.displayName,
	};
	return rendered(storageToHtml(storage, context));
}

function show(site: Site, request: RequestContext): Answer {
	const content = contentOf(site, request);
	const asked = request.query.get("version");
	const version = asked === null ? latest(content) : content.versions.find((known) => known.number === Number(asked));
	if (version === undefined) throw new HttpError(404, { message: `There is no version ${asked}.` });
	const space = spaceOf(site, request);
	const above = site.confluence.ancestorsOf(content).reverse();
	const trail = html`<p class="dim"><a href="/wiki/spaces/${space.key}">${space.name}</a>${above.map((entry) => html` / <a href="/wiki${webui(site, entry)}">${entry.title}</a>`)}</p>`;
	return page(site, version.title, [
		trail,
		notices(content, version),
		html`<h1>${version.title}</h1><p class="dim">version ${version.number} by ${person(site, version.authorId)}, ${when(version.createdAt)} ${version.message !== "" && `– ${version.message}`}</p>`,
		html`<p>${content.labels.map((label) => html`<span class="tag">${label.name}</span>`)}</p>`,
		buttons(site, content),
		html`<div class="body">${bodyMarkup(site, content, version.body.storage)}</div>`,
		attachments(site, content),
		comments(site, content),
		history(site, content),
		content.status === "current" && editor(site, content),
	]);
}

function notices(content: Content, version: Version): Piece {
	const old = version !== latest(content) && html`<p class="notice">This is an old version of the page.</p>`;
	return [
		old,
		content.status === "trashed" && html`<p class="notice">This page is in the trash.</p>`,
		content.status === "archived" && html`<p class="notice">This page is archived.</p>`,
	];
}

const action = (site: Site, content: Content): string =>
	`/wiki/spaces/${site.confluence.spaces.get(content.spaceId)?.key}/pages/${content.id}`;

function buttons(site: Site, content: Content): Markup {
	const button = (name: string, label: string, kind: string): Markup =>
		html`<form class="inline" method="post" action="${action(site, content)}/${name}"><button class="${kind}">${label}</button></form> `;
	if (content.status === "trashed")
		return html`<div class="acts">${button("restore", "Restore from trash", "go")}${button("purge", "Delete for good", "bad")}</div>`;
	return html`<div class="acts">${content.status === "current" && html`<a href="#edit">Edit</a>`}${button("delete", `Delete ${content.type === "blogpost" ? "blog post" : content.type}`, "bad")}</div>`;
}

function attachments(site: Site, content: Content): Piece {
	const files = site.confluence.attachmentsOf(content.id).filter((file) => file.status === "current");
	if (files.length === 0) return undefined;
	const rows = files.map((file) => {
		const version = latestFile(file);
		return html`<tr><td><a href="/wiki${downloadPath(file, version)}">${file.title}</a></td><td class="dim">${version.fileSize} bytes</td><td class="dim">v${version.number} by ${person(site, version.authorId)}, ${when(version.createdAt)}</td></tr>`;
	});
	return html`<h2>Attachments</h2><table class="list"><tbody>${rows}</tbody></table>`;
}

function comments(site: Site, content: Content): Markup {
	const roots = site.confluence.commentsOf(content.id).filter((entry) => entry.parentId === undefined);
	const form =
		content.status === "current" &&
		html`<form method="post" action="${action(site, content)}/comment"><textarea name="text" aria-label="Comment" required></textarea><p><button class="go">Add comment</button></p></form>`;
	return html`<h2>Comments</h2>${roots.map((root) => oneComment(site, content, root))}${form}`;
}

function oneComment(site: Site, content: Content, entry: Comment): Markup {
	const version = latest(entry);
	const anchor = entry.anchor && html` on “${entry.anchor.selection}” <span class="status">${resolutionOf(site, entry)}</span>`;
	const replies = site.confluence.repliesOf(entry.id).map((reply) => html`<div class="reply">${oneComment(site, content, reply)}</div>`);
	return html`<div class="comment" id="comment-${entry.id}"><b>${person(site, version.authorId)}</b> <span class="dim">${when(version.createdAt)}${anchor}</span>${bodyMarkup(site, content, version.body.storage)}${replies}</div>`;
}

function history(site: Site, content: Content): Markup {
	const rows = [...content.versions]
		.reverse()
		.map(
			(version) =>
				html`<tr><td><a href="?version=${version.number}">v${version.number}</a></td><td>${person(site, version.authorId)}</td><td class="dim">${when(version.createdAt)}</td><td>${version.message}</td></tr>`,
		);
	return html`<details><summary>History (${content.versions.length} versions)</summary><table class="list"><tbody>${rows}</tbody></table></details>`;
}

function editor(site: Site, content: Content): Piece {
	if (content.type !== "page" && content.type !== "blogpost") return undefined;
	return html`<h2 id="edit">Edit</h2><form method="post" action="${action(site, content)}/edit"><p><input name="title" value="${content.title}" size="70" aria-label="Title" required></p><textarea name="body" rows="14" aria-label="Body in storage format">${latest(content).body.storage}</textarea><p class="dim">The body is Confluence’s storage format.</p><p><button class="go">Save</button></p></form>`;
}

function edit(site: Site, request: RequestContext, content: Content): string | undefined {
	const { title = "", body = "" } = request.form;
	const value = body.replaceAll("\r\n", "\n");
	const current = latest(content);
	const changed =
		value === current.body.storage.replaceAll("\r\n", "\n")
			? undefined
			: writeBody({ representation: "storage", value }, conversionContext(site, content.id));
	updateContent(site, content, { title, body: changed, version: { number: current.number + 1 }, authorId: site.owner.accountId });
	return undefined;
}

function remove(site: Site, _request: RequestContext, content: Content): string {
	if (content.status === "trashed") throw new HttpError(400, { message: "The page is in the trash already." });
	trashContent(site, content);
	return `/wiki/spaces/${site.confluence.spaces.get(content.spaceId)?.key}?view=trash`;
}

function restore(site: Site, _request: RequestContext, content: Content): string | undefined {
	if (content.status !== "trashed") throw new HttpError(400, { message: "The page is not in the trash." });
	restoreContent(site, content, { authorId: site.owner.accountId, versionNumber: latest(content).number + 1 });
	return undefined;
}

function purge(site: Site, _request: RequestContext, content: Content): string {
	if (content.status !== "trashed") throw new HttpError(400, { message: "Only what is in the trash can be deleted for good." });
	purgeContent(site, content);
	return `/wiki/spaces/${site.confluence.spaces.get(content.spaceId)?.key}?view=trash`;
}

function comment(site: Site, request: RequestContext, content: Content): string | undefined {
	const text = (request.form.text ?? "").trim();
	if (text === "") throw new HttpError(400, { message: "A comment needs some words." });
	const body = writeBody({ representation: "wiki", value: text.replaceAll("\r\n", "\n") }, conversionContext(site, content.id));
	createComment(site, { kind: "footer", containerId: content.id, body, authorId: site.owner.accountId });
	return undefined;
}
