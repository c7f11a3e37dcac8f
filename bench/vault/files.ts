import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Paths of all files below a folder. */
export function* files(path: string): Generator<string> {
	for (const entry of readdirSync(path, { withFileTypes: true })) {
		if (entry.isDirectory()) yield* files(join(path, entry.name));
		else yield join(path, entry.name);
	}
}
