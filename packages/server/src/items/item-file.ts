import { Readable } from "node:stream";
import { AppError, type ItemRef } from "@skyeworx/core";
import type { StoredFile } from "@skyeworx/engine";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import { kindOf, notInVersion, readVersion, type VersionPorts } from "./item-versions.ts";
import type { SiteView } from "./site-view.ts";

export interface WantedFile {
	readonly ref: ItemRef;
	readonly fileId: string;
	readonly version: string | undefined;
	readonly download: boolean;
	readonly signal: AbortSignal;
}

/** Types that a browser shows without running anything in them. SVG is not among them: it can hold scripts. */
const shown = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "application/pdf", "text/plain"]);

/** Opens a file of an item with headers under which no browser takes it for one of our pages. @throws AppError `not-found` */
export async function openItemFile(
	ports: VersionPorts,
	runtime: SiteView,
	wanted: WantedFile,
): Promise<{ readonly stream: Readable; readonly headers: Readonly<Record<string, string>> }> {
	const { ref, fileId, signal } = wanted;
	const version = wanted.version ?? newestVersion(runtime, ref);
	const read = await readVersion(ports, runtime, ref, version, signal);
	if (read.item === undefined) throw notInVersion(ref, version);
	const about = kindOf(ports, ref.kind)
		.describe(read.item, { url: runtime.url })
		.files.find((file) => file.id === fileId);
	const file = partOf(read.item.files, fileId);
	if (file === undefined) {
		throw new AppError("not-found", "This version has no such file", {
			hint: about === undefined ? "Look at the version's list of files." : "Its bytes could not be read when it was backed up.",
		});
	}
	const stream = Readable.from(file.open(signal), { objectMode: false });
	return {
		stream,
		headers: fileHeaders({ name: about?.name ?? fileId, mediaType: about?.mediaType ?? "", size: file.size, download: wanted.download }),
	};
}

/** The file itself or, where each version of a file is kept (`file/att1@2`), the newest one that this version has. */
function partOf(files: readonly StoredFile[], fileId: string): StoredFile | undefined {
	const exact = files.find((file) => file.part === `file/${fileId}`);
	if (exact !== undefined) return exact;
	const number = (file: StoredFile) => Number(file.part.slice(file.part.lastIndexOf("@") + 1));
	const versions = files.filter((file) => file.part.startsWith(`file/${fileId}@`));
	return versions.toSorted((a, b) => number(a) - number(b)).at(-1);
}

function newestVersion(runtime: SiteRuntime, ref: ItemRef): string {
	const newest = runtime.catalog.versions(ref).findLast((version) => version.state !== "deleted");
	if (newest === undefined) throw new AppError("not-found", "No snapshot holds this item");
	return String(newest.snapshotId);
}

/** Headers of a file: what it is called, and that it is never more than a picture, a document or a download. */
export function fileHeaders(file: {
	readonly name: string;
	readonly mediaType: string;
	readonly size: number;
	readonly download: boolean;
}) {
	const mediaType = file.mediaType.split(";")[0]?.trim().toLowerCase() ?? "";
	const inline = !file.download && shown.has(mediaType);
	const type = !shown.has(mediaType) ? "application/octet-stream" : mediaType === "text/plain" ? "text/plain; charset=utf-8" : mediaType;
	return {
		"content-type": type,
		"content-length": String(file.size),
		"content-disposition": `${inline ? "inline" : "attachment"}; ${dispositionName(file.name)}`,
		"x-content-type-options": "nosniff",
		// Browsers show a PDF in a frame of their own, which a sandbox forbids.
		"content-security-policy":
			mediaType === "application/pdf" ? "default-src 'none'; style-src 'unsafe-inline'" : "sandbox; default-src 'none'",
		"cache-control": "private, max-age=300",
	};
}

/** RFC 6266: a plain name for old programs, the real one in UTF-8 for all others. */
function dispositionName(name: string): string {
	const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_").slice(0, 150);
	const encoded = encodeURIComponent(name.toWellFormed().slice(0, 150).toWellFormed()).replace(
		/['()*!]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	return `filename="${plain}"; filename*=UTF-8''${encoded}`;
}
