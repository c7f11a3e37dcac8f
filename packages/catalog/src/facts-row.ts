import { type ItemRef, itemRefText, parseItemRef } from "@skyeworx/core";
import type { ItemFacts } from "./catalog.ts";

/** The part of the facts that a version keeps for itself. */
type Head = Omit<ItemFacts, "text" | "people" | "references">;

/** The columns that a search filters and orders by; see [Note: Catalog tables]. */
export interface FilterColumns {
	readonly kind: string;
	readonly id: string;
	readonly app: string;
	readonly space: string | null;
	readonly parent: string | null;
	readonly position: number | null;
	readonly state: "live" | "deleted";
	readonly seen: number;
	readonly updated: string;
	readonly sort_key: string;
}

export interface BodyColumns {
	readonly text: string;
	readonly people: string;
	readonly links: string;
}

/** `ACME-12` so that it sorts before `ACME-100`; titles in lower case. */
function sortKey(facts: ItemFacts): string {
	const name = (facts.key ?? facts.title).normalize("NFC").toLowerCase();
	return name.slice(0, 200).replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}

/** Times of different offsets in one order; unreadable ones sort first. */
function sortableTime(time: string | undefined): string {
	if (time === undefined) return "";
	const milliseconds = Date.parse(time);
	return Number.isNaN(milliseconds) ? "" : isoTime(milliseconds);
}

function isoTime(milliseconds: number): string {
	return String(Math.max(0, milliseconds)).padStart(15, "0");
}

export function filterColumns(ref: ItemRef, facts: ItemFacts, seen: number): FilterColumns {
	return {
		kind: ref.kind,
		id: ref.id,
		app: facts.app,
		space: facts.space?.id ?? null,
		parent: facts.parent === undefined ? null : itemRefText(facts.parent),
		position: facts.position ?? null,
		state: "live",
		seen,
		updated: sortableTime(facts.updatedAt ?? facts.createdAt),
		sort_key: sortKey(facts),
	};
}

export function headOf({ text: _text, people: _people, references: _references, ...head }: ItemFacts): string {
	return JSON.stringify(head satisfies Head);
}

export function bodyOf(facts: ItemFacts): BodyColumns {
	return { text: facts.text, people: JSON.stringify(facts.people), links: JSON.stringify(facts.references.map(itemRefText)) };
}

export function parseHead(head: string): Head {
	return JSON.parse(head) as Head;
}

export function parseBody(body: BodyColumns): Pick<ItemFacts, "text" | "people" | "references"> {
	const links = JSON.parse(body.links) as string[];
	return { text: body.text, people: JSON.parse(body.people) as string[], references: links.map(parseItemRef) };
}

/** The names under which an item is found as a whole: its key and id, or its title, alone and within its space. */
export function namesOf(ref: ItemRef, facts: ItemFacts): string[] {
	const names =
		facts.key === undefined ? [facts.title, ...(facts.space === undefined ? [] : [`${facts.space.key}:${facts.title}`])] : [facts.key];
	return [...new Set([...names, ref.id].map(normalizeName))].filter((name) => name !== "");
}

/** The form in which names are compared. */
export function normalizeName(name: string): string {
	return name.normalize("NFC").trim().toLowerCase().slice(0, 500);
}
