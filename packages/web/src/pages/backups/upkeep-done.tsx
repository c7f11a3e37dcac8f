import type { Run, UpkeepDone } from "@skyeworx/contract";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Facts } from "../../parts/facts.tsx";
import { Panel } from "../../parts/panel.tsx";
import { bytes, count, counted } from "../../parts/write-number.ts";

const hindered = { held: "None: the site is held", paused: "None: the site is paused" } as const;

/** What an upkeep did, in a line. */
export function upkeepText({ forgotten, collected, verified }: UpkeepDone): string {
	return [
		forgotten.length === 0 ? "" : `${counted(forgotten.length, ["restore point", "restore points"])} let go`,
		collected === null || collected.freed.bytes === 0 ? "" : `${bytes(collected.freed.bytes)} freed`,
		verified === null ? "" : `${count(verified.packs)} of ${counted(verified.ofPacks, ["pack", "packs"])} read`,
	]
		.filter(Boolean)
		.join(", ");
}

/** What an upkeep did, step by step. */
export function UpkeepDonePanel({ done }: { readonly done: NonNullable<Run["upkeep"]> }): ReactNode {
	const { forgotten, forgetHindered, collected, verified, repaired, healingRunId } = done;
	return (
		<Panel title="What it did">
			<Facts
				rows={[
					[
						"Restore points let go",
						forgetHindered === null ? (forgotten.length === 0 ? "None" : forgotten.join(", ")) : hindered[forgetHindered],
					],
					["Freed", collected === null ? "Nothing: the vault is damaged, or it did not come to that" : bytes(collected.freed.bytes)],
					["Announced, goes with a later upkeep", collected === null ? null : bytes(collected.condemned.bytes + collected.waiting.bytes)],
					["Locked by the store", collected === null || collected.locked.bytes === 0 ? null : bytes(collected.locked.bytes)],
					[
						"Read to the last byte",
						verified === null
							? null
							: `${count(verified.packs)} of ${counted(verified.ofPacks, ["pack", "packs"])}, ${bytes(verified.bytesRead)}`,
					],
					["Gave way", verified?.gaveWay === true ? "Others waited for the site; the rest is read next time" : null],
					["Damaged packs set aside", repaired === null ? null : count(repaired.setAside)],
					["Contents saved", repaired === null ? null : count(repaired.saved)],
					[
						"Reads lost contents again",
						healingRunId === null ? null : (
							<Link key="heal" to="/runs/$runId" params={{ runId: healingRunId }}>
								The backup
							</Link>
						),
					],
				]}
			/>
		</Panel>
	);
}
