import type { UpkeepDone } from "@skyeworx/contract";
import { isAppError } from "@skyeworx/core";
import type { RetentionVerdict } from "@skyeworx/engine";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import { planFor } from "./needed-snapshots.ts";
import { loadUpkeep, lockRules, type StoredUpkeep } from "./upkeep-row.ts";

export type Forgotten = Pick<UpkeepDone, "forgotten" | "forgetHindered">;

/** What the rules of one version let go. It stays right while snapshots are added: newer ones only let go of more. */
interface Planned {
	readonly version: number;
	readonly left: RetentionVerdict[];
}

/**
 * Forgets what the site's rules let go. Each snapshot is looked at anew before it goes: rules that were changed, a hold of the site, a
 * pin and a hold in the vault that came while this runs count from the next snapshot on.
 */
export async function forgetByRules(
	ports: WorkPorts,
	{ organizationId, siteId, signal }: JobContext,
	runtime: SiteRuntime,
): Promise<Forgotten> {
	const forgotten: number[] = [];
	let planned: Planned | undefined;
	for (;;) {
		signal.throwIfAborted();
		const hindered = await withOrganization(ports.database, organizationId, async (scoped) => {
			// Until this transaction ends nobody changes the rules or holds the site.
			await lockRules(scoped, siteId, "reading");
			const stored = await loadUpkeep(scoped, siteId);
			if (stored.sealed_hold !== null) return "held";
			// What a paused site had is all that there will be: it must not age away.
			if (stored.paused) return "paused";
			if (planned?.version !== stored.rules_version) planned = await planNow(ports, scoped, runtime, stored);
			const next = planned.left.shift();
			if (next === undefined) return "nothing-left";
			if (await forgotIt(runtime, next)) forgotten.push(next.snapshot);
			return undefined;
		});
		if (hindered !== undefined) return { forgotten, forgetHindered: hindered === "nothing-left" ? null : hindered };
	}
}

async function planNow(ports: WorkPorts, scoped: Scoped, { organizationId, vault }: SiteRuntime, stored: StoredUpkeep): Promise<Planned> {
	const plan = await planFor(ports, scoped, { organizationId, vault, stored });
	// The oldest first: what is interrupted has let go of what matters least.
	return { version: stored.rules_version, left: plan.forget.toReversed() };
}

/** False for one that was pinned, held or forgotten meanwhile: the vault itself decides, in the order of its log. */
async function forgotIt(runtime: SiteRuntime, { snapshot, reasons }: RetentionVerdict): Promise<boolean> {
	try {
		await runtime.vault.forget(snapshot, `retention: ${reasons.join(", ")}`);
		return true;
	} catch (error) {
		if (!isAppError(error, "conflict") && !isAppError(error, "not-found")) throw error;
		return false;
	}
}
