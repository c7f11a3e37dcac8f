import { createHash } from "node:crypto";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { changed, entryFacts, type Fact, type Names, objects, paired, sameNames } from "./item-facts.ts";

const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});

/** Files of an item by id, with a digest of their bytes. */
async function digests(item: StoredItem): Promise<ReadonlyMap<string, string>> {
	const found = new Map<string, string>();
	for (const file of item.files) {
		const hash = createHash("sha256");
		for await (const chunk of file.open()) hash.update(chunk);
		found.set(file.part.slice("file/".length), hash.digest("hex"));
	}
	return found;
}

const keys = /\b[A-Z][A-Z0-9_]+-[1-9]\d*\b/g;

/** What a document shows and points to: media by the file's name, links by what their targets are called now. */
function document(value: JsonValue, item: StoredItem, names: Names): JsonValue {
	const attachments = new Map(objects(fieldsOf(item).attachment).map(({ id, filename }) => [id, filename]));
	const shown = new Map(Object.entries(object(item.parts.get("media"))).map(([id, media]) => [media, attachments.get(id)]));
	return changed(value, (member, name) => {
		if (name === "localId") return null;
		if (typeof member === "string" && (name === "href" || name === "url")) {
			return member.replace(/(?<=\/browse\/)[A-Z][A-Z0-9_]+-[1-9]\d*/, names.key);
		}
		if (!isJsonObject(member)) return member;
		if (member.type === "media" || member.type === "mediaInline") {
			const attrs = object(member.attrs);
			return { ...member, attrs: { ...attrs, id: `file ${String(shown.get(attrs.id ?? "") ?? attrs.id)}` } };
		}
		const linked = objects(member.marks).some((mark) => mark.type === "link" && String(object(mark.attrs).href).includes("/browse/"));
		return linked && typeof member.text === "string" ? { ...member, text: member.text.replace(keys, names.key) } : member;
	});
}

const isDocument = (value: JsonValue): boolean => isJsonObject(value) && value.type === "doc";

const fieldsOf = (item: StoredItem): JsonObject => object(object(item.parts.get("")).fields);

/** Ids and keys of work items inside a field, by what they are called now. */
function field(name: string, value: JsonValue, item: StoredItem, names: Names): JsonValue {
	if (isDocument(value)) return document(value, item, names);
	if (name === "parent" && isJsonObject(value)) {
		const { id, key, fields } = value;
		return { id: names.id("jira.work-item", String(id)), key: names.key(String(key)), summary: object(fields).summary ?? null };
	}
	// Jira fills Epic Link from the parent.
	if (typeof value === "string" && value === object(fieldsOf(item).parent).key) return names.key(value);
	// What a request's own parts say: approvals, feedback and clocks have rows of their own; its status is the work item's.
	if (isJsonObject(value) && ("requestType" in value || "completedCycles" in value || "rating" in value))
		return object(value.requestType).id ?? null;
	if (objects(value).some((one) => "approvers" in one)) return null;
	if (objects(value).some((one) => "accountId" in one)) {
		const people = objects(value).map(({ accountId }) => String(accountId));
		const taking = objects(item.parts.get("participants")).map(({ accountId }) => String(accountId));
		// The field shows who takes part in a request: said by the part of that name.
		return people.toSorted().join() === taking.toSorted().join() ? null : people.toSorted();
	}
	// Nothing goes into a sprint that is closed.
	const sprints = objects(value);
	if (sprints.length > 0 && sprints.every((one) => "boardId" in one))
		return sprints.flatMap((one) => (one.state === "closed" ? [] : [one.id ?? null]));
	return value;
}

function fieldFacts(item: StoredItem, names: Names): readonly Fact[] {
	const { fields, ...main } = object(item.parts.get(""));
	const fact = (place: string, value: JsonValue): Fact => ({ row: place, place, again: false, value: canonicalJson(value) });
	const empty = (value: JsonValue): boolean => value === null || value === "" || (Array.isArray(value) && value.length === 0);
	return [
		...Object.entries(main).map(([name, value]) => fact(name, value)),
		...Object.entries(object(fields)).flatMap(([name, value]) => {
			const shown = name === "attachment" || name === "issuelinks" ? null : field(name, value, item, names);
			if (empty(shown)) return [];
			const isRank = typeof shown === "string" && /^\d\|\w+:\w*$/.test(shown);
			// A place is told by its neighbours, not by its number: see `rankOrder`.
			return [isRank ? { ...fact(`fields.${name}`, "ranked"), row: "rank" } : fact(`fields.${name}`, shown)];
		}),
		...Object.entries(object(item.parts.get("properties"))).map(([key, value]) => ({
			...fact(`properties.${key}`, value),
			row: "properties.*",
		})),
		...["watchers", "votes"].flatMap((part) =>
			objects(item.parts.get(part)).map(({ accountId }) => ({ ...fact(`${part}.${accountId}`, "there"), row: `${part}.*` })),
		),
		...objects(item.parts.get("participants")).map(({ accountId }) => ({
			...fact(`participants.${accountId}`, "there"),
			row: "participants.*",
		})),
		...["approvals", "service-levels"].flatMap((part) =>
			objects(item.parts.get(part)).map((one) => ({ ...fact(`${part}.${one.id}`, one), row: `${part}.*` })),
		),
		...Object.entries(object(item.parts.get("request"))).map(([name, value]) => fact(`request.${name}`, value)),
		...(item.parts.has("feedback") ? [fact("feedback", item.parts.get("feedback") ?? null)] : []),
		...objects(item.parts.get("history")).map((entry) => ({ ...fact(`history.${entry.id}`, entry), row: "history" })),
	];
}

/** A text that was written again stands below a line that says whose it was. */
function withoutOrigin(value: JsonValue | undefined): JsonValue {
	const { content, ...rest } = object(value);
	if (!Array.isArray(content)) return value ?? null;
	const [first, ...others] = content;
	return { ...rest, content: JSON.stringify(first ?? null).includes("Originally by ") ? others : content };
}

/** Texts of two incarnations are told to be the same by their words and pictures' places alone. */
function words(value: JsonValue | undefined): string {
	const texts: string[] = [];
	changed(withoutOrigin(value), (member, name) => {
		if (name === "text") texts.push(String(member));
		return member;
	});
	return texts.join(" ").replace(keys, "KEY");
}

function links(item: StoredItem, names: Names): JsonObject[] {
	return objects(fieldsOf(item).issuelinks).map((link) => {
		const direction = link.outwardIssue === undefined ? "inward" : "outward";
		const other = object(direction === "outward" ? link.outwardIssue : link.inwardIssue);
		return { id: link.id ?? "", type: object(link.type).id ?? "", direction, other: names.id("jira.work-item", String(other.id)) };
	});
}

/** Everything that two records of a work item say, side by side. */
export async function workItemFacts(before: StoredItem, after: StoredItem, names: Names) {
	const [filesBefore, filesAfter] = [await digests(before), await digests(after)];
	const again = before.ref.id !== after.ref.id;
	// A text that was not written keeps the old names: there both sides are read by the new ones.
	const namesOf = (side: "before" | "after", anew: boolean) => (side === "before" || !anew ? names : sameNames);
	const itemOf = (side: "before" | "after") => (side === "before" ? before : after);
	const texts = (list: "comments" | "worklogs", text: "body" | "comment") => {
		const essence = (entry: JsonObject): string => `${entry.started ?? ""} ${words(entry[text])}`;
		const pairs = paired(objects(before.parts.get(list)), objects(after.parts.get(list)), essence);
		return entryFacts(list, pairs, (entry, pair, side) => {
			const body = pair.again && side === "after" ? withoutOrigin(entry[text]) : (entry[text] ?? null);
			const shown = document(body, itemOf(side), namesOf(side, pair.again));
			const isEmpty = isJsonObject(shown) && Array.isArray(shown.content) && shown.content.length === 0;
			return { ...entry, [text]: isEmpty ? null : shown };
		});
	};
	const attachments = paired(
		objects(fieldsOf(before).attachment),
		objects(fieldsOf(after).attachment),
		(file) => `${file.filename} ${file.size}`,
	);
	const made = [
		texts("comments", "body"),
		texts("worklogs", "comment"),
		entryFacts("fields.attachment", attachments, (file, _pair, side) => ({
			...file,
			bytes: (side === "before" ? filesBefore : filesAfter).get(String(file.id)) ?? "none",
		})),
		entryFacts(
			"links",
			paired(links(before, names), links(after, sameNames), ({ id: _id, ...link }) => canonicalJson(link)),
			(link) => link,
		),
		entryFacts(
			"remote-links",
			paired(objects(before.parts.get("remote-links")), objects(after.parts.get("remote-links")), ({ globalId, object: target }) =>
				canonicalJson(globalId ?? target ?? null),
			),
			(link) => link,
		),
	];
	return {
		before: [...fieldFacts(before, names), ...made.flatMap((one) => one.before)],
		after: [...fieldFacts(after, namesOf("after", again)), ...made.flatMap((one) => one.after)],
	};
}

/** Ids of work items in the order of their ranks, under the names that they have now. */
export function rankOrder(items: Iterable<StoredItem>, names: Names): readonly string[] {
	const ranked = [...items].flatMap((item) => {
		const rank = Object.values(fieldsOf(item)).find((value) => typeof value === "string" && /^\d\|\w+:\w*$/.test(value));
		return typeof rank === "string" ? [{ id: names.id(item.ref.kind, item.ref.id), rank: rank.replaceAll(/[|:]/g, "") }] : [];
	});
	return ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ id }) => id);
}
