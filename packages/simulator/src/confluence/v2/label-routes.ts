import type { Answer } from "../../http/answer.ts";
import { ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { containerOf, seesContent } from "../access.ts";
import type { Attachment, Label } from "../entities.ts";
import { contentParam, reachAttachment, reachComment } from "../reach.ts";
import { notFound } from "../refusals.ts";
import { listContents } from "./content-lists.ts";
import { choiceParam, idsParam, listParam } from "./input.ts";
import { type Order, pageOf, sorted } from "./paging.ts";
import { attachmentShape, labelShape } from "./shapes.ts";

const read = [["read:label:confluence"]];
const sorts = ["created-date", "-created-date", "id", "-id", "name", "-name"] as const;

/** Registers labels, what bears them, and likes. */
export function registerLabels(router: Router, site: Site): void {
	router.route("GET", "/wiki/api/v2/labels", (request) => all(site, request), read);
	router.route("GET", "/wiki/api/v2/labels/{id}/pages", (request) => bearing(site, request, "page"), [["read:page:confluence"]]);
	router.route("GET", "/wiki/api/v2/labels/{id}/blogposts", (request) => bearing(site, request, "blogpost"), [["read:page:confluence"]]);
	router.route("GET", "/wiki/api/v2/labels/{id}/attachments", (request) => attachments(site, request), [["read:attachment:confluence"]]);
	for (const [path, type] of [["pages", "page"] as const, ["blogposts", "blogpost"] as const]) {
		const scopes = [["read:page:confluence"]];
		const root = `/wiki/api/v2/${path}/{id}`;
		router.route("GET", `${root}/labels`, (request) => answer(site, request, contentParam(site, request, "id", [type]).labels), scopes);
		router.route("GET", `${root}/likes/count`, (request) => ok({ count: contentParam(site, request, "id", [type]).likes.length }), scopes);
		router.route("GET", `${root}/likes/users`, (request) => likes(site, request, contentParam(site, request, "id", [type]).likes), scopes);
	}
	const ofAttachment = (request: RequestContext): Answer =>
		answer(site, request, reachAttachment(site, request.caller, param(request, "id")).labels);
	router.route("GET", "/wiki/api/v2/attachments/{id}/labels", ofAttachment, [["read:attachment:confluence"]]);
	for (const kind of ["footer", "inline"] as const) {
		const root = `/wiki/api/v2/${kind}-comments/{id}/likes`;
		const of = (request: RequestContext): readonly string[] => reachComment(site, request.caller, param(request, "id"), kind).likes;
		router.route("GET", `${root}/count`, (request) => ok({ count: of(request).length }), [["read:comment:confluence"]]);
		router.route("GET", `${root}/users`, (request) => likes(site, request, of(request)), [["read:comment:confluence"]]);
	}
}

function answer(site: Site, request: RequestContext, labels: readonly Label[]): Answer {
	const prefixes = listParam(request, "prefix");
	const sort = choiceParam(request, "sort", sorts) ?? "id";
	const order: Order<Label> = {
		value: (label) => (sort.endsWith("name") ? label.name : Number(label.id)),
		id: (label) => label.id,
		descending: sort.startsWith("-"),
	};
	const items = labels.filter((label) => prefixes === undefined || prefixes.includes(label.prefix));
	return pageOf({ request, site, items: sorted(items, order), order, render: labelShape });
}

function all(site: Site, request: RequestContext): Answer {
	const ids = idsParam(request, "label-id");
	return answer(
		site,
		request,
		[...site.confluence.labels.values()].filter((label) => ids === undefined || ids.includes(label.id)),
	);
}

function labelParam(site: Site, request: RequestContext): Label {
	const id = param(request, "id");
	for (const label of site.confluence.labels.values()) if (label.id === id) return label;
	throw notFound(`label with id ${id}`);
}

function bearing(site: Site, request: RequestContext, type: "page" | "blogpost"): Answer {
	const label = labelParam(site, request);
	return listContents(site, request, { type, among: (content) => content.labels.includes(label) });
}

function attachments(site: Site, request: RequestContext): Answer {
	const label = labelParam(site, request);
	const items = [...site.confluence.attachments.values()].filter((attachment) => {
		const content = attachment.labels.includes(label) ? containerOf(site, attachment) : undefined;
		return content !== undefined && seesContent(site, content, request.caller);
	});
	const order: Order<Attachment> = { value: (entry) => Number(entry.id.slice(3)), id: (entry) => entry.id, descending: false };
	return pageOf({ request, site, items: sorted(items, order), order, render: (entry) => attachmentShape(site, entry) });
}

function likes(site: Site, request: RequestContext, accountIds: readonly string[]): Answer {
	const order: Order<string> = { value: (accountId) => accountId, id: () => "0", descending: false };
	return pageOf({ request, site, items: sorted(accountIds, order), order, render: (accountId) => ({ accountId }) });
}
