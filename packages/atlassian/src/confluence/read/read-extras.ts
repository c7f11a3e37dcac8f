import { canonicalJson, type ItemRef, isJsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { flavourOf, pageFlavour } from "../content/flavour.ts";
import { commentLists, contextPart, filePart } from "../content/parts.ts";
import { byId, idOf, labelsPart, propertiesPart, readAttachment, readProperty } from "../content/records.ts";
import { accountsIn } from "./people.ts";
import type { Here } from "./read-content-list.ts";
import { readFiles } from "./read-files.ts";
import { readOldVersions } from "./read-old-versions.ts";
import type { Reading } from "./reading.ts";
import { readLabelsAndProperties, readRestrictionsPart, readSingleComment } from "./single-content.ts";
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
}

function tagged(group: Group, tag: string): JsonValue[] {
	return group.all.filter((one) => one.tag === tag).map((one) => one.value);
}

function withoutBody(comment: JsonValue): string {
	if (!isJsonObject(comment)) return "";
	const { body: _, ...rest } = comment;
	return canonicalJson(rest);
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
	const known = group.reading.mode === "full" ? undefined : await group.reading.request.known(group.ref, "comments");
	const held = commentLists(known === "file" ? undefined : known);
	const footer = await withBodies(group, "footer", held.footer, changed);
	const inline = await withBodies(group, "inline", held.inline, changed);
	return footer.length + inline.length === 0 ? undefined : { footer, inline };
}

function nonEmpty(part: JsonValue): JsonValue | undefined {
	return Array.isArray(part) && part.length === 0 ? undefined : part;
}

type MarkPart = "labels" | "properties" | "restrictions";
type Marks = ReadonlyMap<MarkPart, JsonValue | undefined>;

/** The page's properties as far as the search told them; a value that it can't tell is taken as held unless the page changed. */
async function searchedProperties(group: Group): Promise<readonly JsonValue[] | undefined> {
	const [keys] = tagged(group, "property-keys");
	if (!Array.isArray(keys)) return undefined;
	const told = new Map(tagged(group, "property").map((property) => [readProperty(property).key, property]));
	const held = group.here.fresh ? undefined : await group.reading.request.known(group.ref, "properties");
	for (const property of Array.isArray(held) ? held : []) {
		const { key } = readProperty(property);
		if (!told.has(key)) told.set(key, property);
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
		const { labels, properties } = await readLabelsAndProperties(source);
		marks.set("labels", nonEmpty(labels)).set("properties", nonEmpty(properties));
	}
	if (!marks.has("restrictions")) marks.set("restrictions", await readRestrictionsPart(source));
	return marks;
}

async function contextOf(group: Group, comments: JsonValue | undefined): Promise<JsonValue> {
	const { people, spaces, request } = group.reading;
	const accounts = accountsIn(comments ?? null, new Set(group.here.accounts));
	await people.learn(accounts, request.signal);
	return contextPart(spaces.get(group.here.spaceId), people.of([...accounts].sort()));
}

async function differs(group: Group, name: string, value: JsonValue | undefined): Promise<boolean> {
	const held = await group.reading.request.known(group.ref, name);
	if (held === undefined || held === "file") return value !== undefined;
	return value === undefined || canonicalJson(held) !== canonicalJson(value);
}

/** The parts of a page besides its main record; a part that is `undefined` is not there (any more). */
async function extraParts(group: Group, changed: ChangedComments): Promise<ReadonlyMap<string, JsonValue | undefined>> {
	const [comments, marks] = await Promise.all([commentsOf(group, changed), marksOf(group)]);
	const parts = new Map<string, JsonValue | undefined>([
		["comments", comments],
		...marks,
		["attachments", nonEmpty(byId(tagged(group, "attachment")))],
	]);
	// Names are looked up again only for pages that say something new.
	const renew = group.here.fresh || (await differs(group, "comments", comments));
	return renew ? parts.set("context", await contextOf(group, comments)) : parts;
}

/** The file versions that stay when an attachment that the vault holds is not listed any more; undefined when none went. */
async function keptFiles(group: Group, now: JsonValue | undefined): Promise<readonly string[] | undefined> {
	const held = await group.reading.request.known(group.ref, "attachments");
	if (!Array.isArray(held)) return undefined;
	const left = (Array.isArray(now) ? now : []).map(readAttachment);
	const ids = new Set(left.map((attachment) => attachment.id));
	if (held.every((attachment) => ids.has(idOf(attachment)))) return undefined;
	return left.flatMap(({ id, version }) => Array.from({ length: version.number }, (_, index) => filePart(id, index + 1)));
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
	if (keeps !== undefined) covers.push("file/");
	return covers.length === 0 ? undefined : { type: "item", ref: group.ref, parts: said, covers, ...(keeps === undefined ? {} : { keeps }) };
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
	// What hangs on a page that was not listed hangs on a draft, a page in the trash or one that this account may not see.
	const here = all.find((one) => one.tag === "here")?.value as Here | undefined;
	if (here === undefined) return [];
	const group: Group = { reading, ref: { kind: here.kind, id: key }, here, all };
	const parts = await extraParts(group, changed);
	const observation = await partsObservation(group, parts);
	return [
		...(observation === undefined ? [] : [observation]),
		...(await readOldVersions(reading, group.ref, here.version)),
		...(await readFiles(reading, group.ref, parts.get("attachments"))),
	];
}
