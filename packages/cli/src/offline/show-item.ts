import { AppError } from "@skyeworx/core";
import type { SnapshotReader } from "@skyeworx/vault";
import { bytes } from "../output/human.ts";
import { onOneLine } from "../output/table.ts";
import { describeRecord } from "./describe-record.ts";
import { findInSnapshot } from "./find-in-vault.ts";

export interface ShownItem {
	readonly kind: string;
	readonly id: string;
	readonly key: string;
	readonly title: string;
	readonly snapshotId: number;
	/** JSON parts by name, as Atlassian answered them; `""` is the main record. */
	readonly parts: Readonly<Record<string, unknown>>;
	/** Attachments: bytes, which `export` writes. */
	readonly files: readonly { readonly part: string; readonly size: number }[];
}

/**
 * Reads one item with all its parts.
 * @param word `kind/id`, a key, an id or the exact title
 * @throws AppError `not-found`, or `bad-input` when several items are called so
 */
export async function showItem(snapshot: SnapshotReader, word: string, signal: AbortSignal): Promise<ShownItem> {
	const { kind, id } = await findOne(snapshot, word, signal);
	const parts: Record<string, unknown> = {};
	const files: { part: string; size: number }[] = [];
	let names = { key: "", title: "" };
	for await (const facts of snapshot.entries({ kind, id })) {
		if (facts.part.startsWith("file/")) {
			files.push({ part: facts.part, size: facts.size });
			continue;
		}
		const record = await snapshot.read(facts, { signal });
		if (facts.part === "") names = describeRecord(record);
		parts[facts.part] = JSON.parse(new TextDecoder().decode(record));
	}
	return { kind, id, ...names, snapshotId: snapshot.info.id, parts, files };
}

async function findOne(
	snapshot: SnapshotReader,
	word: string,
	signal: AbortSignal,
): Promise<{ readonly kind: string; readonly id: string }> {
	const slash = word.indexOf("/");
	if (slash > 0) {
		const ref = { kind: word.slice(0, slash), id: word.slice(slash + 1) };
		if ((await snapshot.facts({ ...ref, part: "" })) !== undefined) return ref;
	}
	const found: { kind: string; id: string }[] = [];
	const exact = word.trim().toLowerCase();
	for await (const item of findInSnapshot(snapshot, { query: word, signal })) {
		if ([item.key, item.id, item.title].some((name) => name.toLowerCase() === exact)) found.push(item);
	}
	const [only] = found;
	if (only === undefined) {
		throw new AppError("not-found", `No item of snapshot ${snapshot.info.id} is called "${word}"`, {
			hint: "Look for it with skyeworx vault find, also in another snapshot (--snapshot).",
		});
	}
	if (found.length > 1) {
		const choices = found.slice(0, 10).map((item) => `${item.kind}/${item.id}`);
		throw new AppError("bad-input", `${found.length} items are called "${word}"`, { hint: `Name one of: ${choices.join(", ")}` });
	}
	return only;
}

/** The item for people: names, parts and files, then the main record. */
export function drawItem(item: ShownItem): string {
	const lines = [
		onOneLine(`${item.key === "" ? `${item.kind}/${item.id}` : item.key}  ${item.title}`),
		`  ${item.kind}/${item.id} in snapshot ${item.snapshotId}`,
		`  Parts    ${Object.keys(item.parts)
			.map((part) => part || "record")
			.join(", ")}`,
		...item.files.map(({ part, size }) => `  File     ${onOneLine(part.slice("file/".length))} (${bytes(size)})`),
		...JSON.stringify(item.parts[""], null, 2)
			.split("\n")
			.map((line) => `  ${onlyText(line)}`),
		"  Add --json for every part.",
	];
	return `${lines.join("\n")}\n`;
}

/** JSON escapes control characters, not those that turn the line around. */
function onlyText(line: string): string {
	return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
}
