import type { EntryFacts, Vault } from "@skyeworx/vault";
import { bytes } from "../output/human.ts";
import { onOneLine } from "../output/table.ts";

interface ListOptions {
	readonly snapshotId: number;
	readonly kind?: string;
	readonly json: boolean;
	readonly out: (text: string) => void;
}

/** Prints the items of a snapshot as they are read, one a line: kind/id, number of parts and files, size, title. */
export async function listVault(vault: Vault, { snapshotId, kind, json, out }: ListOptions): Promise<void> {
	const reader = await vault.snapshot(snapshotId);
	for await (const parts of itemsOf(reader.entries(kind === undefined ? {} : { kind }))) {
		const [first] = parts;
		const main = parts.find((part) => part.part === "");
		if (first === undefined) continue;
		const title = main === undefined ? "" : titleIn(await reader.read(main));
		const size = parts.reduce((sum, part) => sum + part.size, 0);
		const files = parts.filter((part) => part.part.startsWith("file/")).length;
		const item = { kind: first.kind, id: first.id, title, parts: parts.length - files, files, size };
		out(
			json
				? `${JSON.stringify(item)}\n`
				: `${first.kind}/${first.id}  ${parts.length - files} parts, ${files} files, ${bytes(size)}  ${onOneLine(title)}\n`,
		);
	}
}

/** Joins the parts of one item; tree order keeps them together. */
export async function* itemsOf(entries: AsyncIterable<EntryFacts>): AsyncIterable<readonly EntryFacts[]> {
	let parts: EntryFacts[] = [];
	for await (const entry of entries) {
		const [first] = parts;
		if (first !== undefined && (first.kind !== entry.kind || first.id !== entry.id)) {
			yield parts;
			parts = [];
		}
		parts.push(entry);
	}
	if (parts.length > 0) yield parts;
}

/** What a record calls itself: a work item's key and summary, a page's title, a space's name. */
function titleIn(record: Uint8Array): string {
	const value: unknown = JSON.parse(new TextDecoder().decode(record));
	if (typeof value !== "object" || value === null) return "";
	const { key, title, name, fields } = value as Record<string, unknown>;
	const summary = typeof fields === "object" && fields !== null ? (fields as Record<string, unknown>).summary : undefined;
	return [key, summary ?? title ?? name].filter((word) => typeof word === "string").join(" ");
}
