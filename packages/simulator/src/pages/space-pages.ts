import { seesContent, seesSpace } from "../confluence/access.ts";
import { webui } from "../confluence/addresses.ts";
import type { Content, Space } from "../confluence/entities.ts";
import { latest } from "../confluence/state.ts";
import { parseStorage, textOf } from "../confluence/storage/storage-tree.ts";
import { type Answer, redirect } from "../http/answer.ts";
import { HttpError } from "../http/errors.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { demoCaller } from "./actor.ts";
import { html, type Markup } from "./html.ts";
import { forPeople, page, pageNumber, pager, person, searchForm, when } from "./layout.ts";

const size = 50;

/** Registers the lists of Confluence: spaces, and one space as a tree, a search or its trash. */
export function registerSpacePages(router: Router, site: Site): void {
	const wiki = (): Answer => redirect("/wiki/spaces", 302);
	router.route("GET", "/wiki", wiki, "public");
	router.route(
		"GET",
		"/wiki/spaces",
		forPeople(site, () => page(site, "Confluence", [html`<h1>Confluence spaces</h1>`, spaceCards(site)])),
		"public",
	);
	router.route(
		"GET",
		"/wiki/spaces/{key}",
		forPeople(site, (request) => space(site, request)),
		"public",
	);
	router.route(
		"GET",
		"/wiki/spaces/{key}/overview",
		forPeople(site, (request) => space(site, request)),
		"public",
	);
	router.route(
		"GET",
		"/wiki/x/{tiny}",
		forPeople(site, (request) => tiny(site, request)),
		"public",
	);
}

/** The spaces that the signed-in person sees, as cards. */
export function spaceCards(site: Site): Markup {
	const seen = [...site.confluence.spaces.values()].filter((entry) => seesSpace(site, entry, demoCaller(site)));
	const counts = Map.groupBy(site.confluence.contents.values(), (content) => content.spaceId);
	return html`<div class="cards">${seen.map((entry) => {
		const own = counts.get(entry.id)?.filter((content) => content.status === "current") ?? [];
		const pages = own.filter((content) => content.type === "page").length;
		return html`<div class="card"><a href="/wiki/spaces/${entry.key}"><b>${entry.name}</b></a> <span class="tag">${entry.key}</span><div class="dim">${entry.description}</div><div class="dim">${pages} pages</div></div>`;
	})}</div>`;
}

/** The space that an address names. @throws HttpError 404 */
export function spaceOf(site: Site, request: RequestContext): Space {
	const found = site.confluence.spaceByKey(param(request, "key"));
	if (found === undefined || !seesSpace(site, found, demoCaller(site)))
		throw new HttpError(404, { message: `There is no space ${param(request, "key")}.` });
	return found;
}

function tiny(site: Site, request: RequestContext): Answer {
	const content = site.confluence.contents.get(Buffer.from(param(request, "tiny"), "base64url").toString("utf8"));
	if (content === undefined) throw new HttpError(404, { message: "There is no such page." });
	return redirect(`/wiki${webui(site, content)}`, 302);
}

function space(site: Site, request: RequestContext): Answer {
	const found = spaceOf(site, request);
	const view = request.query.get("view");
	const wanted = (request.query.get("q") ?? "").trim().toLowerCase();
	const all = [...site.confluence.contents.values()].filter(
		(content) => content.spaceId === found.id && seesContent(site, content, demoCaller(site)),
	);
	const tabs = html`<p><a href="/wiki/spaces/${found.key}">Tree</a> · <a href="?view=recent">Recently changed</a> · <a href="?view=blog">Blog</a> · <a href="?view=trash">Trash</a></p>`;
	const head = html`<h1>${found.name}</h1><p class="dim">${found.description}</p>${searchForm(request, `Search ${found.name}`)}${tabs}`;
	if (wanted === "" && view === null) return page(site, found.name, [head, tree(site, found, all)]);
	const trash = view === "trash";
	const chosen = all
		.filter((content) => (trash ? content.status === "trashed" : content.status === "current" || content.status === "archived"))
		.filter((content) => (view === "blog" ? content.type === "blogpost" : true) && matches(content, wanted))
		.sort((a, b) => latest(b).createdAt - latest(a).createdAt);
	const from = (pageNumber(request) - 1) * size;
	const rows = chosen.slice(from, from + size).map((content) => row(site, content));
	return page(site, found.name, [head, html`<table class="list"><tbody>${rows}</tbody></table>`, pager(request, chosen.length, size)]);
}

function matches(content: Content, wanted: string): boolean {
	if (wanted === "" || content.title.toLowerCase().includes(wanted) || content.id === wanted) return true;
	return content.type === "page" || content.type === "blogpost"
		? textOf(parseStorage(latest(content).body.storage))
				.toLowerCase()
				.includes(wanted)
		: false;
}

function row(site: Site, content: Content): Markup {
	const version = latest(content);
	const state = content.status === "current" ? undefined : html` <span class="status">${content.status}</span>`;
	return html`<tr><td><a href="/wiki${webui(site, content)}">${content.title}</a>${state}</td><td class="dim">${content.type}</td><td class="dim">v${version.number} by ${person(site, version.authorId)}, ${when(version.createdAt)}</td></tr>`;
}

function tree(site: Site, found: Space, all: readonly Content[]): Markup {
	const living = new Set(all.filter((content) => content.status === "current" || content.status === "archived"));
	const below = (parent: Content, depth: number): Markup | undefined => {
		const children = site.confluence.childrenOf(parent.id).filter((child) => living.has(child));
		if (children.length === 0) return undefined;
		const items = html`<ul>${children.map((child) => html`<li>${entry(site, child)}${below(child, depth + 1)}</li>`)}</ul>`;
		return depth < 2 ? items : html`<details><summary class="dim">${children.length} below</summary>${items}</details>`;
	};
	const roots = [...living].filter((content) => content.type !== "blogpost" && content.parentId === undefined);
	return html`<ul class="tree">${roots.map((root) => html`<li>${entry(site, root)}${root.id === found.homepageId ? " ⌂" : ""}${below(root, 0)}</li>`)}</ul>`;
}

const entry = (site: Site, content: Content): Markup =>
	html`<a href="/wiki${webui(site, content)}">${content.title}</a>${content.type === "page" ? undefined : html` <span class="tag">${content.type}</span>`}${content.status === "archived" && html` <span class="tag">archived</span>`}`;
