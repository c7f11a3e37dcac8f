import { AppError, type Clock, type Random } from "@skyeworx/core";
import { sameBytes } from "../../format/bytes.ts";
import { retrying } from "../../stores/retrying.ts";
import { type KeyServiceUnlock, keyServiceOf } from "./key-service.ts";

/**
 * Wraps and unwraps a random secret, as a new slot will: for a test button before a key is relied on. Changes nothing.
 * @throws AppError `vault-key-revoked` (`facts.permission` names the right that is missing, `facts.reason` the service's word),
 *   `credential-rejected`, `vault-key-unavailable`, `bad-input`
 */
export async function probeKey(
	unlock: KeyServiceUnlock,
	{ clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<void> {
	const service = keyServiceOf(unlock);
	const context = { vaultId: "probe", slotId: "probe" };
	const secret = random.bytes(32);
	const wrapped = await retrying(clock, () => service.wrap(secret, context));
	const opened = await retrying(clock, () => service.unwrap(wrapped, context));
	if (opened === undefined || !sameBytes(opened, secret))
		throw new AppError("vault-key-unavailable", "The key service does not open what it wrapped a moment ago");
}
