import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { changeMedia } from "../../../adf/media.ts";
import { adfText } from "../../../adf/plain-text.ts";
import { isAdf } from "../../../adf/walk.ts";
import { at, idAt, listAt, mapJson, numberAt, textAt } from "../../../record/json-access.ts";
import { isListed, propertiesOf, remoteLinksOf, votersOf, watchersOf } from "../beside.ts";
import { linkField, noteOf } from "../compare-items.ts";
import { formsOf } from "../form/forms-of-item.ts";
import { linksOf } from "../links.ts";
import { attachmentsOf } from "../record.ts";
import { feedbackOf, isUnread, participantsOf } from "../request/request-side.ts";
import { withoutProvenance } from "./provenance.ts";

/** How the entries of one list of a snapshot stand to those of the live item. */
interface PartMatch {
	/** Snapshot id to live id: the same entry, by id or made again by an earlier restore. */
	readonly same: ReadonlyMap<string, string>;
	/** Not there any more. */
	readonly missing: readonly string[];
	/** There under the same id, with other content. */
	readonly changed: readonly string[];
	/** Live entries that the snapshot does not know. */
	readonly extra: readonly string[];
}

interface Matchable {
	readonly id: string;
	/** Equal for equal content. */
	readonly content: string;
	/** Equal for an entry and its later incarnation. */
	readonly essence: string;
}

function match(wanted: readonly Matchable[], live: readonly Matchable[]): PartMatch {
	const there = new Map(live.map((entry) => [entry.id, entry]));
	const same = new Map<string, string>();
	const changed: string[] = [];
	const open: Matchable[] = [];
	for (const entry of wanted) {
		const other = there.get(entry.id);
		if (other === undefined) open.push(entry);
		else {
			same.set(entry.id, entry.id);
			if (other.content !== entry.content) changed.push(entry.id);
		}
	}
	const taken = new Set(same.values());
	const missing: string[] = [];
	for (const entry of open) {
		const again = live.find((other) => !taken.has(other.id) && other.essence === entry.essence);
		if (again === undefined) missing.push(entry.id);
		else {
			taken.add(again.id);
			same.set(entry.id, again.id);
		}
	}
	return { same, missing, changed, extra: live.filter((entry) => !taken.has(entry.id)).map((entry) => entry.id) };
}

function comments(item: StoredItem | undefined): Matchable[] {
	return listAt(item?.parts.get("comments")).map((comment) => {
		const body = at(comment, "body") ?? null;
		const content = canonicalJson([body, at(comment, "visibility") ?? null]);
		return { id: idAt(comment, "id") ?? "", content, essence: adfText(withoutProvenance(body) ?? null) };
	});
}

function worklogs(item: StoredItem | undefined): Matchable[] {
	return listAt(item?.parts.get("worklogs")).map((worklog) => {
		const note = noteOf(worklog);
		const facts = [Date.parse(textAt(worklog, "started") ?? "") || 0, numberAt(worklog, "timeSpentSeconds") ?? 0];
		const essence = canonicalJson([...facts, adfText(withoutProvenance(note) ?? null)]);
		const content = canonicalJson([...facts, note, at(worklog, "visibility") ?? null]);
		return { id: idAt(worklog, "id") ?? "", content, essence };
	});
}

function files(item: StoredItem | undefined): Matchable[] {
	return attachmentsOf(item?.parts.get("")).map(({ id, name, size }) => ({ id, content: "", essence: `${size} ${name}` }));
}

function differingProperties(wanted: StoredItem, live: StoredItem | undefined): readonly string[] {
	const now = propertiesOf(live);
	return Object.entries(propertiesOf(wanted)).flatMap(([key, value]) =>
		canonicalJson(value) === canonicalJson(now[key] ?? null) && key in now ? [] : [key],
	);
}

function missingPeople(wanted: StoredItem, live: StoredItem | undefined, part: "watchers" | "votes"): readonly string[] {
	if (!isListed(live, part)) return [];
	const list = part === "watchers" ? watchersOf : votersOf;
	const there = new Set(list(live).map((person) => person.accountId));
	return list(wanted).flatMap(({ accountId }) => (there.has(accountId) ? [] : [accountId]));
}

function missingParticipants(wanted: StoredItem, live: StoredItem | undefined): readonly string[] {
	if (isUnread(live)) return [];
	const there = new Set(participantsOf(live).map((person) => person.accountId));
	return participantsOf(wanted).flatMap(({ accountId }) => (there.has(accountId) ? [] : [accountId]));
}

function lacksFeedback(wanted: StoredItem, live: StoredItem | undefined): boolean {
	const [given, now] = [feedbackOf(wanted), feedbackOf(live)];
	return given !== undefined && !isUnread(live) && !(given.rating === now?.rating && given.comment === now.comment);
}

/** All lists of a work item, matched; links go by their place in a comparison. */
export interface ItemMatch {
	readonly comments: PartMatch;
	readonly worklogs: PartMatch;
	readonly files: PartMatch;
	/** Places of links that are not there. */
	readonly missingLinks: readonly string[];
	readonly remoteLinks: PartMatch;
	/** Keys that are not there, or say something else. */
	readonly properties: readonly string[];
	/** Account ids of people who watched and don't. */
	readonly watchers: readonly string[];
	/** Account ids of people who voted and whose votes are gone. */
	readonly votes: readonly string[];
	/** Account ids of people who took part in the request and don't. */
	readonly participants: readonly string[];
	readonly forms: PartMatch;
	/** The customer's feedback is not there, or says something else. */
	readonly feedback: boolean;
}

/** Matches a snapshot's version with the live item, so that nothing is made twice. */
export function matchParts(wanted: StoredItem, live: StoredItem | undefined): ItemMatch {
	const there = new Set(linksOf(live?.parts.get("")).map(linkField));
	const links = linksOf(wanted.parts.get(""));
	return {
		comments: match(comments(wanted), comments(live)),
		worklogs: match(worklogs(wanted), worklogs(live)),
		files: match(files(wanted), files(live)),
		missingLinks: links.map(linkField).filter((field) => !there.has(field)),
		remoteLinks: match(remoteLinksOf(wanted), remoteLinksOf(live)),
		properties: differingProperties(wanted, live),
		watchers: missingPeople(wanted, live, "watchers"),
		votes: missingPeople(wanted, live, "votes"),
		participants: missingParticipants(wanted, live),
		forms: match(formsOf(wanted), formsOf(live)),
		feedback: lacksFeedback(wanted, live),
	};
}

/** An item whose texts show files without saying which: to compare versions whose files have other ids. */
export function withoutMediaIds(item: StoredItem): StoredItem {
	const blank = (value: JsonValue): JsonValue | undefined =>
		isAdf(value) ? changeMedia(value, () => ({ type: "repoint", mediaId: "" })) : value;
	const parts = new Map([...item.parts].map(([name, part]) => [name, mapJson(part, blank) ?? null]));
	return { ...item, parts };
}

/** One entry of a list part by its id. */
export function entryOf(item: StoredItem, part: "comments" | "worklogs", id: string): JsonObject | undefined {
	const found: JsonValue | undefined = listAt(item.parts.get(part)).find((entry) => idAt(entry, "id") === id);
	return found as JsonObject | undefined;
}
