import { type Answer, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean, texts } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Filter } from "../model/configuration.ts";
import { renderUser } from "../people/render-user.ts";
import { parseJql } from "../search/jql-parser.ts";
import { readShares, renderShares } from "./share.ts";

const path = "/rest/api/3/filter";

function findFilter(site: Site, request: RequestContext): Filter {
	const filter = site.jira.filters.get(param(request, "id"));
	if (filter === undefined)
		throw jiraError(400, "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.");
	return filter;
}

function render(site: Site, request: RequestContext, filter: Filter, expand?: ReadonlySet<string>): object {
	const shows = (name: string): boolean => expand === undefined || expand.has(name);
	return {
		...(expand === undefined
			? {}
			: { expand: "description,owner,jql,viewUrl,searchUrl,favourite,favouritedCount,sharePermissions,editPermissions" }),
		self: `${request.base}${path}/${filter.id}`,
		id: filter.id,
		name: filter.name,
		...(shows("description") && filter.description !== undefined ? { description: filter.description } : {}),
		...(shows("owner") ? { owner: renderUser(site, request.base, filter.ownerId) } : {}),
		...(shows("jql") ? { jql: filter.jql } : {}),
		...(shows("viewUrl") ? { viewUrl: `${site.url}/issues/?filter=${filter.id}` } : {}),
		...(shows("sharePermissions") ? { sharePermissions: renderShares(site, request, filter.shares ?? []) } : {}),
		...(shows("editPermissions") ? { editPermissions: renderShares(site, request, filter.editors ?? []) } : {}),
	};
}

/** The name is unique among an owner's filters, and the query must be one. */
function checked(site: Site, request: RequestContext, own: Filter | undefined): { name: string; jql: string } {
	const body = bodyObject(request);
	const name = optionalText(body, "name") ?? own?.name ?? "";
	const jql = optionalText(body, "jql") ?? own?.jql ?? "";
	const owner = own?.ownerId ?? request.caller.account.accountId;
	if (name === "") throw jiraError(400, [], { filterName: "You must specify a name to save this filter as." });
	const taken = [...site.jira.filters.values()].some(
		(one) => one !== own && one.ownerId === owner && one.name.toLowerCase() === name.toLowerCase(),
	);
	if (taken) throw jiraError(400, [], { filterName: "Filter with same name already exists." });
	parseJql(jql);
	return { name, jql };
}

/** Registers saved filters with their shares and columns. */
export function registerFilters(router: Router, site: Site): void {
	router.route("GET", `${path}/search`, (request) => {
		const expand = new Set((request.query.get("expand") ?? "").split(","));
		const ids = request.query.getAll("id");
		const all = [...site.jira.filters.values()].filter((filter) => ids.length === 0 || ids.includes(filter.id));
		const rendered = all.map((filter) => render(site, request, filter, expand));
		return ok(pageBean(request, rendered, { size: 50, max: 100 }), rendered.length);
	});
	router.route("GET", `${path}/{id}`, (request) => ok(render(site, request, findFilter(site, request))));
	router.route("POST", path, (request) => {
		const body = bodyObject(request);
		const description = optionalText(body, "description");
		const filter: Filter = {
			id: String(site.ids.take("filter")),
			...checked(site, request, undefined),
			ownerId: request.caller.account.accountId,
			...(description === undefined ? {} : { description }),
			shares: readShares(site, body.sharePermissions),
			editors: readShares(site, body.editPermissions),
		};
		site.jira.filters.set(filter.id, filter);
		return ok(render(site, request, filter));
	});
	router.route("PUT", `${path}/{id}`, (request) => change(site, request));
	router.route("PUT", `${path}/{id}/owner`, (request) => {
		const filter = findFilter(site, request);
		const owner = optionalText(bodyObject(request), "accountId") ?? "";
		if (!site.accounts.has(owner)) throw jiraError(400, "The new owner does not exist.");
		const taken = [...site.jira.filters.values()].some((one) => one !== filter && one.ownerId === owner && one.name === filter.name);
		if (taken) throw jiraError(400, "The new owner has a filter of this name already.");
		filter.ownerId = owner;
		return noContent();
	});
	router.route("GET", `${path}/{id}/columns`, (request) => {
		const { columns } = findFilter(site, request);
		if (columns === undefined) throw jiraError(404, "The filter has no columns of its own.");
		return ok(columns.map((value) => ({ value, label: site.jira.fields.get(value)?.name ?? value })));
	});
	router.route("PUT", `${path}/{id}/columns`, (request) => {
		const filter = findFilter(site, request);
		const columns = texts(bodyObject(request), "columns");
		const unknown = columns.find((id) => id !== "issuekey" && site.jira.fields.get(id)?.navigable !== true);
		if (unknown !== undefined) throw jiraError(400, `The field ${unknown} can't be a column.`);
		filter.columns = columns;
		return ok({});
	});
	router.route("DELETE", `${path}/{id}/columns`, (request) => {
		delete findFilter(site, request).columns;
		return noContent();
	});
	router.route("DELETE", `${path}/{id}`, (request) => {
		const filter = findFilter(site, request);
		if ([...site.jira.boards.values()].some((board) => board.filterId === filter.id))
			throw jiraError(400, "The filter is used by a board.");
		site.jira.filters.delete(filter.id);
		return noContent();
	});
}

function change(site: Site, request: RequestContext): Answer {
	const filter = findFilter(site, request);
	const body = bodyObject(request);
	Object.assign(filter, checked(site, request, filter));
	const description = optionalText(body, "description");
	if (description !== undefined) filter.description = description;
	if (body.sharePermissions !== undefined) filter.shares = readShares(site, body.sharePermissions);
	if (body.editPermissions !== undefined) filter.editors = readShares(site, body.editPermissions);
	return ok(render(site, request, filter));
}
