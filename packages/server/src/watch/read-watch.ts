import type { Selectable } from "kysely";
import type { ConnectionWatchRow } from "../data/upkeep-tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";

/** Why a credential will not do for long, or sees less than before. */
export interface CredentialWarning {
	readonly code: "expires" | "scopes" | "kinds" | "apps" | "spaces";
	/** A sentence for people, without a full stop. */
	readonly detail: string;
}

/** What a credential was seen to see, and what is wrong with it since. */
export interface SeenByCredential {
	/** Kinds that could be read. */
	readonly kinds: readonly string[];
	readonly apps: readonly string[];
	/** Of an OAuth grant; empty for other credentials. */
	readonly scopes: readonly string[];
	/** Spaces by `jira:10001`, with their keys. */
	readonly spaces: readonly { readonly name: string; readonly key: string }[];
	readonly warnings: readonly CredentialWarning[];
}

/** Names the place that what a credential was seen to see is bound to. */
export function seenPlace(siteId: string): string {
	return `connection_watch.seen/${siteId}`;
}

/** What was found at the last look; nothing while the first is under way. */
export function warningsOf(sealer: Sealer, row: Selectable<ConnectionWatchRow>): readonly CredentialWarning[] {
	return sealer.openJson<SeenByCredential | null>(seenPlace(row.site_id), row.sealed_seen)?.warnings ?? [];
}
