import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { utf8 } from "./format/bytes.ts";
import { sealingThread } from "./format/sealing-thread.ts";
import { openVault } from "./open-vault.ts";
import { openStore } from "./stores/open-store.ts";

/** A process that commits snapshot after snapshot at the address until it is killed; prints a line for each commit. */
const items = 12;

/** What item `item` holds in a round: it changes every third round. */
function textOf(item: number, round: number): string {
	const since = round - ((((round - item) % 3) + 3) % 3);
	return `item ${item} as of round ${since} `.repeat(200 + item);
}

const [address = "", firstRound = "0", attachment = "0"] = process.argv.slice(2);
const unlock = { type: "key-file", key: new Uint8Array(32).fill(7) } as const;
const ports = { clock: systemClock, random: systemRandom, log: quietLog, sealing: sealingThread() };
const vault = await openVault({ ...ports, store: openStore(address, { clock: systemClock, env: process.env }), unlock });
process.stdout.write("open\n");
for (let round = Number(firstRound); ; round++) {
	const writer = await vault.beginSnapshot({ parent: vault.snapshots().at(-1)?.id });
	for (let item = 0; item < items; item++) await writer.put({ kind: "k.a", id: String(item), part: "" }, utf8(textOf(item, round)));
	if (Number(attachment) > 0) await writer.put({ kind: "k.b", id: String(round), part: "file/1" }, systemRandom.bytes(Number(attachment)));
	const info = await writer.commit({ descriptor: { round }, complete: true });
	process.stdout.write(`${info.id}\n`);
}
