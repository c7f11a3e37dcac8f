import { type ItemRef, isAppError, isJsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import type { HttpClient } from "../../http/http-client.ts";
import { cursorPages, itemsOfPages } from "../../http/paging.ts";
import { filePart } from "../content/parts.ts";
import { type AttachmentRecord, readAttachment } from "../content/records.ts";
import { collect } from "./in-order.ts";
import { listLimit, type Reading } from "./reading.ts";

const downloadPath = "/wiki/rest/api/content/{id}/child/attachment/{attachmentId}/download";

/** Opens one version of an attachment; the site redirects to where the bytes are. */
export async function openAttachment(
	client: HttpClient,
	file: { readonly contentId: string; readonly attachmentId: string; readonly version?: number },
	signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
	const parameters = { id: file.contentId, attachmentId: file.attachmentId };
	const { stream } = await client.download({ method: "GET", path: downloadPath, parameters, query: { version: file.version }, signal });
	return stream;
}

function fileObservation(reading: Reading, ref: ItemRef, attachment: AttachmentRecord, version: number): Observation {
	const file = { contentId: ref.id, attachmentId: attachment.id, version };
	return {
		type: "file",
		ref,
		part: filePart(attachment.id, version),
		open: (signal) => openAttachment(reading.site.client, file, signal),
		// Only the current version's size is told.
		size: version === attachment.version.number ? (attachment.fileSize ?? undefined) : undefined,
	};
}

async function olderVersions(reading: Reading, attachment: AttachmentRecord): Promise<readonly number[]> {
	const call = {
		method: "GET",
		path: "/wiki/api/v2/attachments/{id}/versions",
		parameters: { id: attachment.id },
		query: { limit: listLimit },
		signal: reading.request.signal,
	} as const;
	try {
		const versions = await collect(itemsOfPages(cursorPages(reading.site.client, call)));
		const numbers = versions.map((version) => (isJsonObject(version) && typeof version.number === "number" ? version.number : 0));
		return numbers.filter((number) => number > 0 && number < attachment.version.number).sort((a, b) => a - b);
	} catch (error) {
		// Deleted since it was listed; the next run says so.
		if (isAppError(error, "not-found")) return [];
		throw error;
	}
}

async function filesOf(reading: Reading, ref: ItemRef, attachment: AttachmentRecord): Promise<readonly Observation[]> {
	const lacks = async (version: number): Promise<boolean> =>
		(await reading.request.known(ref, filePart(attachment.id, version))) === undefined;
	const current = attachment.version.number;
	const wanted: number[] = [];
	if (current > 1 && (await lacks(current - 1))) {
		for (const version of await olderVersions(reading, attachment)) if (await lacks(version)) wanted.push(version);
	}
	if (await lacks(current)) wanted.push(current);
	return wanted.map((version) => fileObservation(reading, ref, attachment, version));
}

/** File versions of a page's attachments that the vault lacks, oldest first. */
export async function readFiles(reading: Reading, ref: ItemRef, attachments: JsonValue | undefined): Promise<readonly Observation[]> {
	const found: Observation[] = [];
	for (const entry of Array.isArray(attachments) ? attachments : []) found.push(...(await filesOf(reading, ref, readAttachment(entry))));
	return found;
}
