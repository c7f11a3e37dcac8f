import type { EntryFacts, Vault } from "@skyeworx/vault";
import { bytes } from "../output/human.ts";
import { onOneLine } from "../output/table.ts";
import { describeRecord } from "./describe-record.ts";

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
		const { key, title } = main === undefined ? { key: "", title: "" } : describeRecord(await reader.read(main));
		const size = parts.reduce((sum, part) => sum + part.size, 0);
		const files = parts.filter((part) => part.part.startsWith("file/")).length;
		const item = { kind: first.kind, id: first.id, title: `${key} ${title}`.trim(), parts: parts.length - files, files, size };
		out(
			json
				? `${JSON.stringify(item)}\n`
				: `${first.kind}/${first.id}  ${parts.length - files} parts, ${files} files, ${bytes(size)}  ${onOneLine(item.title)}\n`,
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
