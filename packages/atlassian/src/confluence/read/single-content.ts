import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../http/http-client.ts";
import { cursorPages, itemsOfPages, type Page } from "../../http/paging.ts";
import { idAt } from "../../record/json-access.ts";
import type { Container, ContentFlavour } from "../content/flavour.ts";
import { attachmentPart, byId, commentPart, idOf, labelsPart, propertiesPart } from "../content/records.ts";
import { restrictionsPart } from "../content/restrictions.ts";
import { collect, inOrder } from "./in-order.ts";
import { listLimit, versionsLimit } from "./reading.ts";

/** Where one page's own lists are read, or those of other content that files and comments hang on. */
export interface Source<Flavour extends Container = ContentFlavour> {
	readonly client: HttpClient;
	readonly flavour: Flavour;
	readonly id: string;
	readonly signal?: AbortSignal | undefined;
}

async function all(pages: AsyncIterable<Page>): Promise<readonly JsonValue[]> {
	return collect(itemsOfPages(pages));
}

/** One list of one thing. */
export function listOf(source: Pick<Source, "client" | "id" | "signal">, path: string, name = "id"): Promise<readonly JsonValue[]> {
	return list(source, path, {}, name);
}

function list(
	source: Pick<Source, "client" | "id" | "signal">,
	path: string,
	query: Record<string, string | number>,
	name = "id",
): Promise<readonly JsonValue[]> {
	return all(
		cursorPages(source.client, {
			method: "GET",
			path,
			parameters: { [name]: source.id },
			query: { limit: listLimit, ...query },
			signal: source.signal,
		}),
	);
}

/** The entries of an optional part of an answer; undefined when it does not hold all of them. */
export function completeList(value: JsonValue | undefined): readonly JsonValue[] | undefined {
	if (!isJsonObject(value) || !Array.isArray(value.results)) return undefined;
	return isJsonObject(value.meta) && value.meta.hasMore === true ? undefined : value.results;
}

/** Labels, properties and likes of one page: one call, or more when it has over fifty of a sort. */
export async function readLabelsAndProperties(
	source: Source,
	status?: string,
): Promise<{ readonly labels: JsonValue; readonly properties: JsonValue; readonly likes: JsonValue }> {
	const { json } = await source.client.call({
		method: "GET",
		path: source.flavour.one,
		parameters: { id: source.id },
		query: {
			"include-labels": true,
			"include-properties": true,
			"include-likes": true,
			...(status === undefined ? {} : { status: [status] }),
		},
		signal: source.signal,
	});
	const answer: JsonObject = isJsonObject(json) ? json : {};
	const labels = completeList(answer.labels) ?? (await list(source, source.flavour.labels, {}));
	const properties = completeList(answer.properties) ?? (await list(source, source.flavour.properties, {}, source.flavour.propertyOwner));
	const likes = completeList(answer.likes);
	const liked = likes === undefined ? await readLikesPart(source) : sortedLikes(likes);
	return { labels: labelsPart(labels), properties: propertiesPart(properties), likes: liked };
}

function sortedLikes(likes: readonly JsonValue[]): JsonValue {
	const ids = likes.flatMap((like) => idAt(like, "accountId") ?? []);
	return [...new Set(ids)].sort().map((accountId) => ({ accountId }));
}

/** Who likes one page: their account ids, sorted. */
export async function readLikesPart(source: Source): Promise<JsonValue> {
	return sortedLikes(await list(source, source.flavour.likes, {}));
}

/** Who alone may view or change one page; undefined when everybody may, or when the account may not ask. */
export async function readRestrictionsPart(source: Source): Promise<JsonValue | undefined> {
	const { json } = await source.client.call({
		method: "GET",
		path: "/wiki/rest/api/content/{id}/restriction",
		parameters: { id: source.id },
		query: { limit: 200 },
		accept: [401, 403, 404],
		signal: source.signal,
	});
	return isJsonObject(json) && Array.isArray(json.results) ? restrictionsPart(json.results) : undefined;
}

const children = {
	footer: "/wiki/api/v2/footer-comments/{id}/children",
	inline: "/wiki/api/v2/inline-comments/{id}/children",
} as const;

async function replies(source: Source<Container>, place: "footer" | "inline", roots: readonly JsonValue[]): Promise<JsonValue[]> {
	const found: JsonValue[] = [];
	const query = { "body-format": "storage" };
	for await (const below of inOrder(roots, 4, (root) => list({ ...source, id: idOf(root) }, children[place], query))) found.push(...below);
	return found.length === 0 ? [] : [...found, ...(await replies(source, place, found))];
}

/** Comments on the page's files; each file has a list of its own. */
async function onFiles(source: Source<Container>, attachments: JsonValue | undefined): Promise<readonly JsonValue[]> {
	const found: JsonValue[] = [];
	const path = "/wiki/api/v2/attachments/{id}/footer-comments";
	const ids = Array.isArray(attachments) ? attachments.map(idOf) : [];
	for await (const below of inOrder(ids, 4, (id) => list({ ...source, id }, path, { "body-format": "storage" }))) {
		// Replies are asked for like those of other comments, and this list may hold them, too.
		found.push(...below.filter((comment) => isJsonObject(comment) && typeof comment.parentCommentId !== "string"));
	}
	return found;
}

async function readComments(source: Source<Container>, place: "footer" | "inline", attachments?: JsonValue): Promise<JsonValue[]> {
	const path = place === "footer" ? source.flavour.footerComments : source.flavour.inlineComments;
	if (path === undefined) return [];
	const ofPage = await list(source, path, { "body-format": "storage" });
	const roots = place === "footer" ? [...ofPage, ...(await onFiles(source, attachments))] : ofPage;
	return byId([...roots, ...(await replies(source, place, roots))].map(commentPart));
}

/** All comments of one page and its files as the `comments` part has them; undefined when there are none. */
export async function readCommentsPart(source: Source<Container>, attachments: JsonValue | undefined): Promise<JsonValue | undefined> {
	const [footer, inline] = await Promise.all([readComments(source, "footer", attachments), readComments(source, "inline")]);
	return footer.length + inline.length === 0 ? undefined : { footer, inline };
}

/** The list entries of one page's attachments; undefined when there are none. */
export async function readAttachmentsPart(source: Source<Container>): Promise<JsonValue | undefined> {
	const found = await list(source, source.flavour.attachments, {});
	return found.length === 0 ? undefined : byId(found.map(attachmentPart));
}

/** One comment with its body. */
export async function readSingleComment(
	client: HttpClient,
	place: "footer" | "inline",
	id: string,
	signal?: AbortSignal,
): Promise<JsonValue> {
	const path = place === "footer" ? "/wiki/api/v2/footer-comments/{comment-id}" : "/wiki/api/v2/inline-comments/{comment-id}";
	const { json } = await client.call({
		method: "GET",
		path,
		parameters: { "comment-id": id },
		query: { "body-format": "storage" },
		signal,
	});
	return commentPart(json);
}

/** Older versions with their bodies, oldest first or newest first; `raw` is what an app wrote in a form of its own. */
export function versionPages(source: Source<Container>, sort: "modified-date" | "-modified-date", format: "storage" | "raw" = "storage") {
	return cursorPages(source.client, {
		method: "GET",
		path: source.flavour.versions,
		parameters: { [source.flavour.versionsOwner]: source.id },
		query: { "body-format": format, limit: versionsLimit, sort },
		signal: source.signal,
	});
}
