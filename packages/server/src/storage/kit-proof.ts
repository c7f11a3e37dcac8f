import { timingSafeEqual } from "node:crypto";
import { AppError, type Clock, type Random } from "@skyeworx/core";
import { noSuch, type Principal } from "../access/principal.ts";
import { type Database, withOrganization } from "../data/database.ts";
import type { OrganizationKeys, Sealer } from "../keys/organization-keys.ts";
import { secretPlaces } from "./stored-choice.ts";

/** One group of a recovery code, kept to be asked for; the other eight are kept nowhere. */
export interface KitCheck {
	/** Counted from 1. */
	readonly group: number;
	readonly signs: string;
	/** Of a kit that took the place of others; these open the vault until it is proven. */
	readonly slotId?: string;
}

/** Chooses the group that is asked for. The last one is a checksum of the others: it stays out. */
export function makeKitCheck(random: Random, code: string): KitCheck {
	const groups = code.split("-");
	const [byte = 0] = random.bytes(1);
	const group = (byte % (groups.length - 1)) + 1;
	return { group, signs: groups[group - 1] ?? "" };
}

/** Which group of a site's recovery code is asked for; null for a vault whose kit was handed out before this was kept. */
export function kitGroup(sealer: Sealer, siteId: string, check: Buffer | null): number | null {
	return check === null ? null : sealer.openJson<KitCheck>(secretPlaces.kitCheck(siteId), check).group;
}

interface ProofPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly clock: Clock;
}

/** When a kit was proven, and the slot of one that took the place of others. */
interface ProvenKit {
	readonly at: Date;
	readonly slotId: string | undefined;
}

/**
 * Notes that somebody has the recovery kit at hand: they gave back the group of its code that was asked for.
 * @throws AppError `bad-input` when it is another, `conflict` for a vault whose kit was handed out before this was asked
 */
export async function proveRecoveryKit(ports: ProofPorts, principal: Principal, siteId: string, part: string): Promise<ProvenKit> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const row = await scoped
			.selectFrom("site_keys")
			.select(["sealed_kit_check", "kit_proven_at"])
			.where("site_id", "=", siteId)
			.executeTakeFirst();
		if (row === undefined) throw noSuch("site");
		if (row.sealed_kit_check === null) throw unknownKit();
		const { signs, group, slotId } = sealer.openJson<KitCheck>(secretPlaces.kitCheck(siteId), row.sealed_kit_check);
		if (!isSame(signs, part)) {
			throw new AppError("bad-input", `That is not group ${group} of the recovery code`, {
				hint: "Look at the recovery kit that was kept for this site. Where it is lost, another is made: Settings > Storage and keys, or skyeworx storage new-kit.",
			});
		}
		const at = row.kit_proven_at ?? ports.clock.now();
		await scoped.updateTable("site_keys").set({ kit_proven_at: at }).where("site_id", "=", siteId).execute();
		return { at, slotId };
	});
}

function unknownKit(): AppError {
	return new AppError("conflict", "This vault was made before its kit could be asked for", {
		hint: "Prove the kit by opening the vault with it: skyeworx vault ls STORE --recovery-kit FILE.",
	});
}

/** As a person types it: small letters, O for 0, I and L for 1 are understood. */
function isSame(signs: string, typed: string): boolean {
	const read = Buffer.from(typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1"));
	const kept = Buffer.from(signs);
	return read.length === kept.length && timingSafeEqual(read, kept);
}
