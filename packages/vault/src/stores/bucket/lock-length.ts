import { AppError, type Clock } from "@skyeworx/core";

/** How objects are locked. */
export interface LockRule {
	/** `governance` can be lifted with a special right, `compliance` by nobody, ever. */
	readonly mode: "governance" | "compliance";
	/** A longer lock is refused: a slip of the keyboard can't be undone under compliance. 400 when left out. */
	readonly maxDays?: number;
}

const day = 24 * 60 * 60 * 1000;
const standardDays = 400;

/** Refuses a lock that is longer than the store was told to allow. @throws AppError `bad-input` */
export function requireLockLength(rule: LockRule, until: Date, clock: Clock): void {
	const maxDays = rule.maxDays ?? standardDays;
	const days = Math.ceil((until.getTime() - clock.now().getTime()) / day);
	if (days <= maxDays) return;
	throw new AppError("bad-input", `A lock of ${days} days is longer than the ${maxDays} that this store allows`, {
		facts: { days, maxDays },
		hint: "Nobody can lift a compliance lock. Raise the store's limit if this length is meant.",
	});
}
