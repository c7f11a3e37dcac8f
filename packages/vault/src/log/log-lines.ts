import { sha256Hex } from "../crypto/derive.ts";
import type { Operation } from "./operation.ts";
import { logName } from "./state.ts";
import { type LogPorts, readLogObject } from "./vault-log.ts";

/** One change of a vault, for people. */
export interface LogLine {
	readonly seq: number;
	/** By the clock of who wrote it. */
	readonly at: Date;
	/** The process that wrote it: random, the same for all it wrote. */
	readonly writer: string;
	readonly operation: Operation["op"] | "unknown";
	/** A clause: `forgets snapshot 12: keeps 7 daily`. */
	readonly text: string;
}

/** Reads the whole log, oldest entry first. @throws AppError `vault-damaged`, `store-object-missing` at an entry that is lost */
export async function* logLines({ store, roots, genesis }: LogPorts, upTo: number): AsyncIterable<LogLine> {
	let previous = genesis;
	for (let seq = 1; seq <= upTo; seq++) {
		const bytes = await store.read(logName(seq));
		const { at, writer, operation } = readLogObject(bytes, { seq, previous, key: roots.log });
		previous = sha256Hex(bytes);
		const text = operation === undefined ? "an entry of a newer version that may be passed over" : textOf(operation);
		yield { seq, at: new Date(at), writer, operation: operation?.op ?? "unknown", text };
	}
}

function textOf(operation: Operation): string {
	switch (operation.op) {
		case "create":
			return "creates the vault";
		case "snapshot":
			return `publishes a ${operation.complete ? "snapshot" : "checkpoint"} of ${operation.entries} records, ${operation.packs.length} new packs`;
		case "forget":
			return `forgets snapshot ${operation.snapshot}: ${operation.reason}`;
		case "pin":
			return `pins snapshot ${operation.snapshot}: ${operation.label}`;
		case "unpin":
			return `unpins snapshot ${operation.snapshot}`;
		case "hold":
			return `holds snapshot ${operation.snapshot} for ${operation.name}`;
		case "release":
			return `releases snapshot ${operation.snapshot} from ${operation.name}`;
		case "condemn":
			return `announces that ${operation.remove.length} packs will be deleted, adds ${operation.add.length}`;
		case "deleted":
			return `${operation.packs.length} packs and ${operation.segments.length} index segments are deleted`;
		case "idx-replace":
			return `merges ${operation.segments.remove.length} index segments into ${operation.segments.add.length}`;
		case "quarantine":
			return `sets ${operation.packs.length} damaged packs aside, saves what can be read into ${operation.add.length}`;
		case "locked":
			return `locks of ${operation.objects} objects last as long as snapshots up to ${operation.basis} promise`;
		case "repaired":
			return `repaired: ${operation.packs} packs, ${operation.segments} index segments, ${operation.snapshots} snapshots`;
		case "slot":
			return `${operation.action === "added" ? "adds" : "removes"} a slot of type ${operation.type}`;
		case "domain":
			return `begins key generation ${operation.generation}`;
		case "shred":
			return `destroys the key of domain ${operation.domain}`;
		case "feature":
			return "needs a feature from now on";
		case "verify-result":
			return `verified ${operation.packs} packs at level ${operation.level}: ${operation.damaged} objects damaged`;
	}
}
