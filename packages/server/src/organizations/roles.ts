import { type Permission, type RoleBody, type RoleId, roleNames, rolePermissions } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { type HeldRole, heldRole, isBuiltIn, requireHeld, roleColumns, roleNamePlace } from "../access/limits.ts";
import { noSuch, type Principal } from "../access/principal.ts";
import type { AccessPorts } from "../access/sessions.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";

/** The built-in roles and the organization's own. */
export async function listRoles(ports: AccessPorts, principal: Principal): Promise<RoleBody[]> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const holders = await scoped
			.selectFrom("users")
			.select(["role", "role_id", (expression) => expression.fn.countAll<number>().as("members")])
			.groupBy(["role", "role_id"])
			.execute();
		const held = (id: string) => Number(holders.find((row) => (row.role_id ?? row.role) === id)?.members ?? 0);
		const builtIn = Object.keys(rolePermissions)
			.filter(isBuiltIn)
			.map((id) => ({ id, name: roleNames[id], builtIn: true, permissions: [...rolePermissions[id]], members: held(id) }));
		const own = await scoped.selectFrom("roles").selectAll().orderBy("created_at").execute();
		return [
			...builtIn,
			...own.map((row) => ({
				id: row.id,
				name: sealer.openText(roleNamePlace(row.id), row.sealed_name),
				builtIn: false,
				permissions: row.permissions as Permission[],
				members: held(row.id),
			})),
		];
	});
}

interface WantedRole {
	readonly name: string;
	readonly permissions: readonly Permission[];
}

/** Makes a role that can do no more than its maker. @throws AppError `not-permitted` */
export async function createRole(ports: AccessPorts, principal: Principal, wanted: WantedRole): Promise<RoleBody> {
	requireHeld(principal, wanted.permissions);
	const sealer = await ports.keys.sealer(principal.organizationId);
	const id = ports.random.uuid();
	const permissions = [...new Set(wanted.permissions)];
	await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		await scoped
			.insertInto("roles")
			.values({
				id,
				organization_id: principal.organizationId,
				sealed_name: sealer.text(roleNamePlace(id), wanted.name),
				permissions,
				created_at: ports.clock.now(),
			})
			.execute();
	});
	return { id, name: wanted.name, builtIn: false, permissions, members: 0 };
}

/** Changes an own role for everybody who holds it. @throws AppError `not-found`, `not-permitted` for what the caller lacks, then and now */
export async function updateRole(ports: AccessPorts, principal: Principal, roleId: string, wanted: WantedRole): Promise<RoleBody> {
	requireHeld(principal, wanted.permissions);
	const sealer = await ports.keys.sealer(principal.organizationId);
	await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const role = await requireRole(scoped, sealer, roleId);
		requireHeld(principal, role.permissions, "This role may do what you may not");
		await scoped
			.updateTable("roles")
			.set({ sealed_name: sealer.text(roleNamePlace(roleId), wanted.name), permissions: [...new Set(wanted.permissions)] })
			.where("id", "=", roleId)
			.execute();
	});
	const changed = (await listRoles(ports, principal)).find((role) => role.id === roleId);
	if (changed === undefined) throw noSuch("role");
	return changed;
}

/** @throws AppError `conflict` while somebody holds it or is invited to it, `not-found` */
export async function deleteRole(ports: AccessPorts, principal: Principal, roleId: string): Promise<void> {
	await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const held = await scoped.selectFrom("users").select("id").where("role_id", "=", roleId).limit(1).executeTakeFirst();
		const offered = await scoped.selectFrom("invitations").select("id").where("role_id", "=", roleId).limit(1).executeTakeFirst();
		const settings = await scoped.selectFrom("identity_settings").select(["group_roles", "default_role"]).executeTakeFirst();
		const named = settings?.default_role === roleId || settings?.group_roles.some((entry) => entry.role === roleId) === true;
		if (held !== undefined || offered !== undefined || named) {
			throw new AppError("conflict", "This role is still given to members, invitations or groups", {
				hint: "Give them another role first.",
			});
		}
		const gone = await scoped.deleteFrom("roles").where("id", "=", roleId).executeTakeFirst();
		if (gone.numDeletedRows === 0n) throw noSuch("role");
	});
}

/** A role by its id, as far as the organization has it. @throws AppError `not-found` */
export async function requireRole(scoped: Scoped, sealer: Sealer, id: RoleId): Promise<HeldRole> {
	if (!isBuiltIn(id)) {
		const row = await scoped.selectFrom("roles").select("id").where("id", "=", id).executeTakeFirst();
		if (row === undefined) throw noSuch("role");
	}
	return await heldRole(scoped, sealer, roleColumns(id));
}
