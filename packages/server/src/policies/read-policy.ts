import type { Policy } from "@skyeworx/contract";
import type { Clock } from "@skyeworx/core";
import { longestGap, nextDue, requireUsable, type Schedule, upcoming, usualSchedule } from "@skyeworx/engine";
import { noSuch, type Principal } from "../access/principal.ts";
import { type Database, type Scoped, withOrganization } from "../data/database.ts";

export interface PolicyPorts {
	readonly database: Database;
	readonly clock: Clock;
}

interface StoredPolicy {
	readonly schedule: Schedule;
	readonly nextDueAt: Date;
	readonly timeZone: string;
	readonly promiseSeconds: number;
}

const shownRuns = 10;
/** Enough to meet a whole week, and the longest month of a cron expression. */
const gapRuns = 15;

/** A site without a policy of its own has the usual one, and is due from when it was connected. @throws AppError `not-found` */
export async function loadPolicy(scoped: Scoped, siteId: string): Promise<StoredPolicy> {
	const site = await scoped
		.selectFrom("sites")
		.select(["time_zone", "promise_seconds", "created_at"])
		.where("id", "=", siteId)
		.executeTakeFirst();
	if (site === undefined) throw noSuch("site");
	const row = await scoped.selectFrom("site_policies").selectAll().where("site_id", "=", siteId).executeTakeFirst();
	return {
		schedule: row?.policy.schedule ?? usualSchedule,
		nextDueAt: row?.next_due_at ?? site.created_at,
		timeZone: site.time_zone,
		promiseSeconds: site.promise_seconds,
	};
}

/** @throws AppError `not-found` */
export async function readPolicy(ports: PolicyPorts, principal: Principal, siteId: string): Promise<Policy> {
	const stored = await withOrganization(ports.database, principal.organizationId, (scoped) => loadPolicy(scoped, siteId));
	return {
		siteId,
		nextDueAt: stored.nextDueAt.toISOString(),
		promiseSeconds: stored.promiseSeconds,
		...meaning(siteId, stored, ports.clock.now()),
	};
}

/** What a schedule would mean for a site. @throws AppError `not-found`, `bad-input` */
export async function previewPolicy(ports: PolicyPorts, principal: Principal, siteId: string, schedule: Schedule) {
	const stored = await withOrganization(ports.database, principal.organizationId, (scoped) => loadPolicy(scoped, siteId));
	const now = ports.clock.now();
	requireUsable(schedule, { id: siteId, timeZone: stored.timeZone }, now);
	return meaning(siteId, { ...stored, schedule }, now);
}

function meaning(siteId: string, { schedule, timeZone, promiseSeconds }: Omit<StoredPolicy, "nextDueAt">, now: Date) {
	const site = { id: siteId, timeZone };
	const longestGapSeconds = Math.ceil(longestGap(schedule, site, now, gapRuns) / 1000);
	return {
		schedule,
		timeZone,
		upcoming: upcoming(schedule, site, now, shownRuns).map((at) => at.toISOString()),
		longestGapSeconds,
		keepsPromise: longestGapSeconds < promiseSeconds,
	};
}

/** When a site is due after a run that begins now. */
export function dueAfter(siteId: string, policy: Pick<StoredPolicy, "schedule" | "timeZone">, now: Date): Date {
	return nextDue(policy.schedule, { id: siteId, timeZone: policy.timeZone }, now);
}
