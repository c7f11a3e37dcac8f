import { AppError, isAppError } from "@skyeworx/core";
import { fromHex } from "../format/bytes.ts";
import { StagedBlobs } from "../snapshots/staged-blobs.ts";
import { idsOfList, storedNodes } from "../snapshots/stored-snapshot.ts";
import { decodeEntryValue } from "../tree/entry.ts";
import { walkNodes } from "../tree/tree.ts";
import { type CollectParts, openSegments, requireCollecting } from "./collect-parts.ts";
import { LiveMarks } from "./live-marks.ts";

const nowhere = { pack: 0, frame: 0, slot: 0, rawLength: 0 };

/** Walks snapshots and marks what they reach: each tree node once, however many snapshots share it. */
export class SnapshotMarker {
	readonly marks: LiveMarks;
	readonly #parts: CollectParts;
	readonly #walked = new Set<number>();
	/** About 45 bytes a tree node; leaves' contents are only bits. */
	readonly #nodes = new StagedBlobs();

	private constructor(parts: CollectParts, marks: LiveMarks) {
		this.#parts = parts;
		this.marks = marks;
	}

	static async begin(parts: CollectParts): Promise<SnapshotMarker> {
		const segments = await openSegments(parts);
		return new SnapshotMarker(parts, new LiveMarks(parts.log.state, segments));
	}

	/**
	 * Marks the snapshots of this moment that were not marked yet.
	 * @throws AppError `vault-damaged` when one of them can't be read wholly: then nobody knows what it needs
	 */
	async markAll(onProgress: (done: number, total: number) => void = () => {}): Promise<void> {
		const { state } = this.#parts.log;
		this.marks.include(state, await openSegments(this.#parts));
		const fresh = [...state.snapshots]
			.filter(([id]) => !this.#walked.has(id))
			.map(([id, { root, descriptor, lockUntil }]) => ({
				id,
				root,
				descriptor,
				until: lockUntil === undefined ? 0 : Date.parse(lockUntil),
			}))
			.sort((a, b) => b.until - a.until || b.id - a.id);
		for (const [done, snapshot] of fresh.entries()) {
			onProgress(done, fresh.length);
			// The longest promise first: what it reached needs no second look for a shorter one.
			await this.marks.promise(snapshot.until);
			await this.#mark(snapshot);
			this.#walked.add(snapshot.id);
		}
		await this.marks.flush();
		onProgress(fresh.length, fresh.length);
	}

	async #mark({ id: snapshot, root, descriptor }: { readonly id: number; readonly root: string | null; readonly descriptor: string }) {
		try {
			await this.#add(fromHex(descriptor));
			if (root !== null) await this.#walk(fromHex(root));
		} catch (cause) {
			if (!isAppError(cause, "vault-damaged")) throw cause;
			throw new AppError("vault-damaged", `Nothing can be collected: snapshot ${snapshot} can't be read wholly`, {
				hint: "Repair the vault first, or forget this snapshot.",
				facts: { ...cause.facts, snapshot },
				cause,
			});
		}
	}

	async #walk(root: Uint8Array): Promise<void> {
		const { blobs } = this.#parts;
		await walkNodes(storedNodes(blobs), root, {
			enter: async ({ id }) => {
				requireCollecting(this.#parts);
				if (this.#nodes.has(id)) return false;
				this.#nodes.add(id, nowhere);
				await this.#add(id);
				return true;
			},
			entry: async ({ value }) => {
				const { ids, list } = decodeEntryValue(value);
				for (const id of ids) {
					await this.#add(id);
					if (list) for (const chunk of idsOfList((await blobs.read(id)).bytes)) await this.#add(chunk);
				}
			},
		});
	}

	async #add(id: Uint8Array): Promise<void> {
		if (this.marks.add(id)) await this.marks.flush();
	}
}
