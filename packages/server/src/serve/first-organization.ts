import type { Random } from "@skyeworx/core";
import { sql } from "kysely";
import { createOrganization, type NewOrganization } from "../access/new-organization.ts";
import type { AccessPorts } from "../access/sessions.ts";
import { withOrganization } from "../data/database.ts";

/** Two processes that start at once on an empty database make one organization. */
const bootstrapLock = 0x5c7e_0002;

/** The organization that was made first and its first owner; made now when the database has none. */
export async function firstOrganization(
	ports: AccessPorts & { readonly random: Random },
	name: string,
): Promise<NewOrganization & { readonly isNew: boolean }> {
	return await ports.database.transaction().execute(async (locked) => {
		await sql`select pg_advisory_xact_lock(${bootstrapLock})`.execute(locked);
		const { rows } = await sql<{ organization_ids: string }>`select organization_ids()`.execute(ports.database);
		const organizationId = rows[0]?.organization_ids;
		if (organizationId === undefined) return { ...(await createOrganization(ports, { name, ownerName: "Owner" })), isNew: true };
		const owner = await withOrganization(ports.database, organizationId, (scoped) =>
			scoped.selectFrom("users").select("id").where("role", "=", "owner").orderBy("created_at").limit(1).executeTakeFirstOrThrow(),
		);
		return { organizationId, userId: owner.id, isNew: false };
	});
}
