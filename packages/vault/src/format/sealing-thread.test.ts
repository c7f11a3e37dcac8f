import { isAppError } from "@skyeworx/core";
import { afterAll, describe, expect, it } from "vitest";
import { createVault } from "../create-vault.ts";
import { blobTypes } from "../crypto/blob-id.ts";
import { domainKeys } from "../crypto/vault-keys.ts";
import { memoryStore } from "../stores/memory-store.ts";
import { commit, contentsOf, document, keyFile, noise, portsOver, reopened, seededRandom } from "../vault.fixture.ts";
import { toHex } from "./bytes.ts";
import { PackBuilder } from "./pack-builder.ts";
import type { Sealing } from "./sealing.ts";
import { sealingThread } from "./sealing-thread.ts";

const sealing = sealingThread();
afterAll(() => sealing.close());

const keys = domainKeys({ domain: 1, generation: 0 }, new Map([[0, new Uint8Array(32).fill(2)]]));

async function vaultSealedOn(where: Sealing) {
	const store = memoryStore();
	return { store, vault: await createVault({ ...portsOver(store), sealing: where, slots: [keyFile] }) };
}

function builder(where: Sealing | undefined) {
	return new PackBuilder({ class: "R", vaultId: "v".repeat(26), keys, salt: seededRandom("salt").bytes(32), sealing: where });
}

describe("packs sealed on a thread of their own", () => {
	it("are byte for byte what the calling thread makes of the same blobs", async () => {
		const packs = await Promise.all(
			[undefined, sealing].map(async (where) => {
				const pack = builder(where);
				const places = Array.from({ length: 400 }, (_, i) => {
					const bytes = noise(1 + ((i * 7919) % 60_000), String(i % 90));
					return pack.add(keys.ids(blobTypes.record, bytes), blobTypes.record, bytes);
				});
				const { sha256, bytes } = await pack.finish();
				return { places, sha256, bytes: toHex(bytes) };
			}),
		);
		expect(packs[1]).toEqual(packs[0]);
	});

	it("hold a vault that reads back as it was written, several runs and vaults at once", async () => {
		const vaults = await Promise.all(["one", "two"].map(() => vaultSealedOn(sealing)));
		await Promise.all(
			vaults.map(async ({ vault }, v) => {
				for (let round = 0; round < 3; round++) {
					const entries = Array.from({ length: 300 }, (_, i) => [`k.a/${i}/`, document(i, `vault ${v} round ${round}`)] as const);
					await commit(vault, { ...Object.fromEntries(entries), [`k.a/long/file/${round}`]: noise(3_000_000, `${v} ${round}`) });
				}
			}),
		);
		for (const [v, { store }] of vaults.entries()) {
			const again = await reopened(store, { seed: "again" });
			expect((await again.verify({ level: "data" })).damage).toEqual([]);
			const contents = await contentsOf(await again.snapshot(again.snapshots().at(-1)?.id ?? 0));
			expect(Object.keys(contents)).toHaveLength(303);
			expect(contents["k.a/7/"]).toContain(`vault ${v} round 2`);
			expect(contents["k.a/long/file/0"]).toBe(Buffer.from(noise(3_000_000, `${v} 0`)).toString("latin1"));
		}
	});

	it("are refused when a blob is not what its id says: a frame that does not read back is never stored", async () => {
		const pack = builder(sealing);
		const bytes = noise(1000, "one");
		pack.add(keys.ids(blobTypes.record, noise(1000, "two")), blobTypes.record, bytes);
		await expect(pack.finish()).rejects.toThrow("did not read back");
		// The thread goes on for others.
		const next = builder(sealing);
		next.add(keys.ids(blobTypes.record, bytes), blobTypes.record, bytes);
		expect((await next.finish()).bytes.length).toBeGreaterThan(1000);
	});

	it("fail with their run when the thread dies, and the next run begins another", async () => {
		const own = sealingThread();
		const { store, vault } = await vaultSealedOn(own);
		await commit(vault, { "k.a/1/": document(1) });
		const run = await vault.beginSnapshot({ parent: vault.snapshots()[0]?.id });
		await run.put({ kind: "k.a", id: "2", part: "" }, noise(400_000, "two"));
		await own.close();
		const failed = await run.commit({ descriptor: {}, complete: true }).catch((error: unknown) => error);
		expect(isAppError(failed, "internal")).toBe(true);
		await commit(vault, { "k.a/3/": document(3) });
		await own.close();
		const again = await reopened(store, { seed: "again" });
		expect((await again.verify({ level: "data" })).damage).toEqual([]);
		expect(again.snapshots()).toHaveLength(2);
	});
});
