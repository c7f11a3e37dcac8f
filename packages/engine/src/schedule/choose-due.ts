/** A site whose backup is due. */
export interface DueSite {
	readonly siteId: string;
	readonly organizationId: string;
	readonly dueAt: Date;
	/** When its promise is broken if nothing is done. */
	readonly deadline: Date;
	/** How long the promise is, in milliseconds. */
	readonly promise: number;
	/** The budget that its requests count against; undefined for none. */
	readonly budget: string | undefined;
	/** Points that its last backup took. */
	readonly points: number;
}

/** What may be begun now. */
export interface Room {
	/** Backups that may be begun. */
	readonly slots: number;
	/** Scheduled backups that wait or run, by organization. */
	readonly open: ReadonlyMap<string, number>;
	/** Points that are left of each budget, and all that it has in an hour. */
	readonly budgets: ReadonlyMap<string, { readonly left: number; readonly whole: number }>;
}

/** Of a promise: what remains when a site goes before those that can wait. */
const urgentShare = 0.25;
/** A site that waited so long for points gets them before smaller ones. */
const patience = 3_600_000;

/**
 * Chooses which due sites begin now, in order. Those whose promise is close go first; within these, and within the others,
 * organizations take turns (the one with least under way first), and an organization's own sites go by their deadline: nobody's
 * thousand sites keep somebody's only one waiting.
 */
export function chooseDue(due: readonly DueSite[], room: Room, now: Date): DueSite[] {
	const isUrgent = (site: DueSite) => site.deadline.getTime() - now.getTime() < site.promise * urgentShare;
	const admits = admission(room, now);
	const open = new Map(room.open);
	const chosen: DueSite[] = [];
	for (const group of [due.filter(isUrgent), due.filter((site) => !isUrgent(site))])
		takeTurns(group, { slots: room.slots, open, admits, chosen });
	return chosen;
}

/** Says whether the budgets have room for a site, and takes its points if so. */
function admission(room: Room, now: Date): (site: DueSite) => boolean {
	const left = new Map([...room.budgets].map(([id, budget]) => [id, budget.left]));
	const reserved = new Set<string>();
	return (site) => {
		const budget = site.budget === undefined ? undefined : room.budgets.get(site.budget);
		if (site.budget === undefined || budget === undefined) return true;
		if (reserved.has(site.budget)) return false;
		// A site that needs more than an hour's points begins with a whole hour and goes on in the next.
		const needed = Math.min(Math.max(1, site.points), budget.whole * 0.9);
		const available = left.get(site.budget) ?? 0;
		if (needed <= available) {
			left.set(site.budget, available - needed);
			return true;
		}
		if (now.getTime() - site.dueAt.getTime() > patience) reserved.add(site.budget);
		return false;
	};
}

interface Turns {
	readonly slots: number;
	/** Under way by organization, those that are chosen here included. */
	readonly open: Map<string, number>;
	readonly admits: (site: DueSite) => boolean;
	readonly chosen: DueSite[];
}

/** A site that can't begin is passed over; that is not its organization's turn. */
function takeTurns(due: readonly DueSite[], { slots, open, admits, chosen }: Turns): void {
	const byDeadline = (a: DueSite, b: DueSite) => a.deadline.getTime() - b.deadline.getTime();
	let waiting = [...Map.groupBy(due, (site) => site.organizationId)].map(([id, sites]) => ({
		id,
		sites: sites.toSorted(byDeadline),
		at: 0,
	}));
	const soonest = (one: (typeof waiting)[number]) => one.sites[one.at]?.deadline.getTime() ?? Number.POSITIVE_INFINITY;
	while (waiting.length > 0 && chosen.length < slots) {
		const least = Math.min(...waiting.map((one) => open.get(one.id) ?? 0));
		const turn = waiting.filter((one) => (open.get(one.id) ?? 0) === least).toSorted((a, b) => soonest(a) - soonest(b));
		for (const one of turn) {
			if (chosen.length >= slots) return;
			const site = nextAdmitted(one, admits);
			if (site === undefined) continue;
			chosen.push(site);
			open.set(one.id, least + 1);
		}
		waiting = waiting.filter((one) => one.at < one.sites.length);
	}
}

function nextAdmitted(one: { readonly sites: readonly DueSite[]; at: number }, admits: (site: DueSite) => boolean): DueSite | undefined {
	while (one.at < one.sites.length) {
		const site = one.sites[one.at];
		one.at += 1;
		if (site !== undefined && admits(site)) return site;
	}
	return undefined;
}
