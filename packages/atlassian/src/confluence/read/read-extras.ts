import { canonicalJson, type ItemRef, isAppError, isJsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { listAt } from "../../record/json-access.ts";
import { fileMarksPart } from "../content/file-marks.ts";
import { flavourOf, pageFlavour } from "../content/flavour.ts";
import { commentLists, contextPart, filePart, fileVersionsPart, likesPart } from "../content/parts.ts";
import { byId, idOf, labelsPart, propertiesPart, readAttachment, readContent, readProperty } from "../content/records.ts";
import { accountsIn } from "./people.ts";
import type { Here } from "./read-content-list.ts";
import { searchedFileMarks } from "./read-file-marks.ts";
import { readFiles } from "./read-files.ts";
import { readOldVersions } from "./read-old-versions.ts";
import type { Reading } from "./reading.ts";
import { propertyPath } from "./search-marks.ts";
import { readLabelsAndProperties, readLikesPart, readRestrictionsPart, readSingleComment } from "./single-content.ts";
import type { Spooled } from "./spool.ts";

/** Comments that changed since the last read, with bodies, by id. */
export interface ChangedComments {
	readonly footer: ReadonlyMap<string, JsonValue>;
	readonly inline: ReadonlyMap<string, JsonValue>;
}

interface Group {
	readonly reading: Reading;
	readonly ref: ItemRef;
	readonly here: Here;
	readonly all: readonly Spooled[];
	/** The JSON part that the vault holds of it; asked for once. */
	readonly known: (part: string) => Promise<JsonValue | undefined>;
}

function tagged(group: Group, tag: string): JsonValue[] {
	return group.all.filter((one) => one.tag === tag).map((one) => one.value);
}

function withoutBody(comment: JsonValue): string {
	if (!isJsonObject(comment)) return "";
	const { body: _, ...rest } = comment;
	return canonicalJson(rest);
}

/** What is held, with what changed put over it. */
function overlaid(held: readonly JsonValue[], changed: readonly JsonValue[]): JsonValue[] {
	return byId([...new Map([...held, ...changed].map((one) => [idOf(one), one])).values()]);
}

/** The listed comments with their bodies: from the vault where nothing changed, else read. */
async function withBodies(
	group: Group,
	place: "footer" | "inline",
	held: readonly JsonValue[],
	changed: ChangedComments,
): Promise<JsonValue[]> {
	const listed = byId(tagged(group, place));
	if (group.reading.mode === "full") return listed;
	const known = new Map(held.map((comment) => [idOf(comment), comment]));
	if (group.reading.mode === "changes") return overlaid(held, listed);
	const result: JsonValue[] = [];
	for (const comment of listed) {
		const before = known.get(idOf(comment));
		if (before !== undefined && withoutBody(before) === withoutBody(comment)) result.push(before);
		else {
			const { client } = group.reading.site;
			result.push(
				changed[place].get(idOf(comment)) ?? (await readSingleComment(client, place, idOf(comment), group.reading.request.signal)),
			);
		}
	}
	return result;
}

async function commentsOf(group: Group, changed: ChangedComments): Promise<JsonValue | undefined> {
	const held = commentLists(group.reading.mode === "full" ? undefined : await group.known("comments"));
	const footer = await withBodies(group, "footer", held.footer, changed);
	const inline = await withBodies(group, "inline", held.inline, changed);
	return footer.length + inline.length === 0 ? undefined : { footer, inline };
}

async function attachmentsOf(group: Group): Promise<JsonValue | undefined> {
	const listed = byId(tagged(group, "attachment"));
	if (group.reading.mode !== "changes") return nonEmpty(listed);
	const held = await group.known("attachments");
	return nonEmpty(overlaid(Array.isArray(held) ? held : [], listed));
}

/** Labels and properties of the page's attachments. */
async function fileMarksOf(group: Group, attachments: JsonValue | undefined): Promise<JsonValue | undefined> {
	const { site, request } = group.reading;
	const held = await group.known(fileMarksPart);
	const marks = tagged(group, "file-mark");
	if (marks.length === 0 && held === undefined) return undefined;
	const told = { attachments: listAt(attachments), marks, later: tagged(group, "file-values"), held };
	return await searchedFileMarks({ client: site.client, signal: request.signal }, told);
}

function nonEmpty(part: JsonValue): JsonValue | undefined {
	return Array.isArray(part) && part.length === 0 ? undefined : part;
}

type MarkPart = "labels" | "properties" | "restrictions" | "likes";
type Marks = ReadonlyMap<MarkPart, JsonValue | undefined>;

/** The page's properties as far as the search told them; a value that it can't tell is taken as held unless the page changed. */
async function searchedProperties(group: Group): Promise<readonly JsonValue[] | undefined> {
	const [keys] = tagged(group, "property-keys");
	if (!Array.isArray(keys)) return undefined;
	const told = new Map(tagged(group, "property").map((property) => [propertyPath(readProperty(property).key), property]));
	const held = group.here.fresh ? undefined : await group.known("properties");
	for (const property of Array.isArray(held) ? held : []) {
		const path = propertyPath(readProperty(property).key);
		if (!told.has(path)) told.set(path, property);
	}
	const all = keys.map((key) => told.get(String(key)));
	return all.every((property) => property !== undefined) ? all : undefined;
}

/** What the search says of labels, properties and restrictions. */
async function searchedMarks(group: Group): Promise<Marks> {
	const [labels] = tagged(group, "labels");
	const properties = await searchedProperties(group);
	const [restrictions] = tagged(group, "restrictions");
	const marks = new Map<MarkPart, JsonValue | undefined>();
	if (Array.isArray(labels)) marks.set("labels", nonEmpty(labelsPart(labels)));
	if (properties !== undefined) marks.set("properties", nonEmpty(propertiesPart(properties)));
	if (restrictions !== undefined) marks.set("restrictions", restrictions ?? undefined);
	return marks;
}

/** Labels, properties and restrictions: from the search, else from the page itself where it changed; nothing means as held. */
async function marksOf(group: Group): Promise<Marks> {
	const searched = await searchedMarks(group);
	const newProperty = !searched.has("properties") && tagged(group, "property-keys").length > 0;
	if (searched.size === 3 || (!group.here.fresh && !newProperty)) return searched;
	const { site, request } = group.reading;
	const source = { client: site.client, flavour: flavourOf(group.ref) ?? pageFlavour, id: group.ref.id, signal: request.signal };
	const marks = new Map(searched);
	if (!marks.has("labels") || !marks.has("properties")) {
		const { labels, properties, likes } = await readLabelsAndProperties(source);
		marks.set("labels", nonEmpty(labels)).set("properties", nonEmpty(properties)).set("likes", nonEmpty(likes));
	}
	if (!marks.has("restrictions")) marks.set("restrictions", await readRestrictionsPart(source));
	return marks;
}

interface Likes {
	/** Undefined when nobody likes the page. */
	readonly part: JsonValue | undefined;
}

/** Who likes the page, where the search says that their number changed; undefined where nothing new is known. */
async function likesOf(group: Group): Promise<Likes | undefined> {
	const [count] = tagged(group, "likes");
	if (typeof count !== "number") return undefined;
	const held = await group.known(likesPart);
	if (listAt(held).length === count) return undefined;
	if (count === 0) return { part: undefined };
	const { site, request, likes } = group.reading;
	if (!likes.take()) return undefined;
	const source = { client: site.client, flavour: flavourOf(group.ref) ?? pageFlavour, id: group.ref.id, signal: request.signal };
	return { part: await readLikesPart(source) };
}

async function contextOf(group: Group, words: readonly (JsonValue | undefined)[]): Promise<JsonValue> {
	const { people, spaces, request } = group.reading;
	const accounts = accountsIn(words, new Set(group.here.accounts));
	await people.learn(accounts, request.signal);
	return contextPart(spaces.get(group.here.spaceId), people.of([...accounts].sort()));
}

async function differs(group: Group, name: string, value: JsonValue | undefined): Promise<boolean> {
	const held = await group.known(name);
	if (held === undefined) return value !== undefined;
	return value === undefined || canonicalJson(held) !== canonicalJson(value);
}

/** The parts of a page besides its main record; a part that is `undefined` is not there (any more). */
async function extraParts(group: Group, changed: ChangedComments): Promise<ReadonlyMap<string, JsonValue | undefined>> {
	// Content of apps' own types was read with its marks, and nobody likes it.
	const marked = flavourOf(group.ref) !== undefined;
	const [comments, marks, likes] = await Promise.all([
		commentsOf(group, changed),
		marked ? marksOf(group) : new Map(),
		marked ? likesOf(group) : undefined,
	]);
	const attachments = await attachmentsOf(group);
	const files = await fileMarksOf(group, attachments);
	const parts = new Map<string, JsonValue | undefined>([
		["comments", comments],
		...marks,
		["attachments", attachments],
		[fileMarksPart, files],
		...(likes === undefined ? [] : [[likesPart, likes.part] as const]),
	]);
	// Names are looked up again only for pages that say something new.
	const renew = group.here.fresh || likes !== undefined || (await differs(group, "comments", comments));
	if (!renew) return parts;
	const likers = parts.has(likesPart) ? parts.get(likesPart) : await group.known(likesPart);
	return parts.set("context", await contextOf(group, [comments, likers]));
}

/** The file versions that stay when an attachment that the vault holds is not listed any more; undefined when none went. */
async function keptFiles(group: Group, now: JsonValue | undefined): Promise<readonly string[] | undefined> {
	const held = await group.known("attachments");
	if (!Array.isArray(held)) return undefined;
	const left = (Array.isArray(now) ? now : []).map(readAttachment);
	const ids = new Set(left.map((attachment) => attachment.id));
	if (held.every((attachment) => ids.has(idOf(attachment)))) return undefined;
	return left.flatMap(({ id, version }) => [
		...Array.from({ length: version.number }, (_, index) => filePart(id, index + 1)),
		fileVersionsPart(id),
	]);
}

async function partsObservation(group: Group, parts: ReadonlyMap<string, JsonValue | undefined>): Promise<Observation | undefined> {
	const covers: string[] = [];
	const said = new Map<string, JsonValue>();
	for (const [name, value] of parts) {
		if (!(await differs(group, name, value))) continue;
		covers.push(name);
		if (value !== undefined) said.set(name, value);
	}
	const keeps = await keptFiles(group, parts.get("attachments"));
	if (keeps !== undefined) covers.push("file/", "file-versions/");
	return covers.length === 0 ? undefined : { type: "item", ref: group.ref, parts: said, covers, ...(keeps === undefined ? {} : { keeps }) };
}

function remembering(reading: Reading, ref: ItemRef): Group["known"] {
	const asked = new Map<string, Promise<JsonValue | undefined>>();
	return (part) => {
		const answer = asked.get(part) ?? reading.request.known(ref, part).then((held) => (held === "file" ? undefined : held));
		asked.set(part, answer);
		return answer;
	};
}

/** What is known of a page that a read of changes did not list because only something on it changed. */
async function hereFromVault(reading: Reading, key: string, all: readonly Spooled[]): Promise<Here | undefined> {
	const kind = all.find((one) => one.tag === "kind")?.value;
	if (reading.mode !== "changes" || typeof kind !== "string") return undefined;
	const main = await reading.request.known({ kind, id: key }, "");
	if (main === undefined || main === "file") return undefined;
	const record = readContent(main);
	if (reading.request.spaces?.includes(record.spaceId) === false) return undefined;
	return { kind, version: record.version.number, spaceId: record.spaceId, accounts: [...accountsIn(main)], fresh: false };
}

async function observe(group: Group, changed: ChangedComments): Promise<readonly Observation[]> {
	const parts = await extraParts(group, changed);
	const observation = await partsObservation(group, parts);
	return [
		...(observation === undefined ? [] : [observation]),
		...(await readOldVersions(group.reading, group.ref, group.here)),
		...(await readFiles(group.reading, group.ref, parts.get("attachments"))),
	];
}

/**
 * Everything of one page that the site-wide lists and its own versions tell, once all lists are complete. Says only what
 * differs from the vault.
 */
export async function readExtras(
	reading: Reading,
	key: string,
	all: readonly Spooled[],
	changed: ChangedComments,
): Promise<readonly Observation[]> {
	const listed = all.find((one) => one.tag === "here")?.value as Here | undefined;
	// What hangs on a page that was not listed hangs on a draft, a page in the trash or one that this account may not see.
	const here = listed ?? (await hereFromVault(reading, key, all));
	if (here === undefined) return [];
	const ref = { kind: here.kind, id: key };
	try {
		return await observe({ reading, ref, here, all, known: remembering(reading, ref) }, changed);
	} catch (error) {
		// The page, or a comment on it, went while it was read; the next read says so.
		if (isAppError(error, "not-found")) return [];
		throw error;
	}
}
