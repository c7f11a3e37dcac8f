import type { Identity, RoleId, SpaceLimit } from "@skyeworx/contract";
import { limitColumns, limitsBody } from "../access/limits.ts";
import type { Principal } from "../access/principal.ts";
import type { AccessPorts } from "../access/sessions.ts";
import type { GroupRoleJson } from "../data/access-tables.ts";
import { withOrganization } from "../data/database.ts";
import { identityRoles } from "./group-roles.ts";
import { requireGivable } from "./members.ts";

interface IdentityPorts extends AccessPorts {
	/** Whether this server knows an Entra ID application. */
	readonly entra: unknown;
}

/** Who may sign in through the identity provider, and as what. */
export async function readIdentity(ports: IdentityPorts, principal: Principal): Promise<Identity> {
	const settings = await withOrganization(ports.database, principal.organizationId, identityRoles);
	return {
		entraConfigured: ports.entra !== undefined,
		tenantId: settings.tenantId,
		groupRoles: settings.groupRoles.map(({ group, role, siteIds, spaces }) => ({
			group,
			role,
			...limitsBody({ site_ids: siteIds === null ? null : [...siteIds], spaces: spaces === null ? null : [...spaces] }),
		})),
		defaultRole: settings.defaultRole,
	};
}

interface WantedGroupRole {
	readonly group: string;
	readonly role: RoleId;
	readonly siteIds?: string[] | undefined;
	readonly spaces?: SpaceLimit[] | undefined;
}

/** Sets which groups hold which roles. @throws AppError `not-permitted` for a role that the caller could not hold, `not-found` */
export async function changeIdentity(
	ports: IdentityPorts,
	principal: Principal,
	wanted: { readonly groupRoles: readonly WantedGroupRole[]; readonly defaultRole: RoleId | null },
): Promise<Identity> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		for (const entry of wanted.groupRoles) await requireGivable(scoped, { sealer, principal, role: entry.role, limits: entry });
		if (wanted.defaultRole !== null) await requireGivable(scoped, { sealer, principal, role: wanted.defaultRole, limits: {} });
		const groupRoles = wanted.groupRoles.map((entry): GroupRoleJson => {
			const { site_ids: siteIds, spaces } = limitColumns(entry);
			return { group: entry.group, role: entry.role, siteIds, spaces };
		});
		const values = { group_roles: JSON.stringify(groupRoles), default_role: wanted.defaultRole, updated_at: ports.clock.now() };
		await scoped
			.insertInto("identity_settings")
			.values({ organization_id: principal.organizationId, tenant_id: null, ...values })
			.onConflict((conflict) => conflict.column("organization_id").doUpdateSet(values))
			.execute();
	});
	return await readIdentity(ports, principal);
}

/** Lets go of the Entra tenant; sessions that began through it end. */
export async function unlinkTenant(ports: AccessPorts, principal: Principal): Promise<void> {
	await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		await scoped.updateTable("identity_settings").set({ tenant_id: null, updated_at: ports.clock.now() }).execute();
		await scoped.updateTable("users").set({ entra_id: null }).execute();
		await scoped.deleteFrom("sessions").where("method", "=", "entra").execute();
	});
}
