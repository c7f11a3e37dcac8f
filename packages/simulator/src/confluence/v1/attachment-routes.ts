import { type Answer, ok, ranged, redirect } from "../../http/answer.ts";
import { confluenceV1Error } from "../../http/errors.ts";
import { param, type RequestContext, type UploadedFile } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { fileContent } from "../../seed/file-content.ts";
import type { Site } from "../../site/site.ts";
import { downloadPath } from "../addresses.ts";
import { addVersion, attachmentNamed, latestFile, type NewFile, putFile } from "../deeds/write-attachment.ts";
import type { Attachment, AttachmentVersion, Content } from "../entities.ts";
import { bad, contentOf, missing, requireEdit } from "./refusals.ts";
import { attachmentShape, Expansion } from "./shapes.ts";

const write = [["write:confluence-file"], ["read:content-details:confluence", "write:attachment:confluence"]];
const child = "/wiki/rest/api/content/{id}/child/attachment";

/** Registers upload, new versions and download of attachments. */
export function registerFiles(router: Router, site: Site): void {
	router.route("POST", child, (request) => upload(site, request, "create"), write);
	router.route("PUT", child, (request) => upload(site, request, "create-or-update"), write);
	router.route("POST", `${child}/{attachmentId}/data`, (request) => replace(site, request), write);
	router.route("PUT", `${child}/{attachmentId}`, (request) => rename(site, request), [
		["write:confluence-file", "write:confluence-props"],
		...write.slice(1),
	]);
	router.route("GET", `${child}/{attachmentId}/download`, (request) => download(site, request), [
		["readonly:content.attachment:confluence"],
		["read:attachment:confluence"],
	]);
	router.route("GET", "/wiki/download/attachments/{id}/{fileName}", (request) => bytes(site, request), "public");
}

/** The bytes of one version. */
const bytesOf = (version: AttachmentVersion): Uint8Array =>
	"uploaded" in version.bytes ? version.bytes.uploaded : fileContent(version.bytes.kind, version.bytes.seed, version.fileSize);

function checkToken(request: RequestContext): void {
	const token = request.headers["x-atlassian-token"];
	if (token !== "nocheck" && token !== "no-check") throw confluenceV1Error(403, "XSRF check failed");
}

function filesOf(request: RequestContext): readonly UploadedFile[] {
	const files = request.files.filter((file) => file.field === "file");
	if (files.length === 0) throw bad("At least one file is required in the part named file");
	return files;
}

function newFile(site: Site, request: RequestContext, content: Content, file: UploadedFile): NewFile {
	return {
		containerId: content.id,
		fileName: file.filename,
		mediaType: file.mimeType,
		bytes: { uploaded: new Uint8Array(file.bytes) },
		fileSize: file.bytes.byteLength,
		comment: request.form.comment ?? "",
		minorEdit: request.form.minorEdit === "true",
		authorId: request.caller.account.accountId,
		createdAt: site.clock.now(),
	};
}

function upload(site: Site, request: RequestContext, mode: "create" | "create-or-update"): Answer {
	checkToken(request);
	const content = contentOf(site, request);
	requireEdit(site, request.caller, content);
	const files = filesOf(request);
	if (mode === "create") {
		const taken = files.find((file) => attachmentNamed(site, content.id, file.filename) !== undefined);
		if (taken !== undefined) throw bad(`Cannot add a new attachment with same file name as an existing attachment: ${taken.filename}`);
	}
	const stored = files.map((file) => putFile(site, newFile(site, request, content, file)));
	const results = stored.map((attachment) => attachmentShape(site, attachment, content, new Expansion(["version", "container"])));
	const links = { base: `${site.url}/wiki`, context: "/wiki", self: `${site.url}/wiki/rest/api/content/${content.id}/child/attachment` };
	return ok({ results, start: 0, limit: results.length, size: results.length, _links: links }, results.length);
}

function attachmentOf(site: Site, request: RequestContext, content: Content): Attachment {
	const given = param(request, "attachmentId");
	const attachment = site.confluence.attachments.get(given.startsWith("att") ? given : `att${given}`);
	if (attachment === undefined || attachment.containerId !== content.id) throw missing(`attachment with id ${given}`);
	return attachment;
}

function replace(site: Site, request: RequestContext): Answer {
	checkToken(request);
	const content = contentOf(site, request);
	requireEdit(site, request.caller, content);
	const attachment = attachmentOf(site, request, content);
	const [file] = filesOf(request);
	if (file !== undefined) addVersion(site, attachment, newFile(site, request, content, file));
	return ok(attachmentShape(site, attachment, content, new Expansion(["version", "container"])));
}

function rename(site: Site, request: RequestContext): Answer {
	const content = contentOf(site, request);
	requireEdit(site, request.caller, content);
	const attachment = attachmentOf(site, request, content);
	const { title } = (request.body ?? {}) as { title?: unknown };
	if (typeof title === "string" && title !== "" && title !== attachment.title) {
		if (attachmentNamed(site, content.id, title) !== undefined) throw bad(`An attachment with the name ${title} already exists`);
		attachment.title = title;
		site.confluence.touch();
	}
	return ok(attachmentShape(site, attachment, content, new Expansion(["version", "container"])));
}

function download(site: Site, request: RequestContext): Answer {
	const content = contentOf(site, request);
	const attachment = attachmentOf(site, request, content);
	const asked = request.query.get("version");
	const version = asked === null ? latestFile(attachment) : attachment.versions.find((known) => known.number === Number(asked));
	if (version === undefined) throw bad(`Version ${asked} of the attachment does not exist`);
	const statuses = request.query.getAll("status").flatMap((value) => value.split(","));
	if (attachment.status === "trashed" && !statuses.includes("trashed")) throw missing(`attachment with id ${attachment.id}`);
	return redirect(`${site.url}/wiki${downloadPath(attachment, version)}`, 302);
}

/** Serves bytes as the media service does: the address itself is the permission, as with Atlassian's signed addresses. */
function bytes(site: Site, request: RequestContext): Answer {
	const wanted = param(request, "fileName");
	const asked = request.query.get("version");
	// A file in the trash may have the same name: the day in the address tells them apart, and without it the living one is meant.
	const of = request.query.get("modificationDate");
	const attachment = site.confluence
		.attachmentsOf(param(request, "id"))
		.filter((known) => known.title === wanted && (asked === null || hasVersion(known, Number(asked), of)))
		.toSorted((one, other) => Number(one.status === "trashed") - Number(other.status === "trashed"))[0];
	const version = asked === null ? attachment?.versions.at(-1) : attachment?.versions.find((known) => known.number === Number(asked));
	if (version === undefined) throw missing(`attachment named ${wanted}`);
	const headers = {
		"content-type": version.mediaType,
		"content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(wanted)}`,
		etag: `"${version.fileId}"`,
		"x-content-type-options": "nosniff",
	};
	return ranged(bytesOf(version), { range: request.headers.range, headers });
}

const hasVersion = (attachment: Attachment, number: number, createdAt: string | null): boolean =>
	attachment.versions.some((version) => version.number === number && (createdAt === null || String(version.createdAt) === createdAt));
