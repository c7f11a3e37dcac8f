import type { ApiKey, ApiKeyInput, Permission } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { sql } from "kysely";
import { withOrganization } from "../data/database.ts";
import type { ApiKeyRow } from "../data/tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { limitColumns, limitsBody, limitsOf, ownLimits, permittedWithin, requireHeld, requireLimits } from "./limits.ts";
import { isWithin, readNetworks } from "./networks.ts";
import { noSuch, type Principal } from "./principal.ts";
import { newSecret, secretHash } from "./secrets.ts";
import type { AccessPorts } from "./sessions.ts";

const prefix = "skx_";
/** Writing the time of every use would be a write for every request. */
const lastUsedEverySeconds = 60;

/** Finds who an API key stands for; undefined when it is unknown, revoked, expired, or used from an address that it is not for. */
export async function findApiKey(ports: AccessPorts, secret: string, ip: string | undefined): Promise<Principal | undefined> {
	if (!secret.startsWith(prefix)) return undefined;
	const { rows } = await sql<{ id: string; organization_id: string }>`select * from find_api_key(${secretHash(secret)})`.execute(
		ports.database,
	);
	const found = rows[0];
	if (found === undefined) return undefined;
	const sealer = await ports.keys.sealer(found.organization_id);
	return await withOrganization(ports.database, found.organization_id, async (scoped) => {
		const now = ports.clock.now();
		const row = await scoped.selectFrom("api_keys").selectAll().where("id", "=", found.id).executeTakeFirst();
		if (row === undefined || row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= now)) return undefined;
		if (row.addresses !== null && (ip === undefined || !isWithin(row.addresses, ip))) return undefined;
		if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() > lastUsedEverySeconds * 1000) {
			await scoped.updateTable("api_keys").set({ last_used_at: now }).where("id", "=", row.id).execute();
		}
		return {
			organizationId: found.organization_id,
			actor: { type: "api-key", id: row.id, name: nameOf(sealer, row) },
			via: "api-key",
			role: null,
			roleName: null,
			email: null,
			permissions: permittedWithin(row.permissions as Permission[], row),
			...limitsOf(row),
			sessionId: null,
		} satisfies Principal;
	});
}

/** Makes a key that can do no more than its maker. @throws AppError `not-permitted`, `not-found` */
export async function createApiKey(
	ports: AccessPorts,
	principal: Principal,
	input: ApiKeyInput,
): Promise<{ readonly apiKey: ApiKey; readonly secret: string }> {
	requireHeld(principal, input.permissions);
	const now = ports.clock.now();
	if (input.expiresAt !== undefined && new Date(input.expiresAt) <= now) {
		throw new AppError("bad-input", "The key would have expired already", { hint: "Give a time in the future." });
	}
	const secret = newSecret(ports.random, prefix);
	const id = ports.random.uuid();
	const sealer = await ports.keys.sealer(principal.organizationId);
	const row = await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		await requireLimits(scoped, principal, input);
		return await scoped
			.insertInto("api_keys")
			.values({
				id,
				organization_id: principal.organizationId,
				sealed_name: sealer.text(`api_keys.name/${id}`, input.name),
				prefix: secret.slice(0, 12),
				secret_hash: secretHash(secret),
				permissions: [...new Set(input.permissions)],
				...(input.siteIds === undefined && input.spaces === undefined ? ownLimits(principal) : limitColumns(input)),
				addresses: input.addresses === undefined ? null : readNetworks(input.addresses),
				created_by: principal.actor.type === "user" ? principal.actor.id : null,
				created_at: now,
				expires_at: input.expiresAt === undefined ? null : new Date(input.expiresAt),
				last_used_at: null,
				revoked_at: null,
			})
			.returningAll()
			.executeTakeFirstOrThrow();
	});
	return { apiKey: apiKeyBody(sealer, row), secret };
}

/** The keys that still work or have only expired. */
export async function listApiKeys(ports: AccessPorts, principal: Principal): Promise<readonly ApiKey[]> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const rows = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.selectFrom("api_keys").selectAll().where("revoked_at", "is", null).orderBy("created_at", "desc").execute(),
	);
	return rows.map((row) => apiKeyBody(sealer, row));
}

/** Revokes a key, at once. @throws AppError `not-found` */
export async function revokeApiKey(ports: AccessPorts, principal: Principal, id: string): Promise<void> {
	const revoked = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped
			.updateTable("api_keys")
			.set({ revoked_at: ports.clock.now() })
			.where("id", "=", id)
			.where("revoked_at", "is", null)
			.executeTakeFirst(),
	);
	if (revoked.numUpdatedRows === 0n) throw noSuch("API key");
}

function nameOf(sealer: Sealer, row: ApiKeyRow): string {
	return sealer.openText(`api_keys.name/${row.id}`, row.sealed_name);
}

function apiKeyBody(sealer: Sealer, row: ApiKeyRow): ApiKey {
	return {
		id: row.id,
		name: nameOf(sealer, row),
		prefix: row.prefix,
		permissions: row.permissions as Permission[],
		...limitsBody(row),
		addresses: row.addresses,
		createdAt: row.created_at.toISOString(),
		expiresAt: row.expires_at?.toISOString() ?? null,
		lastUsedAt: row.last_used_at?.toISOString() ?? null,
	};
}
