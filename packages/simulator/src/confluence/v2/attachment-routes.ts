import { type Answer, noContent, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { containerOf, seesContent } from "../access.ts";
import { latestFile } from "../deeds/write-attachment.ts";
import type { Attachment, AttachmentVersion } from "../entities.ts";
import { contentParam, reachAttachment, requireEdit, requireInSpace } from "../reach.ts";
import { badRequest, notFound } from "../refusals.ts";
import { listKey } from "./content-lists.ts";
import { choiceParam, choicesParam, flag } from "./input.ts";
import { type Order, pageOf, sorted } from "./paging.ts";
import { attachmentShape, detailedVersion, included, labelShape, propertyShape, versionShape } from "./shapes.ts";

const read = [["read:attachment:confluence"]];

/** Registers attachments: on the whole site, per page, blog post and custom content, one with its versions, and deleting it. */
export function registerAttachments(router: Router, site: Site): void {
	router.route("GET", "/wiki/api/v2/attachments", (request) => siteWide(site, request), read);
	router.route("GET", "/wiki/api/v2/pages/{id}/attachments", (request) => ofContent(site, request, "page"), read);
	router.route("GET", "/wiki/api/v2/blogposts/{id}/attachments", (request) => ofContent(site, request, "blogpost"), read);
	router.route("GET", "/wiki/api/v2/custom-content/{id}/attachments", (request) => ofContent(site, request, "custom"), read);
	router.route("GET", "/wiki/api/v2/attachments/{id}", (request) => get(site, request), read);
	router.route("DELETE", "/wiki/api/v2/attachments/{id}", (request) => remove(site, request), [["delete:attachment:confluence"]]);
	router.route("GET", "/wiki/api/v2/attachments/{id}/versions", (request) => versions(site, request), read);
	router.route("GET", "/wiki/api/v2/attachments/{attachment-id}/versions/{version-number}", (request) => version(site, request), read);
	router.route("GET", "/wiki/api/v2/attachments/{id}/operations", (request) => operations(site, request), read);
}

function orderOf(request: RequestContext): Order<Attachment> {
	const sort = choiceParam(request, "sort", ["created-date", "-created-date", "modified-date", "-modified-date"]);
	const modified = sort?.endsWith("modified-date") === true;
	const number = (attachment: Attachment): number => Number(attachment.id.slice(3));
	const value = (attachment: Attachment): number =>
		sort === undefined ? number(attachment) : modified ? latestFile(attachment).createdAt : attachment.createdAt;
	return { value, id: (attachment) => attachment.id, descending: sort?.startsWith("-") === true };
}

function filter(request: RequestContext): (attachment: Attachment) => boolean {
	const statuses: readonly string[] = choicesParam(request, "status", ["current", "archived", "trashed"]) ?? ["current", "archived"];
	const mediaType = request.query.get("mediaType");
	const filename = request.query.get("filename");
	return (attachment) =>
		statuses.includes(attachment.status) &&
		(mediaType === null || latestFile(attachment).mediaType === mediaType) &&
		(filename === null || attachment.title === filename);
}

function siteWide(site: Site, request: RequestContext): Answer {
	const order = orderOf(request);
	const matches = filter(request);
	const visible = (attachment: Attachment): boolean => {
		if (!matches(attachment)) return false;
		const content = containerOf(site, attachment);
		return (
			content !== undefined && (content.status === "current" || content.status === "archived") && seesContent(site, content, request.caller)
		);
	};
	const items = site.confluence.listing(listKey(request), () => sorted([...site.confluence.attachments.values()].filter(visible), order));
	return pageOf({ request, site, items, order, render: (entry) => attachmentShape(site, entry), defaultLimit: 50 });
}

function ofContent(site: Site, request: RequestContext, type: "page" | "blogpost" | "custom"): Answer {
	const content = contentParam(site, request, "id", [type]);
	const order = orderOf(request);
	const items = sorted(site.confluence.attachmentsOf(content.id).filter(filter(request)), order);
	return pageOf({ request, site, items, order, render: (entry) => attachmentShape(site, entry), defaultLimit: 50 });
}

function get(site: Site, request: RequestContext): Answer {
	const attachment = reachAttachment(site, request.caller, param(request, "id"));
	const asked = request.query.get("version");
	const chosen = asked === null ? latestFile(attachment) : attachment.versions.find((known) => known.number === Number(asked));
	if (chosen === undefined) throw notFound(`version ${asked} of attachment with id ${attachment.id}`);
	const self = (part: string): string => `${site.url}/wiki/api/v2/attachments/${attachment.id}/${part}`;
	const shape = attachmentShape(site, attachment, chosen);
	if (flag(request, "include-labels")) shape.labels = included(attachment.labels, labelShape, self("labels"));
	if (flag(request, "include-properties")) shape.properties = included(attachment.properties, propertyShape, self("properties"));
	if (flag(request, "include-versions")) shape.versions = included([...attachment.versions].reverse(), versionShape, self("versions"));
	if (!flag(request, "include-version", true)) delete shape.version;
	return ok({ ...shape, _links: { ...(shape._links as object), base: `${site.url}/wiki` } });
}

function remove(site: Site, request: RequestContext): Answer {
	const attachment = reachAttachment(site, request.caller, param(request, "id"));
	const content = containerOf(site, attachment);
	if (content === undefined) throw notFound(`attachment with id ${attachment.id}`);
	requireEdit(site, request.caller, content);
	if (flag(request, "purge")) {
		if (attachment.status !== "trashed") throw badRequest("Only a trashed attachment can be purged");
		requireInSpace(site, request.caller, content.spaceId, { key: "administer", targetType: "space" });
		site.confluence.removeAttachment(attachment);
	} else {
		if (attachment.status === "trashed") throw notFound(`attachment with id ${attachment.id}`);
		requireInSpace(site, request.caller, content.spaceId, { key: "delete", targetType: "attachment" });
		attachment.status = "trashed";
		site.confluence.touch();
	}
	return noContent();
}

function versions(site: Site, request: RequestContext): Answer {
	const attachment = reachAttachment(site, request.caller, param(request, "id"));
	const descending = choiceParam(request, "sort", ["modified-date", "-modified-date"]) !== "modified-date";
	const order = { value: (entry: AttachmentVersion) => entry.number, id: () => "0", descending };
	const items = descending ? [...attachment.versions].reverse() : attachment.versions;
	const render = (entry: AttachmentVersion): unknown => ({
		...versionShape(entry),
		attachment: { title: attachment.title, id: attachment.id },
	});
	return pageOf({ request, site, items, order, render });
}

function version(site: Site, request: RequestContext): Answer {
	const attachment = reachAttachment(site, request.caller, param(request, "attachment-id"));
	const index = attachment.versions.findIndex((known) => known.number === Number(param(request, "version-number")));
	if (index < 0) throw notFound(`version ${param(request, "version-number")}`);
	return ok(detailedVersion(attachment.versions, index));
}

function operations(site: Site, request: RequestContext): Answer {
	reachAttachment(site, request.caller, param(request, "id"));
	return ok({ operations: ["read", "update", "delete"].map((operation) => ({ operation, targetType: "attachment" })) });
}
