import { type Actor, type Permission, permissionNames, permissions, type Role } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";

/** Who asks, and what they may do. Every use-case takes it; none trusts an organization id from a request. */
export interface Principal {
	readonly organizationId: string;
	readonly actor: Actor;
	readonly via: "session" | "api-key";
	readonly role: Role | null;
	readonly email: string | null;
	readonly permissions: ReadonlySet<Permission>;
	/** What the role is called; null for keys. */
	readonly roleName: string | null;
	/** Sites that the credential is limited to; null for all. */
	readonly siteIds: readonly string[] | null;
	/** Spaces that it is limited to, by site, as `jira:10001`; null for everything in the sites. */
	readonly spaces: ReadonlyMap<string, ReadonlySet<string>> | null;
	readonly sessionId: string | null;
}

/** Who acts when the server itself does something for an organization. */
export function systemPrincipal(organizationId: string, actor: { readonly id: string; readonly name: string }): Principal {
	return {
		organizationId,
		actor: { type: "system", ...actor },
		via: "api-key",
		role: "owner",
		roleName: null,
		email: null,
		permissions: new Set(permissions),
		siteIds: null,
		spaces: null,
		sessionId: null,
	};
}

/** @throws AppError `not-permitted`, saying who can help */
export function requirePermission(principal: Principal, permission: Permission): void {
	if (principal.permissions.has(permission)) return;
	throw new AppError("not-permitted", `You need the permission to ${permissionNames[permission]}`, {
		facts: { permission },
		hint: "Ask an owner or admin of your organization, or use an API key that has it.",
	});
}

/** Whether a credential may see a site. */
export function maySeeSite(principal: Principal, siteId: string): boolean {
	return principal.siteIds === null || principal.siteIds.includes(siteId);
}

/** The spaces of a site whose content a credential may see; null for all of them. */
export function spacesWithin(principal: Principal, siteId: string): ReadonlySet<string> | null {
	return principal.spaces === null ? null : (principal.spaces.get(siteId) ?? new Set());
}

/** @throws AppError `not-found`: a site outside the credential's limits looks like one that does not exist */
export function requireSite(principal: Principal, siteId: string): void {
	if (!maySeeSite(principal, siteId)) throw noSuch("site");
}

/** The one way to say that something is not there, or not yours. */
export function noSuch(what: string): AppError {
	return new AppError("not-found", `There is no such ${what}`, {
		hint: "Look whether the id is right; it may belong to another organization.",
	});
}
