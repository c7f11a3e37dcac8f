import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { utf8 } from "./format/bytes.ts";
import { sealingThread } from "./format/sealing-thread.ts";
import { openVault } from "./open-vault.ts";
import type { SnapshotWriter } from "./snapshots/snapshot.ts";
import { openStore } from "./stores/open-store.ts";
import type { Vault } from "./vault.ts";

/*
 * A process that does one thing to the vault at the address, again and again, until it is killed: by default it commits snapshot
 * after snapshot. Prints a line for each commit and each collection.
 */
const items = 12;

/** What item `item` holds in a round: it changes every third round. */
function textOf(item: number, round: number): string {
	const since = round - ((((round - item) % 3) + 3) % 3);
	return `item ${item} as of round ${since} `.repeat(200 + item);
}

const [address = "", firstRound = "0", attachment = "0", deed = "backup"] = process.argv.slice(2);
let round = Number(firstRound);

async function publish(writer: SnapshotWriter, of: number): Promise<void> {
	const info = await writer.commit({ descriptor: { round: of }, complete: true });
	process.stdout.write(`${info.id}\n`);
}

const deeds: Readonly<Record<string, (vault: Vault) => Promise<void>>> = {
	async backup(vault) {
		const writer = await vault.beginSnapshot({ parent: vault.snapshots().at(-1)?.id });
		for (let item = 0; item < items; item++) await writer.put({ kind: "k.a", id: String(item), part: "" }, utf8(textOf(item, round)));
		if (Number(attachment) > 0)
			await writer.put({ kind: "k.b", id: String(round), part: "file/1" }, systemRandom.bytes(Number(attachment)));
		await publish(writer, round++);
	},
	/** Forgets what is older than the three newest, one at a time, and collects. */
	async collect(vault) {
		const [oldest] = vault.snapshots();
		if (oldest !== undefined && vault.snapshots().length > 3) await vault.forget(oldest.id, "killed");
		await vault.collect({ grace: 0, orphanAge: 0 });
		process.stdout.write("collected\n");
	},
	/** Snapshots without a change: every few of them merge the index. */
	async compact(vault) {
		const newest = vault.snapshots().at(-1)?.id;
		if (newest === undefined) return deeds.backup?.(vault);
		const { round: last } = (await (await vault.snapshot(newest)).descriptor()) as { round: number };
		await publish(await vault.beginSnapshot({ parent: newest }), last);
	},
	async repair(vault) {
		await vault.repair();
	},
};

const unlock = { type: "key-file", key: new Uint8Array(32).fill(7) } as const;
const ports = { clock: systemClock, random: systemRandom, log: quietLog, sealing: sealingThread() };
const vault = await openVault({ ...ports, store: openStore(address, { clock: systemClock, env: process.env }), unlock });
process.stdout.write("open\n");
for (;;) await deeds[deed]?.(vault);
