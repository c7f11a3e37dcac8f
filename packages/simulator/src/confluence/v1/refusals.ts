import type { Caller } from "../../auth/caller.ts";
import { confluenceV1Error, HttpError } from "../../http/errors.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";
import { editsContent, mayInSpace, seesContent, seesSpace } from "../access.ts";
import type { Content, Space } from "../entities.ts";

/** 404 in the shape of v1. */
export const missing = (what: string): HttpError => confluenceV1Error(404, `NotFoundException: No ${what} found`);

/** 400 in the shape of v1. */
export const bad = (message: string): HttpError => confluenceV1Error(400, `BadRequestException: ${message}`);

/** The page, blog post or other object that a v1 route names. @throws HttpError 404 */
export function contentOf(site: Site, request: RequestContext, name = "id"): Content {
	const id = param(request, name);
	const content = site.confluence.contents.get(id);
	if (content === undefined || !seesContent(site, content, request.caller)) throw missing(`content with id: ContentId{id=${id}}`);
	return content;
}

/** The space whose key a route names. @throws HttpError 404 */
export function visibleSpace(site: Site, request: RequestContext): Space {
	const space = site.confluence.spaceByKey(param(request, "spaceKey"));
	if (space === undefined || !seesSpace(site, space, request.caller)) throw missing(`space with key ${param(request, "spaceKey")}`);
	return space;
}

/** The space whose key a route names, if the caller administers it. @throws HttpError 403, 404 */
export function administered(site: Site, request: RequestContext): Space {
	const space = visibleSpace(site, request);
	if (!mayInSpace(site, space, request.caller, { key: "administer", targetType: "space" }))
		throw confluenceV1Error(403, "PermissionException: not an administrator of the space");
	return space;
}

/** Makes sure that the caller may change an object. @throws HttpError 403 */
export function requireEdit(site: Site, caller: Caller, content: Content): void {
	if (!editsContent(site, content, caller))
		throw confluenceV1Error(403, `PermissionException: User not permitted to update content ${content.id}`);
}

/** Gives a v2 refusal in the shape of v1. */
export function asV1<T>(deed: () => T): T {
	try {
		return deed();
	} catch (error) {
		if (!(error instanceof HttpError)) throw error;
		const { errors } = error.body as { errors?: readonly { title?: string }[] };
		throw confluenceV1Error(error.status, errors?.[0]?.title ?? "the request was refused");
	}
}
