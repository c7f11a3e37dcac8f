import { canonicalJson, isJsonObject, type JsonValue } from "@skyeworx/core";
import type { FieldDifference, FieldValue, StoredItem } from "@skyeworx/engine";
import { adfText } from "../../adf/plain-text.ts";
import { at, idAt, listAt, numberAt, objectAt, textAt } from "../../record/json-access.ts";
import { compareRanks, isListed, people, propertiesOf, type Rank, rankOf, remoteLinksOf } from "./beside.ts";
import { fieldLabel, identityOf, isComparable, shown } from "./field-values.ts";
import { formsOf } from "./form/forms-of-item.ts";
import { type ItemLink, linksOf } from "./links.ts";
import { attachmentsOf } from "./record.ts";
import { approvalsOf, feedbackOf, isUnread } from "./request/request-side.ts";

/** One thing of a list part, ready to be compared. */
interface Entry {
	readonly label: string;
	readonly identity: string;
	readonly value: FieldValue;
}

/** `3 May 2026`, in UTC. */
function dateForPeople(time: string | undefined): string {
	const parsed = Date.parse(time ?? "");
	if (!Number.isFinite(parsed)) return "an unknown date";
	return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(parsed);
}

/** Who wrote a comment or logged work. */
export function authorOf(entry: JsonValue): string {
	return textAt(entry, "author", "displayName") ?? "an unknown person";
}

function commentEntries(item: StoredItem | undefined): Map<string, Entry> {
	return new Map(
		listAt(item?.parts.get("comments")).map((comment) => {
			const label = `Comment by ${authorOf(comment)}, ${dateForPeople(textAt(comment, "created"))}`;
			const body = at(comment, "body") ?? null;
			const identity = canonicalJson([body, at(comment, "visibility") ?? null]);
			return [`comments/${idAt(comment, "id")}`, { label, identity, value: { type: "adf", document: body } }];
		}),
	);
}

/** The text of a worklog; one without words is the same as none. */
export function noteOf(worklog: JsonValue): JsonValue {
	const note = at(worklog, "comment") ?? null;
	return listAt(note, "content").length === 0 ? null : note;
}

function worklogEntries(item: StoredItem | undefined): Map<string, Entry> {
	return new Map(
		listAt(item?.parts.get("worklogs")).map((worklog) => {
			const started = textAt(worklog, "started");
			const label = `Work logged by ${authorOf(worklog)}, ${dateForPeople(started)}`;
			const seconds = numberAt(worklog, "timeSpentSeconds") ?? 0;
			const note = noteOf(worklog);
			const text = [textAt(worklog, "timeSpent") ?? `${seconds} s`, adfText(note)].join(" ").trim();
			const identity = canonicalJson([seconds, Date.parse(started ?? "") || 0, note, at(worklog, "visibility") ?? null]);
			return [`worklogs/${idAt(worklog, "id")}`, { label, identity, value: { type: "text", text } }];
		}),
	);
}

function fileEntries(item: StoredItem | undefined): Map<string, Entry> {
	return new Map(
		attachmentsOf(item?.parts.get("")).map(({ id, name, size }) => {
			const value: FieldValue = { type: "text", text: `${name} (${size} bytes)` };
			return [`file/${id}`, { label: `Attachment ${name}`, identity: `${name} ${size}`, value }];
		}),
	);
}

/** A link's place in a comparison: the same for both incarnations of a link that was made again. */
export function linkField(link: ItemLink): string {
	return `links/${link.typeId}/${link.direction}/${link.otherId}`;
}

function linkEntries(item: StoredItem | undefined): Map<string, Entry> {
	return new Map(
		linksOf(item?.parts.get("")).map((link) => {
			const value: FieldValue = { type: "text", text: `${link.phrase} ${link.otherKey}` };
			return [linkField(link), { label: "Linked work item", identity: "", value }];
		}),
	);
}

const personLabels = { watchers: "Watcher", votes: "Vote of", participants: "Participant" } as const;

function personEntries(item: StoredItem | undefined, part: keyof typeof personLabels): Map<string, Entry> {
	return new Map(
		people(item, part).map(({ accountId, name }) => {
			const label = `${personLabels[part]} ${name}`;
			return [`${part}/${accountId}`, { label, identity: "", value: { type: "text", text: name } }];
		}),
	);
}

/** People of a list, compared only when both sides were read. */
function comparePeople(before: StoredItem | undefined, after: StoredItem | undefined, part: "watchers" | "votes"): FieldDifference[] {
	if (!isListed(before, part) || !isListed(after, part)) return [];
	return compareEntries(personEntries(before, part), personEntries(after, part));
}

function remoteLinkEntries(item: StoredItem | undefined): Map<string, Entry> {
	return new Map(
		remoteLinksOf(item).map(({ id, title, url, content }) => {
			const value: FieldValue = { type: "text", text: `${title} (${url})` };
			return [`remote-links/${id}`, { label: `Link to ${title}`, identity: content, value }];
		}),
	);
}

function propertyEntries(item: StoredItem | undefined): Map<string, Entry> {
	return new Map(
		Object.entries(propertiesOf(item)).map(([key, value]) => {
			const text = canonicalJson(value);
			return [`properties/${key}`, { label: `Property ${key}`, identity: text, value: { type: "text", text } }];
		}),
	);
}

function approvalEntries(item: StoredItem | undefined): Map<string, Entry> {
	return new Map(
		approvalsOf(item).map(({ id, name, decision, said, content }) => {
			const value: FieldValue = { type: "list", items: [decision, ...said] };
			return [`approvals/${id}`, { label: `Approval ${name}`, identity: content, value }];
		}),
	);
}

function feedbackEntries(item: StoredItem | undefined): Map<string, Entry> {
	const given = feedbackOf(item);
	if (given === undefined) return new Map();
	const text = `${given.rating} of 5 ${given.comment}`.trim();
	return new Map([["feedback", { label: "Feedback", identity: text, value: { type: "text", text } }]]);
}

function formEntries(item: StoredItem | undefined): Map<string, Entry> {
	return new Map(
		formsOf(item).map(({ id, name, said, isSubmitted, isExternal, content }) => {
			const state = [isSubmitted ? "submitted" : "open", isExternal ? "seen by customers" : "internal"].join(", ");
			const value: FieldValue = { type: "list", items: [state, ...said] };
			return [`forms/${id}`, { label: `Form ${name}`, identity: content, value }];
		}),
	);
}

/** The customer's side, compared only when it was read on both sides. */
function compareRequests(before: StoredItem | undefined, after: StoredItem | undefined): FieldDifference[] {
	if (isUnread(before) || isUnread(after)) return [];
	return [
		...compareEntries(personEntries(before, "participants"), personEntries(after, "participants")),
		...compareEntries(approvalEntries(before), approvalEntries(after)),
		...compareEntries(feedbackEntries(before), feedbackEntries(after)),
	];
}

/** A place in the order of backlogs; after Jira renumbered all of them nothing can be said. */
function compareRank(before: JsonValue | undefined, after: JsonValue | undefined): FieldDifference[] {
	const [then, now] = [rankOf(before), rankOf(after)];
	const value = (rank: Rank | undefined): FieldValue | undefined => (rank === undefined ? undefined : { type: "text", text: rank.value });
	if (then === undefined || now === undefined || (compareRanks(then.value, now.value) ?? 0) === 0) return [];
	return [{ field: "rank", label: "Rank", before: value(then), after: value(now) }];
}

function compareEntries(before: Map<string, Entry>, after: Map<string, Entry>): FieldDifference[] {
	return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
		const [then, now] = [before.get(field), after.get(field)];
		if (then?.identity === now?.identity) return [];
		return [{ field, label: now?.label ?? then?.label ?? field, before: then?.value, after: now?.value }];
	});
}

function compareFields(before: JsonValue | undefined, after: JsonValue | undefined): FieldDifference[] {
	const [then, now] = [objectAt(before, "fields"), objectAt(after, "fields")];
	const differences: FieldDifference[] = [];
	for (const field of new Set([...Object.keys(then), ...Object.keys(now)])) {
		if (!isComparable(field, then[field], now[field]) || identityOf(then[field]) === identityOf(now[field])) continue;
		const label = fieldLabel(field, after, before);
		differences.push({ field: `fields.${field}`, label, before: shown(field, then[field]), after: shown(field, now[field]) });
	}
	return differences.toSorted((a, b) => order(a.field) - order(b.field));
}

const first = ["fields.summary", "fields.status", "fields.description"];

function order(field: string): number {
	const index = first.indexOf(field);
	return index === -1 ? first.length : index;
}

/** Field by field, then comments, worklogs, attachments, links and what stands beside the item; what Jira computes is left out. */
export function compareWorkItems(before: StoredItem | undefined, after: StoredItem | undefined): readonly FieldDifference[] {
	const [then, now] = [before?.parts.get(""), after?.parts.get("")];
	const keys = isJsonObject(then ?? null) && isJsonObject(now ?? null) && textAt(then, "key") !== textAt(now, "key");
	const key: FieldDifference[] = keys
		? [{ field: "key", label: "Key", before: shown("key", at(then, "key")), after: shown("key", at(now, "key")) }]
		: [];
	return [
		...key,
		...compareFields(then, now),
		...compareRank(then, now),
		...compareEntries(commentEntries(before), commentEntries(after)),
		...compareEntries(worklogEntries(before), worklogEntries(after)),
		...compareEntries(fileEntries(before), fileEntries(after)),
		...compareEntries(linkEntries(before), linkEntries(after)),
		...compareEntries(remoteLinkEntries(before), remoteLinkEntries(after)),
		...compareEntries(propertyEntries(before), propertyEntries(after)),
		...comparePeople(before, after, "watchers"),
		...comparePeople(before, after, "votes"),
		...compareEntries(formEntries(before), formEntries(after)),
		...compareRequests(before, after),
	];
}
