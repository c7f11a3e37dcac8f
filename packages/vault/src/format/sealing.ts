import type { BlobIds } from "../crypto/blob-id.ts";
import { type FinishedPack, type PackIdentity, PackSealer, type RawFrame } from "./pack-sealer.ts";

/** What became of a frame: its length in the pack, and its buffer, which may be filled anew. */
export interface SealedFrame {
	readonly length: number;
	readonly buffer: Uint8Array;
}

/** A pack in the making, wherever that happens. Frames are sealed in the order of the calls. */
export interface OpenPackSealing {
	/** Seals the next frame. The buffer belongs to the sealing until it comes back. */
	seal(frame: RawFrame): SealedFrame | Promise<SealedFrame>;
	finish(): FinishedPack | Promise<FinishedPack>;
	/** Gives the pack up. */
	abandon(): void;
}

/** Where packs are compressed, sealed and checked: here, or on a thread beside ({@link sealingThread}). */
export interface Sealing {
	/** `ids` computes with `idKey`, which only a sealing elsewhere needs. */
	begin(pack: PackIdentity & { readonly ids: BlobIds; readonly idKey: Uint8Array }): OpenPackSealing;
	close(): Promise<void>;
}

/** Seals at once, on the calling thread. */
export const inlineSealing: Sealing = {
	begin(pack) {
		const sealer = new PackSealer(pack);
		return {
			seal: (frame) => ({ length: sealer.seal(frame), buffer: frame.buffer }),
			finish: () => sealer.finish(),
			abandon: () => undefined,
		};
	},
	close: async () => undefined,
};
