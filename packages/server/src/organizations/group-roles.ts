import { type RoleColumns, roleColumns } from "../access/limits.ts";
import type { GroupRoleJson } from "../data/access-tables.ts";
import type { Scoped } from "../data/database.ts";

/** A role with its limits, as a member's row holds them. */
export interface Assignment extends RoleColumns {
	readonly site_ids: string[] | null;
	readonly spaces: string[] | null;
}

interface IdentityRoles {
	readonly tenantId: string | null;
	readonly groupRoles: readonly GroupRoleJson[];
	readonly defaultRole: string | null;
}

/** What the organization says of its identity provider. */
export async function identityRoles(scoped: Scoped): Promise<IdentityRoles> {
	const row = await scoped.selectFrom("identity_settings").selectAll().executeTakeFirst();
	return { tenantId: row?.tenant_id ?? null, groupRoles: row?.group_roles ?? [], defaultRole: row?.default_role ?? null };
}

/** The role that somebody's groups give: the first entry that fits, else the standard one, else none. */
export function assignmentOf({ groupRoles, defaultRole }: IdentityRoles, groups: readonly string[]): Assignment | undefined {
	const held = new Set(groups.map((group) => group.toLowerCase()));
	const entry = groupRoles.find(({ group }) => held.has(group.toLowerCase()));
	if (entry !== undefined) {
		return {
			...roleColumns(entry.role),
			site_ids: entry.siteIds === null ? null : [...entry.siteIds],
			spaces: entry.spaces === null ? null : [...entry.spaces],
		};
	}
	return defaultRole === null ? undefined : { ...roleColumns(defaultRole), site_ids: null, spaces: null };
}

/** The groups that a member was provisioned into, by their external ids. */
export async function provisionedGroups(scoped: Scoped, userId: string): Promise<string[]> {
	const rows = await scoped
		.selectFrom("scim_group_members")
		.innerJoin("scim_groups", "scim_groups.id", "scim_group_members.group_id")
		.select(["scim_groups.id", "scim_groups.external_id"])
		.where("scim_group_members.user_id", "=", userId)
		.execute();
	return rows.flatMap((row) => (row.external_id === null ? [row.id] : [row.id, row.external_id]));
}
