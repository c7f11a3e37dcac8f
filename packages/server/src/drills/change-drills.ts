import { createHash } from "node:crypto";
import type { DrillRule } from "@skyeworx/contract";
import { AppError, canonicalJson } from "@skyeworx/core";
import { spaceName } from "../access/limits.ts";
import { type Principal, requirePermission } from "../access/principal.ts";
import type { AccessPorts } from "../access/sessions.ts";
import { withOrganization } from "../data/database.ts";
import type { EventBus } from "../live/event-bus.ts";
import { approvalRequired, takeApproval } from "../organizations/approvals.ts";
import type { SiteRuntimes } from "../sites/site-runtimes.ts";
import { firstDrill, loadDrillRule, saveDrillRule } from "./drill-rule.ts";

export interface ChangeDrillPorts extends AccessPorts {
	readonly bus: EventBus;
	readonly sites: SiteRuntimes;
}

interface DrillChange {
	readonly rule: DrillRule;
	readonly reason?: string | undefined;
}

/**
 * Changes how a restore of a site is tried out. A drill space that the rule did not have before is written to and deleted from by each
 * drill: who names it must be allowed to restore, and a second person agrees where deletions need one.
 * @throws AppError `not-found`, `not-permitted`, `bad-input` for a space that the newest restore point does not have, `approval-required`
 */
export async function changeDrills(
	ports: ChangeDrillPorts,
	principal: Principal,
	siteId: string,
	{ rule, reason }: DrillChange,
): Promise<void> {
	const { organizationId } = principal;
	if (rule.drillSpaces.length > 0) requirePermission(principal, "item.restore");
	const names = await spaceNames(ports, organizationId, siteId, rule);
	const waiting = await withOrganization(ports.database, organizationId, async (scoped) => {
		const before = await loadDrillRule(scoped, siteId);
		const known = new Set(before.rule.drillSpaces.map(nameOf));
		if (rule.drillSpaces.some((space) => !known.has(nameOf(space)))) {
			const spaces = rule.drillSpaces.map((space) => names.get(nameOf(space))).join(", ");
			const taken = await takeApproval(ports, scoped, principal, {
				deed: "delete",
				permission: "item.restore",
				target: { type: "drill", id: `${siteId}/${digestOf(rule)}` },
				label: `Restore drills make copies in ${spaces}, and delete them again`,
				reason,
				siteId,
			});
			if (taken.state === "waiting") return taken.approvalId;
		}
		// What is due already stays due, unless the drills end.
		const now = ports.clock.now();
		const isDue = rule.every !== "never" && before.nextDueAt !== null && before.nextDueAt <= now;
		const sameRhythm = before.rule.every === rule.every && before.nextDueAt !== null;
		const nextDueAt = isDue || sameRhythm ? before.nextDueAt : firstDrill(siteId, { rule, timeZone: before.timeZone }, now);
		await saveDrillRule(scoped, { organizationId, siteId }, { rule, nextDueAt });
		return undefined;
	});
	if (waiting !== undefined) throw approvalRequired(waiting);
	await ports.bus.publish(organizationId, { type: "site.changed", at: ports.clock.now().toISOString(), siteId });
}

const nameOf = ({ app, spaceId }: DrillRule["drillSpaces"][number]) => spaceName(app, spaceId);

/** What each space of a rule is called. @throws AppError `bad-input` for one that is not there: a drill must never guess where to write */
async function spaceNames(
	ports: ChangeDrillPorts,
	organizationId: string,
	siteId: string,
	rule: DrillRule,
): Promise<ReadonlyMap<string, string>> {
	const wanted = [...rule.drillSpaces, ...(rule.spaces ?? [])];
	if (wanted.length === 0) return new Map();
	const { catalog } = await ports.sites.open(organizationId, siteId);
	const there = catalog.spaces().filter((space) => space.state === "live");
	const named = new Map(there.map((space) => [spaceName(space.app, space.id), `${space.name} (${space.key})`]));
	const missing = wanted.find((space) => !named.has(nameOf(space)));
	if (missing === undefined) return named;
	throw new AppError("bad-input", `The newest restore point has no ${missing.app} space ${missing.spaceId}`, {
		hint: "Name a space of the site by its id; back the site up first when the space is new.",
		facts: { app: missing.app, space: missing.spaceId },
	});
}

/** An agreement is to this rule and no other. */
function digestOf(rule: DrillRule): string {
	return createHash("sha256").update(canonicalJson(rule)).digest("hex").slice(0, 32);
}
