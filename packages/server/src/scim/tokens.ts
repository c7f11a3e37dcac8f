import { permissions, type ScimToken } from "@skyeworx/contract";
import { type Selectable, sql } from "kysely";
import { requireHeld } from "../access/limits.ts";
import { noSuch, type Principal } from "../access/principal.ts";
import { newSecret, secretHash } from "../access/secrets.ts";
import type { AccessPorts } from "../access/sessions.ts";
import { withOrganization } from "../data/database.ts";
import type { Tables } from "../data/tables.ts";

const prefix = "scim_";
const lastUsedEverySeconds = 60;

/** Makes a token. Who holds it can put anybody into any group, and so into any role: only an owner may make one. @throws AppError `not-permitted` */
export async function createScimToken(
	ports: AccessPorts,
	principal: Principal,
): Promise<{ readonly token: ScimToken; readonly secret: string }> {
	requireHeld(principal, permissions, "Whoever provisions people can give them any role, so only an owner may allow it; you lack");
	const secret = newSecret(ports.random, prefix);
	const row = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped
			.insertInto("scim_tokens")
			.values({
				id: ports.random.uuid(),
				organization_id: principal.organizationId,
				token_hash: secretHash(secret),
				prefix: secret.slice(0, 12),
				created_at: ports.clock.now(),
				last_used_at: null,
				revoked_at: null,
			})
			.returningAll()
			.executeTakeFirstOrThrow(),
	);
	return { token: tokenBody(row), secret };
}

/** The tokens that work. */
export async function listScimTokens(ports: AccessPorts, principal: Principal): Promise<ScimToken[]> {
	const rows = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.selectFrom("scim_tokens").selectAll().where("revoked_at", "is", null).orderBy("created_at", "desc").execute(),
	);
	return rows.map(tokenBody);
}

/** @throws AppError `not-found` */
export async function revokeScimToken(ports: AccessPorts, principal: Principal, id: string): Promise<void> {
	const revoked = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped
			.updateTable("scim_tokens")
			.set({ revoked_at: ports.clock.now() })
			.where("id", "=", id)
			.where("revoked_at", "is", null)
			.executeTakeFirst(),
	);
	if (revoked.numUpdatedRows === 0n) throw noSuch("token");
}

/** Whose people a token is about; undefined when it is unknown or revoked. */
export async function findScimToken(
	ports: AccessPorts,
	secret: string,
): Promise<{ readonly organizationId: string; readonly tokenId: string } | undefined> {
	if (!secret.startsWith(prefix)) return undefined;
	const { rows } = await sql<{ id: string; organization_id: string }>`select * from find_scim_token(${secretHash(secret)})`.execute(
		ports.database,
	);
	const found = rows[0];
	if (found === undefined) return undefined;
	return await withOrganization(ports.database, found.organization_id, async (scoped) => {
		const row = await scoped.selectFrom("scim_tokens").selectAll().where("id", "=", found.id).executeTakeFirst();
		if (row === undefined || row.revoked_at !== null) return undefined;
		const now = ports.clock.now();
		if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() > lastUsedEverySeconds * 1000) {
			await scoped.updateTable("scim_tokens").set({ last_used_at: now }).where("id", "=", row.id).execute();
		}
		return { organizationId: found.organization_id, tokenId: found.id };
	});
}

function tokenBody(row: Selectable<Tables["scim_tokens"]>): ScimToken {
	return {
		id: row.id,
		prefix: row.prefix,
		createdAt: row.created_at.toISOString(),
		lastUsedAt: row.last_used_at?.toISOString() ?? null,
	};
}
