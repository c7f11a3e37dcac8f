import type { Actor, Permission, Role } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";

/** Who asks, and what they may do. Every use-case takes it; none trusts an organization id from a request. */
export interface Principal {
	readonly organizationId: string;
	readonly actor: Actor;
	readonly via: "session" | "api-key";
	readonly role: Role | null;
	readonly email: string | null;
	readonly permissions: ReadonlySet<Permission>;
	/** Sites that the credential is limited to; null for all. */
	readonly siteIds: readonly string[] | null;
	readonly sessionId: string | null;
}

/** @throws AppError `not-permitted`, saying who can help */
export function requirePermission(principal: Principal, permission: Permission): void {
	if (principal.permissions.has(permission)) return;
	throw new AppError("not-permitted", `This needs the permission ${permission}`, {
		facts: { permission },
		hint: "Ask an owner or admin of your organization, or use an API key that has it.",
	});
}

/** Whether a credential may see a site. */
export function maySeeSite(principal: Principal, siteId: string): boolean {
	return principal.siteIds === null || principal.siteIds.includes(siteId);
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
