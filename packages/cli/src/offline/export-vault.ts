import { createWriteStream } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "@skyeworx/core";
import type { EntryFacts, SnapshotReader, Vault } from "@skyeworx/vault";
import { chooseSnapshot } from "./choose-snapshot.ts";
import { itemsOf } from "./list-vault.ts";

interface ExportOptions {
	readonly to: string;
	readonly snapshotId?: number;
	readonly kind?: string;
	readonly signal: AbortSignal;
}

export interface ExportResult {
	readonly folder: string;
	readonly snapshotId: number;
	readonly items: number;
	readonly files: number;
}

/**
 * Writes a snapshot as plain files: `<kind>/<id>/record.json`, `<part>.json`, and each attachment's bytes.
 * @throws AppError `conflict` when the target folder is not empty, `not-found` without a complete snapshot
 */
export async function exportVault(vault: Vault, options: ExportOptions): Promise<ExportResult> {
	const folder = resolve(options.to);
	await mkdir(folder, { recursive: true });
	if ((await readdir(folder)).length > 0) throw new AppError("conflict", `${folder} is not empty`, { hint: "Name a new folder." });
	const reader = await chooseSnapshot(vault, options.snapshotId);
	let items = 0;
	let files = 0;
	for await (const parts of itemsOf(reader.entries(options.kind === undefined ? {} : { kind: options.kind }))) {
		if (options.signal.aborted) throw new AppError("cancelled", "The export was interrupted");
		const [first] = parts;
		if (first === undefined) continue;
		const target = join(folder, safeName(first.kind), safeName(first.id));
		await mkdir(target, { recursive: true });
		for (const part of parts) files += await writePart(reader, part, target, options.signal);
		items += 1;
	}
	return { folder, snapshotId: reader.info.id, items, files };
}

async function writePart(reader: SnapshotReader, part: EntryFacts, target: string, signal: AbortSignal): Promise<number> {
	if (part.part.startsWith("file/")) {
		await pipeline(Readable.from(reader.stream(part)), createWriteStream(join(target, safeName(part.part)), { flags: "wx" }), { signal });
		return 1;
	}
	await writeFile(join(target, `${part.part === "" ? "record" : safeName(part.part)}.json`), await reader.read(part), { flag: "wx" });
	return 0;
}

/** Ids come from a site: nothing in them may leave the folder. */
function safeName(text: string): string {
	return text.replace(/[^A-Za-z0-9._@-]/g, "_").replace(/^\.+/, "_");
}
