import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@skyeworx/contract";

/** Files of a vault's packs: of records, attachments or metadata. */
export async function packFiles(client: Client, siteId: string, cls: "R" | "A" | "M"): Promise<string[]> {
	const { storage } = await client.getSite({ params: { siteId } });
	const folder = join(storage.description, "packs", cls);
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}

/** Flips a bit of every byte but the outermost ones, as a failing disk might. */
export function spoilFile(path: string): void {
	const bytes = readFileSync(path);
	rmSync(path);
	writeFileSync(
		path,
		bytes.map((byte, i) => (i > 60 && i < bytes.length - 60 ? byte ^ 1 : byte)),
	);
}
