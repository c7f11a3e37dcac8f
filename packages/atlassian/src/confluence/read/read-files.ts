import { canonicalJson, type ItemRef, isAppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import type { HttpClient } from "../../http/http-client.ts";
import { cursorPages, itemsOfPages } from "../../http/paging.ts";
import { listAt, numberAt, objectAt, without } from "../../record/json-access.ts";
import { filePart, fileVersionsPart } from "../content/parts.ts";
import { type AttachmentRecord, idOf, readAttachment } from "../content/records.ts";
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

async function olderVersions(reading: Reading, attachment: AttachmentRecord): Promise<readonly JsonObject[]> {
	const call = {
		method: "GET",
		path: "/wiki/api/v2/attachments/{id}/versions",
		parameters: { id: attachment.id },
		query: { limit: listLimit },
		signal: reading.request.signal,
	} as const;
	try {
		const versions = await collect(itemsOfPages(cursorPages(reading.site.client, call)));
		return versions.filter(isJsonObject).map((version) => without(version, "_links", "attachment"));
	} catch (error) {
		// Deleted since it was listed; the next run says so.
		if (isAppError(error, "not-found")) return [];
		throw error;
	}
}

const numberOf = (version: JsonValue): number => numberAt(version, "number") ?? 0;

/** What is known of the versions before the current one: from the vault, else asked for; one call when the vault lacks some. */
async function versionsBefore(reading: Reading, ref: ItemRef, attachment: AttachmentRecord, held: JsonValue | undefined) {
	const current = attachment.version.number;
	const part = await reading.request.known(ref, fileVersionsPart(attachment.id));
	const last = listAt(held).find((entry) => idOf(entry) === attachment.id);
	const known = [...listAt(part), ...(last === undefined ? [] : [objectAt(last, "version")])].filter(
		(version) => numberOf(version) < current,
	);
	const complete = new Set(known.map(numberOf)).size >= current - 1;
	const all = complete ? known : (await olderVersions(reading, attachment)).filter((version) => numberOf(version) < current);
	const versions = [...new Map(all.map((version) => [numberOf(version), version])).values()].sort((a, b) => numberOf(a) - numberOf(b));
	return { versions, changed: canonicalJson(versions) !== canonicalJson(part ?? []) };
}

async function filesOf(
	reading: Reading,
	ref: ItemRef,
	attachment: AttachmentRecord,
	held: JsonValue | undefined,
): Promise<readonly Observation[]> {
	const lacks = async (version: number): Promise<boolean> =>
		(await reading.request.known(ref, filePart(attachment.id, version))) === undefined;
	const current = attachment.version.number;
	const found: Observation[] = [];
	if (current > 1) {
		const { versions, changed } = await versionsBefore(reading, ref, attachment, held);
		const name = fileVersionsPart(attachment.id);
		if (changed && versions.length > 0) found.push({ type: "item", ref, parts: new Map([[name, versions]]), covers: [name] });
		for (const version of versions.map(numberOf)) if (await lacks(version)) found.push(fileObservation(reading, ref, attachment, version));
	}
	if (await lacks(current)) found.push(fileObservation(reading, ref, attachment, current));
	return found;
}

/** File versions of a page's attachments that the vault lacks, oldest first. */
export async function readFiles(reading: Reading, ref: ItemRef, attachments: JsonValue | undefined): Promise<readonly Observation[]> {
	const found: Observation[] = [];
	const held = await reading.request.known(ref, "attachments");
	for (const entry of listAt(attachments)) found.push(...(await filesOf(reading, ref, readAttachment(entry), held)));
	return found;
}
