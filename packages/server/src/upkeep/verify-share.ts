import type { UpkeepDone } from "@skyeworx/contract";
import type { Damage, Vault } from "@skyeworx/vault";
import { withOrganization } from "../data/database.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { loadUpkeep, saveUpkeep } from "./upkeep-row.ts";

/** Packs that are read between two looks at who else wants to work on the site; up to a gigabyte. */
const packsAtOnce = 64;
/** The whole vault's structure (every pack's size and contents, the index, all references) is checked this often. */
const structureDays = 7;
const dayMilliseconds = 86_400_000;

export interface VerifiedShare {
	readonly done: NonNullable<UpkeepDone["verified"]>;
	readonly damage: readonly Damage[];
}

interface Share {
	readonly vault: Vault;
	readonly onProgress: (done: number, total: number) => void;
	/** Whether somebody else waits for the site. */
	readonly isWanted: () => Promise<boolean>;
}

/** Packs to read now, so that all of them are read within so many days. Never fewer than one where there is any. */
export function packsDue(packs: number, { daysSince, withinDays }: { readonly daysSince: number; readonly withinDays: number }): number {
	return Math.min(packs, Math.ceil((packs * Math.min(withinDays, Math.max(1, daysSince))) / withinDays));
}

/**
 * Verifies the log, once a week the structure of everything, and reads a share of the packs to the last byte, those first that were
 * read longest ago: all of them within the days that the site's policy says. Gives way between two portions when others wait; what
 * was read is noted in the vault then already.
 */
export async function verifyShare(ports: WorkPorts, context: JobContext, share: Share): Promise<VerifiedShare> {
	const { organizationId, siteId, signal } = context;
	const { vault, onProgress } = share;
	const stored = await withOrganization(ports.database, organizationId, (scoped) => loadUpkeep(scoped, siteId));
	const began = ports.clock.now();
	const days = (since: Date | null) => (since === null ? Number.POSITIVE_INFINITY : (began.getTime() - since.getTime()) / dayMilliseconds);
	const damage = new Map<string, Damage>();
	let bytesRead = 0;
	let packs = 0;
	// Where damage is known, only a look at everything can say that it is over.
	if (stored.damaged > 0 || days(stored.structure_at) >= structureDays) {
		const report = await vault.verify({ level: "structure", signal, record: true, onProgress });
		bytesRead += report.bytesRead;
		for (const one of report.damage) damage.set(one.object, one);
		await note(ports, context, { structure_at: began, verified_at: began, verified_level: "structure" });
	}
	const all = (await vault.statistics()).packs;
	const wanted = packsDue(all, { daysSince: days(stored.verified_at), withinDays: stored.verify_days });
	let gaveWay = false;
	while (packs < wanted && !gaveWay) {
		const portion = Math.min(packsAtOnce, wanted - packs);
		// A share of 1 would be no rolling check: it would not be one of the oldest packs first.
		const report = await vault.verify({
			level: "data",
			share: Math.max(1.000_001, all / portion),
			record: true,
			signal,
			onProgress: (done) => onProgress(packs + done, wanted),
		});
		bytesRead += report.bytesRead;
		packs += report.packs;
		for (const one of report.damage) damage.set(one.object, one);
		await notePass(ports, context, { read: report.packs, all, began });
		if (report.packs === 0) break;
		gaveWay = packs < wanted && (await share.isWanted());
	}
	return { done: { packs, ofPacks: all, bytesRead, gaveWay }, damage: [...damage.values()] };
}

type Note = Parameters<typeof saveUpkeep>[2];

async function note(ports: WorkPorts, { organizationId, siteId }: JobContext, changes: Note): Promise<void> {
	await withOrganization(ports.database, organizationId, (scoped) => saveUpkeep(scoped, { organizationId, siteId }, changes));
}

/** Counts a pass over all packs: as the oldest come first, reading as many as there are means having read each. */
async function notePass(
	ports: WorkPorts,
	{ organizationId, siteId }: JobContext,
	{ read, all, began }: { readonly read: number; readonly all: number; readonly began: Date },
): Promise<void> {
	await withOrganization(ports.database, organizationId, async (scoped) => {
		const { pass_began_at, pass_packs } = await loadUpkeep(scoped, siteId);
		const since = pass_began_at ?? began;
		const sum = pass_packs + read;
		const isWhole = sum >= all;
		await saveUpkeep(
			scoped,
			{ organizationId, siteId },
			{
				verified_at: ports.clock.now(),
				verified_level: "data",
				...(isWhole ? { whole_since: since, pass_began_at: null, pass_packs: 0 } : { pass_began_at: since, pass_packs: sum }),
			},
		);
	});
}
