import type { FinishedPack, PackIdentity, RawFrame } from "./pack-sealer.ts";

/** What {@link sealingThread} asks of its thread. Answers to `seal` and `finish` come in the order of the requests. */
export type SealingRequest =
	| { readonly do: "begin"; readonly number: number; readonly pack: PackIdentity; readonly idKey: Uint8Array }
	| { readonly do: "seal"; readonly number: number; readonly frame: RawFrame }
	| { readonly do: "finish"; readonly number: number }
	| { readonly do: "abandon"; readonly number: number };

export type SealingAnswer =
	| { readonly done: "seal"; readonly length: number; readonly buffer: Uint8Array }
	| { readonly done: "finish"; readonly pack: FinishedPack }
	| { readonly done: "failed"; readonly message: string; readonly hint?: string | undefined };
