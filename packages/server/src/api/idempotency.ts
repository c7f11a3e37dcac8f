import { createHash } from "node:crypto";
import { AppError, type Clock, canonicalJson, type JsonValue } from "@skyeworx/core";
import type { Principal } from "../access/principal.ts";
import { type Database, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";

export interface IdempotencyPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly clock: Clock;
}

export interface KeptAnswer {
	readonly status: number;
	readonly body: unknown;
}

/** After so long a first call that never answered is taken for dead, and the key may be used again. */
const deadAfterSeconds = 120;
const rememberedHours = 24;

export interface IdempotentRequest {
	readonly key: string;
	readonly method: string;
	readonly url: string;
	readonly body: unknown;
}

/**
 * Does the work of one key once: for a day, a repeated call gets the first call's answer. A call that failed may be repeated.
 * @throws AppError `conflict` when the key was used for another request, `already-running` while the first call works
 */
export async function once(
	ports: IdempotencyPorts,
	principal: Principal,
	request: IdempotentRequest,
	work: () => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
	const { organizationId } = principal;
	const keyHash = createHash("sha256").update(request.key).digest();
	const place = `idempotency_keys.answer/${principal.actor.id}/${keyHash.toString("hex")}`;
	const sealer = await ports.keys.sealer(organizationId);
	const claim = { organization_id: organizationId, actor_id: principal.actor.id, key_hash: keyHash, request_hash: requestHash(request) };
	const kept = await withOrganization(ports.database, organizationId, async (scoped) => {
		const at = ports.clock.now();
		const forgotten = new Date(at.getTime() - rememberedHours * 3_600_000);
		await scoped.deleteFrom("idempotency_keys").where("created_at", "<", forgotten).execute();
		const row = { ...claim, status: null, sealed_answer: null, created_at: at };
		const made = await scoped
			.insertInto("idempotency_keys")
			.values(row)
			.onConflict((conflict) => conflict.doNothing())
			.executeTakeFirst();
		if (made.numInsertedOrUpdatedRows === 1n) return undefined;
		const same = (builder: typeof byKey) => builder.where("actor_id", "=", claim.actor_id).where("key_hash", "=", keyHash);
		const byKey = scoped.selectFrom("idempotency_keys").selectAll().forUpdate();
		const first = await same(byKey).executeTakeFirstOrThrow();
		if (!first.request_hash.equals(claim.request_hash)) throw usedOtherwise();
		if (first.status !== null && first.sealed_answer !== null) {
			return { status: first.status, body: sealer.openJson<unknown>(place, first.sealed_answer) };
		}
		if (at.getTime() - first.created_at.getTime() < deadAfterSeconds * 1000) throw stillWorking();
		await scoped
			.updateTable("idempotency_keys")
			.set({ created_at: at })
			.where("actor_id", "=", claim.actor_id)
			.where("key_hash", "=", keyHash)
			.execute();
		return undefined;
	});
	if (kept !== undefined) return kept;
	try {
		const answer = await work();
		await withOrganization(ports.database, organizationId, async (scoped) => {
			await scoped
				.updateTable("idempotency_keys")
				.set({ status: answer.status, sealed_answer: sealer.json(place, answer.body) })
				.where("actor_id", "=", claim.actor_id)
				.where("key_hash", "=", keyHash)
				.execute();
		});
		return answer;
	} catch (error) {
		await withOrganization(ports.database, organizationId, async (scoped) => {
			await scoped.deleteFrom("idempotency_keys").where("actor_id", "=", claim.actor_id).where("key_hash", "=", keyHash).execute();
		});
		throw error;
	}
}

function requestHash({ method, url, body }: IdempotentRequest): Buffer {
	return createHash("sha256")
		.update(canonicalJson([method, url, (body ?? null) as JsonValue]))
		.digest();
}

function usedOtherwise(): AppError {
	return new AppError("conflict", "This Idempotency-Key was used for another request", { hint: "Make a new key for each new request." });
}

function stillWorking(): AppError {
	return new AppError("already-running", "The first request with this Idempotency-Key is still being worked on", {
		hint: "Ask again in a few seconds with the same key.",
	});
}
