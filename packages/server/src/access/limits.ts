import {
	organizationPermissions,
	type Permission,
	type Role,
	roleNames,
	rolePermissions,
	type SpaceLimit,
	spacePermissions,
} from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Scoped } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { maySeeSite, noSuch, type Principal } from "./principal.ts";

/** Limits as the database keeps them; a space is `siteId/jira:10001`. */
export interface LimitColumns {
	readonly site_ids: string[] | null;
	readonly spaces: string[] | null;
}

/** Sites, or spaces, or neither for everything, as somebody asks for them. */
export interface WantedLimits {
	readonly siteIds?: readonly string[] | undefined;
	readonly spaces?: readonly SpaceLimit[] | undefined;
}

/** Jira and JSM share the ids of their spaces, and Confluence has its own: an id alone would name two spaces. */
export function spaceName(app: string, spaceId: string): string {
	return `${app === "confluence" ? "confluence" : "jira"}:${spaceId}`;
}

/** Writes limits for the database. */
export function limitColumns({ siteIds, spaces }: WantedLimits): LimitColumns {
	if (spaces !== undefined) {
		const names = new Set(spaces.map((space) => `${space.siteId}/${spaceName(space.app, space.spaceId)}`));
		return { site_ids: [...new Set(spaces.map((space) => space.siteId))], spaces: [...names].sort() };
	}
	return { site_ids: siteIds === undefined ? null : [...new Set(siteIds)], spaces: null };
}

/** The limits that a principal is under itself, for what it hands on. */
export function ownLimits(principal: Principal): LimitColumns {
	const spaces = principal.spaces;
	return {
		site_ids: principal.siteIds === null ? null : [...principal.siteIds],
		spaces: spaces === null ? null : [...spaces].flatMap(([siteId, names]) => [...names].map((name) => `${siteId}/${name}`)),
	};
}

/** Reads limits as the API shows them. */
export function limitsBody({ site_ids, spaces }: LimitColumns): { siteIds: string[] | null; spaces: SpaceLimit[] | null } {
	return { siteIds: site_ids, spaces: spaces === null ? null : spaces.map(spaceBody) };
}

function spaceBody(text: string): SpaceLimit {
	const slash = text.indexOf("/");
	const colon = text.indexOf(":", slash);
	return {
		siteId: text.slice(0, slash),
		app: text.slice(slash + 1, colon) === "confluence" ? "confluence" : "jira",
		spaceId: text.slice(colon + 1),
	};
}

/** The same as principals hold it. */
export function limitsOf({ site_ids, spaces }: LimitColumns): Pick<Principal, "siteIds" | "spaces"> {
	if (spaces === null) return { siteIds: site_ids, spaces: null };
	const bySite = new Map<string, Set<string>>();
	for (const text of spaces) {
		const slash = text.indexOf("/");
		const siteId = text.slice(0, slash);
		bySite.set(siteId, (bySite.get(siteId) ?? new Set()).add(text.slice(slash + 1)));
	}
	return { siteIds: [...bySite.keys()], spaces: bySite };
}

/** What is left of permissions under limits: nothing that goes over the whole organization, or over whole sites. */
export function permittedWithin(permissions: readonly Permission[], limits: LimitColumns): ReadonlySet<Permission> {
	if (limits.spaces !== null) return new Set(permissions.filter((name) => spacePermissions.includes(name)));
	if (limits.site_ids !== null) return new Set(permissions.filter((name) => !organizationPermissions.includes(name)));
	return new Set(permissions);
}

/** Checks that limits name what is there and what the giver may see. @throws AppError `not-found` */
export async function requireLimits(scoped: Scoped, principal: Principal, wanted: WantedLimits): Promise<void> {
	const { site_ids: siteIds, spaces } = limitColumns(wanted);
	if (siteIds === null || siteIds.length === 0) return;
	const rows = await scoped.selectFrom("sites").select("id").where("id", "in", siteIds).execute();
	const known = new Set(rows.map((row) => row.id));
	if (siteIds.some((id) => !known.has(id) || !maySeeSite(principal, id))) throw noSuch("site");
	const own = ownLimits(principal).spaces;
	if (own !== null && (spaces === null || spaces.some((space) => !own.includes(space)))) throw noSuch("space");
}

/** A role as it is held: what it is called and what it allows. */
export interface HeldRole {
	/** A built-in role's name or an own role's id. */
	readonly id: string;
	readonly builtIn: Role | null;
	readonly name: string;
	readonly permissions: readonly Permission[];
}

/** How a role stands in a row. */
export interface RoleColumns {
	readonly role: string;
	readonly role_id: string | null;
}

/** Whether a word names a built-in role. */
export function isBuiltIn(role: string): role is Role {
	return Object.hasOwn(rolePermissions, role);
}

/** Writes a role for the database. */
export function roleColumns(id: string): RoleColumns {
	return isBuiltIn(id) ? { role: id, role_id: null } : { role: "custom", role_id: id };
}

/** Names the place that an own role's sealed name is bound to. */
export function roleNamePlace(roleId: string): string {
	return `roles.name/${roleId}`;
}

/** Reads the role of a row; an own role that is gone allows nothing. */
export async function heldRole(scoped: Scoped, sealer: Sealer, { role, role_id }: RoleColumns): Promise<HeldRole> {
	if (isBuiltIn(role)) return { id: role, builtIn: role, name: roleNames[role], permissions: rolePermissions[role] };
	const row = role_id === null ? undefined : await scoped.selectFrom("roles").selectAll().where("id", "=", role_id).executeTakeFirst();
	if (row === undefined) return { id: role_id ?? "viewer", builtIn: null, name: "No role", permissions: [] };
	return {
		id: row.id,
		builtIn: null,
		name: sealer.openText(roleNamePlace(row.id), row.sealed_name),
		permissions: row.permissions as Permission[],
	};
}

/** @throws AppError `not-permitted` when somebody would give what they lack */
export function requireHeld(principal: Principal, wanted: readonly Permission[], refusal = "You can't give what you lack"): void {
	const missing = wanted.filter((permission) => !principal.permissions.has(permission));
	if (missing.length === 0) return;
	throw new AppError("not-permitted", `${refusal}: ${missing.join(", ")}`, {
		facts: { missing: missing.join(",") },
		hint: "Leave these permissions out, or ask an owner.",
	});
}
