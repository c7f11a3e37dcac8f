import { type ItemRef, itemRefText, parseItemRef } from "@skyeworx/core";
import type { Connection } from "./connection.ts";

/** One re-creation: `target` was made from `source`. Both as `kind/id`. */
export interface LineageLink {
	readonly source: string;
	readonly target: string;
}

/** Stores a link; one that is known already is no error. */
export function storeLineage(writer: Connection, link: LineageLink): void {
	writer.run("INSERT OR IGNORE INTO lineage (source, target) VALUES (?, ?)", link.source, link.target);
}

/** All incarnations connected with the item, oldest first. */
export function readLineage(reader: Connection, ref: ItemRef, pending: readonly LineageLink[]): ItemRef[] {
	const links = connectedLinks(reader, itemRefText(ref), pending);
	const targets = new Set(links.map((link) => link.target));
	const ordered = new Set(links.map((link) => link.source).filter((source) => !targets.has(source)));
	// Links come in the order of recording, so that a source stands before what was made from it.
	for (const { source, target } of links) ordered.add(source).add(target);
	ordered.add(itemRefText(ref));
	return [...ordered].map(parseItemRef);
}

function connectedLinks(reader: Connection, start: string, pending: readonly LineageLink[]): LineageLink[] {
	const seen = new Set([start]);
	const found = new Map<string, LineageLink & { readonly n: number }>();
	for (const name of seen) {
		const stored = reader.all<LineageLink & { n: number }>(
			"SELECT n, source, target FROM lineage WHERE source = ? OR target = ?",
			name,
			name,
		);
		const waiting = pending.flatMap((link, index) =>
			link.source === name || link.target === name ? [{ ...link, n: Number.MAX_SAFE_INTEGER - pending.length + index }] : [],
		);
		for (const link of [...stored, ...waiting]) {
			const text = `${link.source} ${link.target}`;
			if (!found.has(text)) found.set(text, link);
			seen.add(link.source).add(link.target);
		}
	}
	return [...found.values()].sort((a, b) => a.n - b.n);
}
