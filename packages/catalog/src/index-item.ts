import { type ItemRef, itemRefText } from "@skyeworx/core";
import type { ItemFacts } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { namesOf, parseHead } from "./facts-row.ts";
import { forIndex } from "./words.ts";

/** Former names that stay findable, newest first. */
const maxFormerNames = 50;

/** Makes an item findable as a whole by what it is called from this snapshot on. */
export function nameItem(
	writer: Connection,
	item: number,
	ref: ItemRef,
	named: { readonly facts: ItemFacts; readonly seen: number },
): void {
	for (const name of namesOf(ref, named.facts)) {
		writer.run(
			"INSERT INTO name (name, item, seen) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seen = excluded.seen",
			name,
			item,
			named.seen,
		);
	}
}

/** Notes what an item refers to now, and nothing else. */
export function linkItem(writer: Connection, item: number, references: readonly ItemRef[]): void {
	writer.run("DELETE FROM link WHERE item = ?", item);
	for (const reference of references) {
		writer.run("INSERT OR IGNORE INTO link (item, target) VALUES (?, ?)", item, itemRefText(reference));
	}
}

/** What an item was called in its versions and is not called now. */
export function formerNames(writer: Connection, item: number, facts: ItemFacts): string {
	const rows = writer.all<{ head: string }>(
		"SELECT facts AS head FROM version JOIN head ON head.version = version.n WHERE item = ? ORDER BY seen DESC",
		item,
	);
	const former = new Set<string>();
	const files = new Set(facts.files.map((file) => file.name));
	for (const row of rows) {
		const { title, key, files: before } = parseHead(row.head);
		if (title !== facts.title) former.add(title);
		if (key !== undefined && key !== facts.key) former.add(key);
		// A deleted attachment is looked for by its name, and has no entry of its own.
		for (const { name } of before) if (!files.has(name)) former.add(name);
		if (former.size >= maxFormerNames) break;
	}
	return [...former].join(" \n ");
}

/** Puts an item's words into the full-text index, in the place of those that it had. */
export function indexItem(
	writer: Connection,
	item: number,
	{ facts, id, former }: { readonly facts: ItemFacts; readonly id: string; readonly former: string },
): void {
	const people = facts.updatedBy === undefined ? facts.people : [...facts.people, facts.updatedBy.name];
	writer.run("DELETE FROM words WHERE rowid = ?", item);
	writer.run(
		"INSERT INTO words (rowid, title, key, text, people, former) VALUES (?, ?, ?, ?, ?, ?)",
		item,
		forIndex(facts.title),
		`${facts.key ?? ""} ${id}`,
		forIndex(facts.text),
		forIndex([...new Set(people)].join(" \n ")),
		forIndex(former),
	);
}
