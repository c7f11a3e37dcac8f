import type { Random } from "@skyeworx/core";
import { sha256Hex } from "../crypto/derive.ts";
import type { DomainKeys } from "../crypto/vault-keys.ts";
import { newFileKey } from "../format/pack-header.ts";
import type { SegmentBuilder } from "../index/segment.ts";
import type { SegmentRecord } from "../log/operation.ts";
import type { Store } from "../stores/store.ts";
import { segmentCipher, segmentName } from "./live-index.ts";

export interface SegmentPorts {
	readonly store: Store;
	readonly random: Random;
	readonly vaultId: string;
	readonly keys: DomainKeys;
	/** Locks what is uploaded until then, where the store has locks. */
	readonly retainUntil?: Date | undefined;
}

/** Writes one index segment and answers what the log will say of it. */
export async function uploadSegment(ports: SegmentPorts, builder: SegmentBuilder): Promise<SegmentRecord> {
	const { store, random, vaultId, keys, retainUntil } = ports;
	const file = newFileKey({ vaultId, class: "I", keys, salt: random.bytes(32) });
	// While it is sealed it has no name yet: its name is the hash of what comes out.
	const bytes = builder.build({ header: file.header, cipher: segmentCipher("idx/new", file) });
	const sha256 = sha256Hex(bytes);
	await store.create(segmentName(sha256), bytes, { sha256, retainUntil });
	return { sha256, size: bytes.length, entries: builder.count };
}
