import type { Account } from "../site/accounts.ts";

/** Who is calling, and with what. */
export interface Caller {
	readonly account: Account;
	/** `token`: Basic with an API token (all permissions of the account, no points); `oauth`: a 3LO access token with scopes. */
	readonly kind: "token" | "oauth" | "anonymous";
	readonly scopes: ReadonlySet<string>;
	/** The request carries Confluence's header that asks for an admin key to be used. */
	readonly withAdminKey?: boolean;
}

/** Tells whether a caller may use an operation with these alternative scope sets. */
export function holdsScopes(caller: Caller, alternatives: readonly (readonly string[])[]): boolean {
	if (caller.kind === "token") return true;
	return alternatives.length === 0 || alternatives.some((set) => set.every((scope) => caller.scopes.has(scope)));
}
