import { createHmac } from "node:crypto";
import { type Answer, ranged } from "../http/answer.ts";
import { HttpError } from "../http/errors.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import { attachmentBytes } from "../jira/attachment/attachment-bytes.ts";
import type { Site } from "../site/site.ts";

const lifetime = 3_600_000;

/** Makes the short-lived address under which the media service hands out a file without further login. */
export function mediaAddress(site: Site, mediaId: string, filename: string): string {
	const expires = site.clock.now() + lifetime;
	const query = new URLSearchParams({
		token: `${expires}.${sign(site, mediaId, expires)}`,
		client: site.cloudId,
		dl: "true",
		name: filename,
	});
	return `${site.url}/_media/file/${mediaId}/binary?${query}`;
}

function sign(site: Site, mediaId: string, expires: number): string {
	return createHmac("sha256", site.cloudId).update(`${mediaId}:${expires}`).digest("base64url");
}

/** Registers the media service: files by signed address, and pictures of people and things. */
export function registerMedia(router: Router, site: Site): void {
	router.route("GET", "/_media/file/{mediaId}/binary", (request) => file(site, request), "public");
	router.route("GET", "/_media/avatar/{kind}/{id}/{size}", (request) => avatar(param(request, "id")), "public");
	router.route("GET", "/_media/avatar/{id}", (request) => avatar(param(request, "id")), "public");
	router.route("GET", "/_media/icon/{kind}/{name}", (request) => avatar(param(request, "name")), "public");
}

function file(site: Site, request: RequestContext): Answer {
	const mediaId = param(request, "mediaId");
	const [expires = "0", signature = ""] = (request.query.get("token") ?? "").split(".");
	const attachment = site.jira.attachments.get(site.jira.media.get(mediaId) ?? -1);
	if (signature !== sign(site, mediaId, Number(expires)) || Number(expires) < site.clock.now()) {
		throw new HttpError(403, { code: "JwtAuthoriser:AuthorisationError", title: "The client's token is not valid" });
	}
	if (attachment === undefined) throw new HttpError(404, { code: "NotFound", title: "The file does not exist" });
	return ranged(attachmentBytes(attachment), { range: request.headers.range, headers: { "content-type": attachment.mimeType } });
}

/** Draws a small picture whose colour comes from the name. */
function avatar(name: string): Answer {
	let hue = 0;
	for (const char of name) hue = (hue * 31 + char.charCodeAt(0)) % 360;
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="24" fill="hsl(${hue} 55% 52%)"/></svg>`;
	return { status: 200, headers: { "content-type": "image/svg+xml", "cache-control": "max-age=3600" }, text: svg };
}
