import { parentPort } from "node:worker_threads";
import { AppError } from "@skyeworx/core";
import { blobIds } from "../crypto/blob-id.ts";
import { PackSealer } from "./pack-sealer.ts";
import type { SealingAnswer, SealingRequest } from "./sealing-messages.ts";

/** Packs in the making by number, each with what wipes its keys from this thread's memory. */
const packs = new Map<number, { readonly sealer: PackSealer; readonly wipe: () => void }>();

function answer(request: SealingRequest): SealingAnswer | undefined {
	if (request.do === "begin") {
		const { number, pack, idKey } = request;
		const wipe = () => {
			pack.file.key.fill(0);
			idKey.fill(0);
		};
		packs.set(number, { sealer: new PackSealer({ ...pack, ids: blobIds(idKey) }), wipe });
		return undefined;
	}
	if (request.do === "abandon") {
		end(request.number);
		return undefined;
	}
	const open = packs.get(request.number);
	if (open === undefined) throw new AppError("internal", "A pack that was not begun can't be sealed");
	if (request.do === "seal") return { done: "seal", length: open.sealer.seal(request.frame), buffer: request.frame.buffer };
	const pack = open.sealer.finish();
	end(request.number);
	return { done: "finish", pack };
}

function end(number: number): void {
	packs.get(number)?.wipe();
	packs.delete(number);
}

parentPort?.on("message", (request: SealingRequest) => {
	let said: SealingAnswer | undefined;
	try {
		said = answer(request);
	} catch (error) {
		said = {
			done: "failed",
			message: error instanceof Error ? error.message : String(error),
			hint: error instanceof AppError ? error.hint : undefined,
		};
	}
	if (said === undefined) return;
	const bytes = said.done === "seal" ? said.buffer : said.done === "finish" ? said.pack.bytes : undefined;
	parentPort?.postMessage(said, bytes === undefined ? [] : [bytes.buffer as ArrayBuffer]);
});
