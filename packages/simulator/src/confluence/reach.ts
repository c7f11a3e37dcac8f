import type { Caller } from "../auth/caller.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Site } from "../site/site.ts";
import { containerOf, editsContent, mayInSpace, seesContent, seesSpace } from "./access.ts";
import type { Attachment, Comment, Content, ContentType, Space } from "./entities.ts";
import { forbidden, notFound } from "./refusals.ts";

/** The object with this id. @throws HttpError 404 when it is not there, is of another type or hidden from the caller */
export function reachContent(site: Site, caller: Caller, id: string, types: readonly ContentType[]): Content {
	const content = site.confluence.contents.get(id);
	if (content === undefined || !types.includes(content.type) || !seesContent(site, content, caller))
		throw notFound(`${types.join(" or ")} with id ${id}`);
	return content;
}

/** The object that a route's parameter names. @throws HttpError 404 */
export const contentParam = (site: Site, request: RequestContext, name: string, types: readonly ContentType[]): Content =>
	reachContent(site, request.caller, param(request, name), types);

/** The space with this id. @throws HttpError 404 when it is not there or hidden from the caller */
export function reachSpace(site: Site, caller: Caller, id: string): Space {
	const space = site.confluence.spaces.get(id);
	if (space === undefined || !seesSpace(site, space, caller)) throw notFound(`space with id ${id}`);
	return space;
}

/** The comment with this id. @throws HttpError 404 */
export function reachComment(site: Site, caller: Caller, id: string, kind?: Comment["kind"]): Comment {
	const comment = site.confluence.comments.get(id);
	const container = comment === undefined ? undefined : containerOf(site, comment);
	if (
		comment === undefined ||
		container === undefined ||
		(kind !== undefined && comment.kind !== kind) ||
		!seesContent(site, container, caller)
	) {
		throw notFound(`comment with id ${id}`);
	}
	return comment;
}

/** The attachment with this id, with or without its `att`. @throws HttpError 404 */
export function reachAttachment(site: Site, caller: Caller, id: string): Attachment {
	const attachment = site.confluence.attachments.get(id.startsWith("att") ? id : `att${id}`);
	const container = attachment === undefined ? undefined : containerOf(site, attachment);
	if (attachment === undefined || container === undefined || !seesContent(site, container, caller))
		throw notFound(`attachment with id ${id}`);
	return attachment;
}

/** Makes sure that the caller may change an object. @throws HttpError 403 */
export function requireEdit(site: Site, caller: Caller, content: Content): void {
	if (!editsContent(site, content, caller)) throw forbidden("The calling user is not permitted to update this content");
}

/** Makes sure that the caller has a permission in a space. @throws HttpError 403 */
export function requireInSpace(
	site: Site,
	caller: Caller,
	spaceId: string,
	operation: { readonly key: string; readonly targetType: string },
): void {
	const space = site.confluence.spaces.get(spaceId);
	if (space === undefined || !mayInSpace(site, space, caller, operation)) {
		throw forbidden(`The calling user is not permitted to ${operation.key} ${operation.targetType} in this space`);
	}
}

/** What stands for a caller in the key of a kept list. */
export const callerKey = (caller: Caller): string => `${caller.kind}:${caller.account.accountId}`;
