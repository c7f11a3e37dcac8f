import { AppError, type Clock } from "@skyeworx/core";

const day = 24 * 60 * 60 * 1000;
const standardDays = 400;

/** Refuses a lock that is longer than the store was told to allow. @throws AppError `bad-input` */
export function requireLockLength(lock: { readonly maxDays?: number }, until: Date, clock: Clock): void {
	const maxDays = lock.maxDays ?? standardDays;
	const days = Math.ceil((until.getTime() - clock.now().getTime()) / day);
	if (days <= maxDays) return;
	throw new AppError("bad-input", `A lock of ${days} days is longer than the ${maxDays} that this store allows`, {
		facts: { days, maxDays },
		hint: "Nobody can lift a compliance lock. Raise the store's limit if this length is meant.",
	});
}
