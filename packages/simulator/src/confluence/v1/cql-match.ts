import type { Caller } from "../../auth/caller.ts";
import { confluenceV1Error } from "../../http/errors.ts";
import type { Site } from "../../site/site.ts";
import { containerOf, seesContent } from "../access.ts";
import { latestFile } from "../deeds/write-attachment.ts";
import type { Attachment, Comment, Content, Label } from "../entities.ts";
import { latest } from "../state.ts";
import { parseStorage, textOf } from "../storage/storage-tree.ts";
import type { Condition, Query } from "./cql.ts";

/** Something that CQL finds. */
export type Hit =
	| { readonly kind: "content"; readonly id: string; readonly item: Content; readonly content: Content }
	| { readonly kind: "comment"; readonly id: string; readonly item: Comment; readonly content: Content }
	| { readonly kind: "attachment"; readonly id: string; readonly item: Attachment; readonly content: Content };

type Comparison = Extract<Condition, { readonly kind: "compare" }>;

interface Facts {
	readonly hit: Hit;
	readonly modified: number;
	readonly created: number;
}

/** Who searches, and which statuses of pages are looked at. */
export interface Searching {
	readonly caller: Caller;
	readonly statuses: ReadonlySet<string>;
}

/** Finds what a query describes among all that the caller sees; changes younger than the index's lag are not known to it. */
export function find(site: Site, query: Query, { caller, statuses }: Searching): Hit[] {
	const until = site.clock.now() - site.switches.searchLagMs;
	const blinks = site.confluence.countSearch() % 2 === 1;
	const facts: Facts[] = [];
	for (const found of hits(site)) {
		const hit = statuses.has("draft") ? asDraft(found) : found;
		if (!statuses.has(hit.content.status) || !seesContent(site, hit.content, caller)) continue;
		const known = factsOf(hit, until);
		if (known !== undefined && !(blinks && isYoung(site, known)) && matches(site, query.where, known, caller)) facts.push(known);
	}
	return sort(facts, query).map(({ hit }) => hit);
}

/** A published page as the draft that somebody is writing of it. */
function asDraft(hit: Hit): Hit {
	if (hit.kind !== "content" || hit.item.unpublished === undefined) return hit;
	const { unpublished } = hit.item;
	const item: Content = { ...hit.item, status: "draft", title: unpublished.title, versions: [unpublished] };
	return { ...hit, item, content: item };
}

function* hits(site: Site): Generator<Hit> {
	const { contents, comments, attachments } = site.confluence;
	for (const item of contents.values()) yield { kind: "content", id: item.id, item, content: item };
	for (const item of comments.values()) {
		const content = containerOf(site, item);
		if (content !== undefined) yield { kind: "comment", id: item.id, item, content };
	}
	for (const item of attachments.values()) {
		const content = containerOf(site, item);
		if (content !== undefined && item.status === "current") yield { kind: "attachment", id: item.id, item, content };
	}
}

function factsOf(hit: Hit, until: number): Facts | undefined {
	const versions: readonly { readonly createdAt: number }[] = hit.item.versions;
	const created = hit.item.createdAt;
	const modified = versions.findLast((version) => version.createdAt <= until)?.createdAt;
	return modified === undefined ? undefined : { hit, modified, created };
}

const isYoung = (site: Site, { modified }: Facts): boolean =>
	site.clock.now() - site.switches.searchLagMs - modified < site.switches.searchFlickerMs;

function sort(facts: readonly Facts[], query: Query): Facts[] {
	const keys = query.order.length > 0 ? query.order : [{ field: "id", descending: false }];
	return [...facts].sort((a, b) => {
		for (const { field, descending } of keys) {
			const [x, y] = [sortValue(field, a), sortValue(field, b)];
			if (x !== y) return (x < y ? -1 : 1) * (descending ? -1 : 1);
		}
		return Number(a.hit.id.replace("att", "")) - Number(b.hit.id.replace("att", ""));
	});
}

function sortValue(field: string, { hit, modified, created }: Facts): number | string {
	if (field === "lastmodified") return modified;
	if (field === "created") return created;
	if (field === "title") return titleOf(hit).toLowerCase();
	return Number(hit.id.replace("att", ""));
}

/** What a hit is called. */
export const titleOf = (hit: Hit): string => (hit.kind === "comment" ? `Re: ${hit.content.title}` : hit.item.title);

/** A hit's type in v1. */
export const typeOf = (hit: Hit): string => (hit.kind === "content" ? (hit.item.custom?.type ?? hit.item.type) : hit.kind);

const labelsOf = (hit: Hit): readonly Label[] => (hit.kind === "comment" ? [] : hit.item.labels);

function matches(site: Site, where: Condition, facts: Facts, caller: Caller): boolean {
	if (where.kind === "and") return where.parts.every((part) => matches(site, part, facts, caller));
	if (where.kind === "or") return where.parts.some((part) => matches(site, part, facts, caller));
	if (where.kind === "not") return !matches(site, where.part, facts, caller);
	return compares(site, where, facts, caller);
}

function compares(site: Site, where: Comparison, facts: Facts, caller: Caller): boolean {
	const { operator, field } = where;
	if (operator === "!=" || operator === "!~" || operator === "not in") {
		const positive = { "!=": "=", "!~": "~", "not in": "in" } as const;
		return !compares(site, { ...where, operator: positive[operator] }, facts, caller);
	}
	if (field === "lastmodified" || field === "created") {
		return compareTime(field === "created" ? facts.created : facts.modified, operator, timeOf(site, where.values[0] ?? "", caller));
	}
	if (operator === "~") return contains(field, facts.hit, where.values[0] ?? "");
	if (operator !== "=" && operator !== "in")
		throw confluenceV1Error(400, `BadRequestException: Could not parse cql : operator ${operator} is not supported by ${field}`);
	const own = valuesOf(site, field, facts.hit).map((value) => value.toLowerCase());
	return where.values.some((value) => own.includes((value === "currentUser()" ? caller.account.accountId : value).toLowerCase()));
}

function valuesOf(site: Site, field: string, hit: Hit): string[] {
	const space = site.confluence.spaces.get(hit.content.spaceId);
	switch (field) {
		case "type":
			return [typeOf(hit)];
		case "space":
		case "space.key":
			return [space?.key ?? ""];
		case "space.type":
			return [space?.type ?? ""];
		case "id":
		case "content":
			return [hit.id, hit.id.replace("att", "")];
		case "title":
			return [titleOf(hit)];
		case "label":
			return labelsOf(hit).map((label) => label.name);
		case "parent":
			return hit.content.parentId === undefined || hit.kind !== "content" ? [] : [hit.content.parentId];
		case "ancestor":
			return site.confluence.ancestorsOf(hit.content).map((above) => above.id);
		case "container":
			return hit.kind === "content" ? [] : [hit.content.id];
		case "creator":
			return [hit.item.versions[0]?.authorId ?? ""];
		case "contributor":
			return hit.item.versions.map((version) => version.authorId);
		default:
			return [];
	}
}

/** The text of a hit's body; empty for attachments. */
export function bodyText(hit: Hit): string {
	if (hit.kind === "content" && hit.item.custom?.representation === "raw") return latest(hit.item).body.storage;
	return hit.kind === "attachment" ? "" : textOf(parseStorage(latest(hit.item).body.storage));
}

function contains(field: string, hit: Hit, wanted: string): boolean {
	const words = wanted.toLowerCase().replace(/[*"]/g, "").split(/\s+/).filter(Boolean);
	const text = (
		field === "text"
			? `${titleOf(hit)} ${hit.kind === "attachment" ? latestFile(hit.item).message : bodyText(hit)}`
			: valuesTitle(field, hit)
	).toLowerCase();
	return words.every((word) => text.includes(word));
}

function valuesTitle(field: string, hit: Hit): string {
	if (field === "title") return titleOf(hit);
	throw confluenceV1Error(400, `BadRequestException: Could not parse cql : operator ~ is not supported by ${field}`);
}

function compareTime(value: number, operator: string, wanted: { readonly from: number; readonly to: number }): boolean {
	switch (operator) {
		case ">":
			return value >= wanted.to;
		case ">=":
			return value >= wanted.from;
		case "<":
			return value < wanted.from;
		case "<=":
			return value < wanted.to;
		default:
			return value >= wanted.from && value < wanted.to;
	}
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A day or minute in the caller's time zone, as the span that it covers. */
function timeOf(site: Site, text: string, caller: Caller): { readonly from: number; readonly to: number } {
	const relative = /^now\((?:([+-]?)(\d+)([mhdw]))?\)$/.exec(text);
	if (relative !== null) {
		const [, sign, count, unit] = relative;
		const at = site.clock.now() + (sign === "-" ? -1 : 1) * Number(count ?? 0) * (units[unit ?? "m"] ?? 0);
		return { from: at, to: at + 1 };
	}
	const match = /^(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[ T](\d\d):(\d\d))?$/.exec(text);
	if (match === null) throw confluenceV1Error(400, `BadRequestException: Could not parse cql : date ${text} is not valid`);
	const [, year, month, day, hour, minute] = match.map(Number);
	const local = Date.UTC(year ?? 0, (month ?? 1) - 1, day, match[4] === undefined ? 0 : hour, match[5] === undefined ? 0 : minute);
	const from = local - offsetAt(local, caller.account.timeZone);
	return { from, to: from + (match[4] === undefined ? 86_400_000 : 60_000) };
}

function offsetAt(local: number, timeZone: string): number {
	if (timeZone === "Etc/UTC") return 0;
	const parts = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "medium" }).formatToParts(local);
	const part = (type: string): number => Number(parts.find((known) => known.type === type)?.value);
	return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) - local;
}
