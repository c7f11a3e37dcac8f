import { canonicalBytes, type JsonValue } from "@skyeworx/core";
import { segmentCipher } from "./blobs/live-index.ts";
import { createVault } from "./create-vault.ts";
import { blobIds, blobTypes } from "./crypto/blob-id.ts";
import { sha256 } from "./crypto/derive.ts";
import { newRecoveryKit } from "./crypto/recovery-kit.ts";
import { makeSlot } from "./crypto/slots.ts";
import { domainKeys, rootKeys, wrapDomainKey } from "./crypto/vault-keys.ts";
import { toHex, utf8 } from "./format/bytes.ts";
import { PackBuilder } from "./format/pack-builder.ts";
import { newFileKey } from "./format/pack-header.ts";
import { writeVaultJson } from "./format/vault-json.ts";
import { SegmentBuilder } from "./index/segment.ts";
import { sealChained } from "./log/chained-object.ts";
import { makeCheckpoint } from "./log/checkpoint.ts";
import { entryJson } from "./log/operation.ts";
import { emptyState, encodeState } from "./log/state.ts";
import { type MemoryStore, memoryStore } from "./stores/memory-store.ts";
import { collect, commit, contentsOf, document, keyFile, noise, portsOver, seededRandom } from "./vault.fixture.ts";

const vaultId = "abcdefghijklmnopqrstuvwxyz".slice(0, 26);
const key = (byte: number) => new Uint8Array(32).fill(byte);
const now = new Date(Date.UTC(2026, 2, 2, 9));

/** One small example of each element of the format, all from fixed inputs. */
export async function goldenElements(): Promise<Record<string, string>> {
	const random = seededRandom("golden");
	const roots = rootKeys(key(1), vaultId);
	const keys = domainKeys({ domain: 1, generation: 0 }, new Map([[0, key(2)]]));
	const nonce = new Uint8Array(12).fill(4);
	const id = keys.ids(blobTypes.record, utf8("golden"));
	const pack = new PackBuilder({ class: "R", vaultId, keys, salt: key(3) });
	pack.add(id, blobTypes.record, utf8("golden"));
	const packed = await pack.finish();
	const file = newFileKey({ vaultId, class: "I", keys, salt: key(3) });
	const segment = new SegmentBuilder();
	segment.add(id, { pack: packed.sha256, frame: 0, slot: 0, rawLength: 6 });
	const empty = { ...emptyState(), seq: 3 };
	const operation = { op: "forget", snapshot: 2, reason: "golden" } as const;
	const entry = entryJson({ txnId: random.uuid(), at: now.toISOString(), writer: random.uuid(), operation });
	return {
		vaultJson: toHex(writeVaultJson({ vaultId, createdAt: now.toISOString(), macKey: roots.mac })),
		slot: toHex((await makeSlot({ vaultId, rootKey: key(1), unlock: keyFile, random, now })).bytes),
		recoveryCode: newRecoveryKit(random),
		domainKey: toHex(wrapDomainKey(key(2), { vaultId, domain: 1, generation: 0, roots, random })),
		purposeKey: toHex(roots.purpose("catalog")),
		blobId: toHex(blobIds(key(5))(blobTypes.chunk, utf8("golden"))),
		pack: toHex(packed.bytes),
		packName: packed.sha256,
		segment: toHex(segment.build({ header: file.header, cipher: segmentCipher("idx/golden", file) })),
		logEntry: toHex(
			sealChained({ kind: "log", seq: 3, hash: sha256(utf8("before")), body: canonicalBytes(entry as JsonValue) }, roots.log, nonce),
		),
		checkpoint: toHex(
			sealChained({ kind: "checkpoint", seq: 3, hash: sha256(utf8("head")), body: encodeState(empty, 1) }, roots.checkpoint, nonce),
		),
		checkpoint2: toHex(makeCheckpoint({ state: empty, head: toHex(sha256(utf8("head"))) }, roots.checkpoint, nonce).bytes),
	};
}

/** A whole small vault with every kind of object, and what it holds. */
export async function goldenVault(): Promise<{ readonly store: MemoryStore; readonly expected: GoldenExpected }> {
	const store = memoryStore();
	const code = newRecoveryKit(seededRandom("golden kit"));
	const slots = [keyFile, { type: "passphrase", passphrase: "golden passphrase" }, { type: "recovery-kit", code }] as const;
	const vault = await createVault({ ...portsOver(store, "golden vault"), slots });
	await commit(vault, Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`jira.work-item/${10_000 + i}/`, document(i)])));
	await commit(vault, {
		"jira.work-item/10001/": document(1, "edited"),
		"jira.work-item/10002/": undefined,
		"confluence.page/7/": document("pägé"),
	});
	const long = utf8("A line of a long attachment that compresses well.\n".repeat(30_000));
	await commit(vault, {
		"jira.work-item/10003/file/1": long,
		"jira.work-item/10003/file/2": noise(1000),
		"jira.work-item/10003/empty": new Uint8Array(0),
	});
	for (let i = 0; i < 60; i++) await commit(vault, i % 6 === 0 ? { [`jira.space/${i}/`]: document(`space ${i}`) } : {});
	for (const { id } of vault.snapshots().slice(3, -1)) if (id % 2 === 0) await vault.forget(id, "golden retention");
	const snapshots: Record<string, Record<string, string>> = {};
	for (const { id } of [...vault.snapshots().slice(0, 3), ...vault.snapshots().slice(-1)]) {
		const contents = await contentsOf(await vault.snapshot(id));
		snapshots[id] = Object.fromEntries(
			Object.entries(contents).map(([name, text]) => [name, toHex(sha256(Buffer.from(text, "latin1"))).slice(0, 16)]),
		);
	}
	const listed = (await collect(vault.compare(undefined, vault.snapshots()[0]?.id ?? 0))).length;
	if (listed !== 120) throw new Error("the golden vault was not made as planned");
	return { store, expected: { code, head: vault.head(), ids: vault.snapshots().map(({ id }) => id), snapshots } };
}

interface GoldenExpected {
	readonly code: string;
	readonly head: { readonly seq: number; readonly sha256: string };
	readonly ids: readonly number[];
	/** By snapshot and entry: the beginning of the SHA-256 of its content. */
	readonly snapshots: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What the golden file of a whole vault holds: objects as base64 by name. */
export interface GoldenVaultFile {
	readonly expected: GoldenExpected;
	readonly objects: Readonly<Record<string, string>>;
}
