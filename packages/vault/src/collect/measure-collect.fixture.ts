import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { createVault } from "../create-vault.ts";
import { utf8 } from "../format/bytes.ts";
import { openVault } from "../open-vault.ts";
import { folderStore } from "../stores/folder-store.ts";
import type { CollectReport } from "./collect.ts";

/** What the second deed prints, as JSON. */
export interface MeasuredCollection {
	readonly seconds: number;
	readonly cpuSeconds: number;
	/** Resident memory at its highest. */
	readonly peakMegabytes: number;
	readonly report: CollectReport;
	/** What the collection after it deleted. */
	readonly freed: CollectReport["freed"];
}

/*
 * A process of its own, so that its memory is its own: `fill FOLDER RECORDS` makes a vault with so many records and a second
 * snapshot in which half of them are others; `collect FOLDER` forgets the first and collects twice. Prints one line of JSON.
 */
const [deed = "", folder = "", records = "0"] = process.argv.slice(2);
const unlock = { type: "key-file", key: new Uint8Array(32).fill(7) } as const;
const ports = { store: folderStore(folder), clock: systemClock, random: systemRandom, log: quietLog };

async function fill(count: number): Promise<void> {
	const vault = await createVault({ ...ports, slots: [unlock] });
	for (let round = 0; round < 2; round++) {
		const writer = await vault.beginSnapshot({ parent: vault.snapshots().at(-1)?.id });
		for (let i = 0; i < count; i++) {
			if (round === 1 && i % 2 === 0) continue;
			await writer.put({ kind: "k.a", id: String(i), part: "" }, utf8(`record ${i} of round ${round}, some words long`));
		}
		await writer.commit({ descriptor: { round }, complete: true });
	}
}

async function collect(): Promise<void> {
	const vault = await openVault({ ...ports, unlock });
	const [oldest] = vault.snapshots();
	if (oldest !== undefined) await vault.forget(oldest.id, "measured");
	const from = systemClock.monotonic();
	const { user: userBefore } = process.cpuUsage();
	const report = await vault.collect({ grace: 0 });
	const measured = {
		seconds: (systemClock.monotonic() - from) / 1000,
		cpuSeconds: (process.cpuUsage().user - userBefore) / 1e6,
		peakMegabytes: process.resourceUsage().maxRSS / 1000,
		report,
	};
	const { freed } = await vault.collect({ grace: 0 });
	process.stdout.write(`${JSON.stringify({ ...measured, freed } satisfies MeasuredCollection)}\n`);
}

if (deed === "fill") await fill(Number(records));
else await collect();
