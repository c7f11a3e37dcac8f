import { existsSync, readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import type { RunningSimulator } from "../server.ts";

/** Reads a saved site; undefined when there is none yet. */
export function readStateFile(path: string): Uint8Array | undefined {
	return existsSync(path) ? readFileSync(path) : undefined;
}

/** Keeps a running site in a file: whenever something was written, and once more at the end. */
export class StateFile {
	readonly #path: string;
	readonly #running: RunningSimulator;
	#savedWrites: number;
	#saving: Promise<void> = Promise.resolve();

	/** @param fresh whether the file does not hold this site yet */
	constructor(path: string, running: RunningSimulator, options: { readonly fresh: boolean }) {
		this.#path = path;
		this.#running = running;
		this.#savedWrites = options.fresh ? -1 : running.log.writes;
	}

	/** Saves when something was written since the last time; saves never overlap, and a broken one leaves the old file. */
	save(): Promise<void> {
		this.#saving = this.#saving.then(
			() => this.#saveNow(),
			() => this.#saveNow(),
		);
		return this.#saving;
	}

	async #saveNow(): Promise<void> {
		const writes = this.#running.log.writes;
		if (writes === this.#savedWrites) return;
		const draft = `${this.#path}.new`;
		const file = await open(draft, "w");
		try {
			await file.writeFile(this.#running.pack());
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(draft, this.#path);
		this.#savedWrites = writes;
	}
}
