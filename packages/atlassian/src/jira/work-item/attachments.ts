import { isAppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { mediaUses } from "../../adf/media.ts";
import type { HttpClient } from "../../http/http-client.ts";
import { at } from "../../record/json-access.ts";
import { attachmentsOf, richFields, type WorkItemRecord } from "./record.ts";

const contentPath = "/rest/api/3/attachment/content/{id}";

/** Opens an attachment's bytes. `from`, an address found out before, spares a request. */
export async function openAttachment(
	client: HttpClient,
	id: string,
	options: { readonly from?: string | undefined; readonly signal?: AbortSignal | undefined },
): Promise<AsyncIterable<Uint8Array>> {
	const call = { method: "GET", path: contentPath, parameters: { id }, signal: options.signal } as const;
	return (await client.download(call, options.from)).stream;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/**
 * The media service's id in the address that an attachment's content redirects to (`…/file/UUID/binary?…`). Atlassian does not
 * document it; nothing else in the REST API tells which attachment a document's media node shows.
 */
function mediaIdIn(address: string): string | undefined {
	return uuid.exec(new URL(address).pathname)?.[0];
}

/** An attachment's media id, and where its bytes lie just now. */
export async function askMediaId(
	client: HttpClient,
	id: string,
	signal: AbortSignal | undefined,
): Promise<{ readonly mediaId: string | undefined; readonly address: string | undefined }> {
	try {
		const address = await client.location({ method: "GET", path: contentPath, parameters: { id }, signal });
		return { mediaId: address === undefined ? undefined : mediaIdIn(address), address };
	} catch (error) {
		// A file that is gone has no media id; its download says so in its own place.
		if (isAppError(error, "not-found")) return { mediaId: undefined, address: undefined };
		throw error;
	}
}

/** Every rich text of a work item: of fields, comments and worklogs. */
function documents(item: WorkItemRecord): readonly JsonValue[] {
	const bodies = item.comments.map((comment) => at(comment, "body"));
	const notes = item.worklogs.map((worklog) => at(worklog, "comment"));
	return [...richFields(item.main).values(), ...bodies, ...notes].filter((document) => document !== undefined);
}

/** Whether a text of a work item shows one of its files. */
export function showsFiles(item: WorkItemRecord): boolean {
	return attachmentsOf(item.main).length > 0 && documents(item).some((document) => mediaUses(document).length > 0);
}

/**
 * Finds out the media ids of the attachments of a work item whose texts show files ({@link showsFiles}): the only way to find the file of a picture
 * when the item is gone. Asks once in an attachment's life, and the address found serves for its download.
 */
export async function mediaIds(
	options: { readonly client: HttpClient; readonly signal: AbortSignal | undefined },
	item: WorkItemRecord,
	known: (id: string) => Promise<JsonValue | undefined>,
): Promise<{ readonly media: JsonObject; readonly addresses: ReadonlyMap<string, string> }> {
	const addresses = new Map<string, string>();
	const held = await known(item.id);
	const media: Record<string, JsonValue> = {};
	const asked = attachmentsOf(item.main).map(async ({ id }) => {
		const before = isJsonObject(held) ? held[id] : undefined;
		if (before !== undefined) {
			media[id] = before;
			return;
		}
		const { mediaId, address } = await askMediaId(options.client, id, options.signal);
		if (mediaId !== undefined) media[id] = mediaId;
		if (address !== undefined) addresses.set(id, address);
	});
	await Promise.all(asked);
	return { media, addresses };
}
