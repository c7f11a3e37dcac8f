import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { at, idAt, listAt, numberAt, objectAt, textAt } from "../../record/json-access.ts";

/** A person of a list of watchers or voters. */
export interface ListedPerson {
	readonly accountId: string;
	readonly name: string;
	/** As the list said when it was read. */
	readonly isActive: boolean;
}

/** Reads a part that lists people. */
export function people(item: StoredItem | undefined, part: "watchers" | "votes" | "participants"): readonly ListedPerson[] {
	return listAt(item?.parts.get(part)).flatMap((person) => {
		const accountId = textAt(person, "accountId");
		if (accountId === undefined) return [];
		return [{ accountId, name: textAt(person, "displayName") ?? accountId, isActive: at(person, "active") !== false }];
	});
}

/** Who watches the item. */
export const watchersOf = (item: StoredItem | undefined): readonly ListedPerson[] => people(item, "watchers");
/** Who voted for the item. */
export const votersOf = (item: StoredItem | undefined): readonly ListedPerson[] => people(item, "votes");

/** Whether a list of people was read, or needed no reading: a backup on a large site reads them little by little. */
export function isListed(item: StoredItem | undefined, part: "watchers" | "votes"): boolean {
	if (item === undefined || item.parts.has(part)) return true;
	const field = part === "votes" ? numberAt(item.parts.get(""), "fields", "votes", "votes") : undefined;
	const count = part === "votes" ? field : numberAt(item.parts.get(""), "fields", "watches", "watchCount");
	return (count ?? 0) === 0;
}

/** A link to something outside of Jira. */
export interface RemoteLink {
	readonly id: string;
	readonly title: string;
	readonly url: string;
	/** What is written to make it again. */
	readonly body: JsonObject;
	/** Equal for equal content. */
	readonly content: string;
	/** Equal for a link and its later incarnation. */
	readonly essence: string;
}

/** Members that Jira fills in empty. */
function said(value: JsonObject): JsonObject {
	const isEmpty = (member: JsonValue): boolean =>
		member === null || (typeof member === "object" && !Array.isArray(member) && Object.values(said(member as JsonObject)).length === 0);
	return Object.fromEntries(Object.entries(value).filter(([, member]) => !isEmpty(member)));
}

/** Reads the part `remote-links`. */
export function remoteLinksOf(item: StoredItem | undefined): readonly RemoteLink[] {
	return listAt(item?.parts.get("remote-links")).flatMap((link) => {
		const id = idAt(link, "id");
		const url = textAt(link, "object", "url");
		if (id === undefined || url === undefined) return [];
		const [globalId, relationship] = [textAt(link, "globalId"), textAt(link, "relationship")];
		const application = said(objectAt(link, "application"));
		const body: JsonObject = {
			...(globalId === undefined ? {} : { globalId }),
			...(relationship === undefined ? {} : { relationship }),
			...(Object.keys(application).length === 0 ? {} : { application }),
			object: said(objectAt(link, "object")),
		};
		const title = textAt(link, "object", "title") ?? url;
		return [{ id, title, url, body, content: canonicalJson(body), essence: globalId ?? canonicalJson([url, title, relationship ?? ""]) }];
	});
}

/** Properties that apps set, by key. */
export function propertiesOf(item: StoredItem | undefined): JsonObject {
	return objectAt(item?.parts.get("properties"));
}

/** Where a work item stands in the order of backlogs. */
export interface Rank {
	/** `customfield_10019` */
	readonly fieldId: string;
	/** `0|i007pt:` */
	readonly value: string;
}

const rankPattern = /^(\d)\|([0-9a-z]+):([0-9a-z]*)$/;

/** Reads the rank of a work item; undefined where Jira Software keeps none. */
export function rankOf(main: JsonValue | undefined): Rank | undefined {
	for (const [fieldId, value] of Object.entries(objectAt(main, "fields"))) {
		if (typeof value === "string" && rankPattern.test(value)) return { fieldId, value };
	}
	return undefined;
}

/** Compares two ranks. Undefined when Jira renumbered all of them in between: then they say nothing about each other. */
export function compareRanks(one: string, other: string): number | undefined {
	const [a, b] = [rankPattern.exec(one), rankPattern.exec(other)];
	if (a === null || b === null || a[1] !== b[1]) return undefined;
	const [left, right] = [`${a[2]}${a[3]}`, `${b[2]}${b[3]}`];
	return left < right ? -1 : left > right ? 1 : 0;
}
