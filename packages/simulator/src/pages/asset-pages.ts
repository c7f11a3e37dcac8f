import { deleteObject } from "../assets/object-routes.ts";
import { type AssetAttribute, type AssetObject, attributesOf, labelOf } from "../assets/state.ts";
import { type Answer, redirect } from "../http/answer.ts";
import { HttpError } from "../http/errors.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { html, type Markup } from "./html.ts";
import { forPeople, page, pageNumber, pager, person, searchForm, when } from "./layout.ts";

const size = 50;

/** Registers the pages of Assets: the objects of all schemas, and one object with a button that deletes it. */
export function registerAssetPages(router: Router, site: Site): void {
	const get = (path: string, handler: (request: RequestContext) => Answer): void =>
		router.route("GET", path, forPeople(site, handler), "public");
	get("/jira/assets", (request) => list(site, request));
	get("/jira/assets/object-schema/{id}", (request) => list(site, request));
	get("/jira/assets/object/{id}", (request) => one(site, objectOf(site, request)));
	const remove = forPeople(site, (request) => {
		deleteObject(site, objectOf(site, request));
		return redirect("/jira/assets");
	});
	router.route("POST", "/jira/assets/object/{id}/delete", remove, "public");
}

function objectOf(site: Site, request: RequestContext): AssetObject {
	const object = site.assets.objects.get(param(request, "id"));
	if (object === undefined)
		throw new HttpError(404, { message: "There is no such object. It may have been deleted: Assets has no trash." });
	return object;
}

function list(site: Site, request: RequestContext): Answer {
	const { assets } = site;
	const wanted = (request.query.get("q") ?? "").trim().toLowerCase();
	const names = (object: AssetObject) =>
		`${object.key} ${labelOf(assets, object)} ${assets.types.get(object.typeId)?.name ?? ""}`.toLowerCase();
	const chosen = [...assets.objects.values()].filter((object) => names(object).includes(wanted));
	const from = (pageNumber(request) - 1) * size;
	return page(site, "Assets", [
		html`<h1>Assets</h1>`,
		searchForm(request, "Search assets by key, name or type"),
		html`<table class="list"><tbody>${chosen.slice(from, from + size).map((object) => row(site, object))}</tbody></table>`,
		pager(request, chosen.length, size),
	]);
}

const link = (site: Site, object: AssetObject): Markup =>
	html`<a href="/jira/assets/object/${object.id}">${labelOf(site.assets, object)}</a>`;

const row = (site: Site, object: AssetObject): Markup =>
	html`<tr><td>${object.key}</td><td>${link(site, object)}</td><td class="dim">${site.assets.types.get(object.typeId)?.name}</td><td class="dim">${when(object.updated)}</td></tr>`;

function one(site: Site, object: AssetObject): Answer {
	const attributes = attributesOf(site.assets, object.typeId).filter(({ id }) => object.values.has(id));
	return page(site, labelOf(site.assets, object), [
		html`<p class="dim">${object.key} · ${site.assets.types.get(object.typeId)?.name}</p><h1>${labelOf(site.assets, object)}</h1>`,
		html`<div class="acts"><form class="inline" method="post" action="/jira/assets/object/${object.id}/delete"><button class="bad">Delete object</button></form></div>`,
		html`<dl>${attributes.map((attribute) => html`<dt>${attribute.name}</dt><dd>${values(site, object, attribute)}</dd>`)}</dl>`,
	]);
}

function values(site: Site, object: AssetObject, attribute: AssetAttribute): Markup {
	const shown = (object.values.get(attribute.id) ?? []).map((value): Markup => {
		const other = attribute.type === 1 ? site.assets.objects.get(value) : undefined;
		if (other !== undefined) return link(site, other);
		if (attribute.type === 2) return html`${person(site, value)}`;
		return attribute.type === 7 ? html`<span class="status">${site.assets.statuses.get(value)?.name}</span>` : html`${value}`;
	});
	return html`${shown.map((one, index) => (index === 0 ? one : html`, ${one}`))}`;
}
