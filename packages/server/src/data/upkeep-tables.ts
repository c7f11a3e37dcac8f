import type { ColumnType, Generated } from "kysely";

interface Owned {
	organization_id: string;
}

/** Numbers by the rules' names; see the contract's `RetentionRules`. */
type RulesJson = Readonly<
	Partial<Record<"last" | "hourly" | "daily" | "weekly" | "monthly" | "yearly" | "withinDays", number | undefined>>
>;

export interface SiteUpkeepRow extends Owned {
	site_id: string;
	rules: ColumnType<RulesJson, string | undefined, string>;
	/** Grows with each change of the rules: a plan made by older ones is not carried out. */
	rules_version: Generated<number>;
	/** For what the whole site is held; nothing is forgotten then. */
	sealed_hold: Generated<Buffer | null>;
	held_at: Generated<Date | null>;
	verify_days: Generated<number>;
	next_due_at: Generated<Date | null>;
	verified_at: Generated<Date | null>;
	verified_level: Generated<string | null>;
	/** When all of it was last checked by its structure. */
	structure_at: Generated<Date | null>;
	/** The pass over all packs that is under way: since when, and how many were read in it. */
	pass_began_at: Generated<Date | null>;
	pass_packs: Generated<number>;
	/** When the last whole pass began: every byte was read since. */
	whole_since: Generated<Date | null>;
	/** Objects that are damaged still. */
	damaged: Generated<number>;
	damaged_at: Generated<Date | null>;
	sealed_damage: Generated<Buffer | null>;
}

export interface ConnectionWatchRow extends Owned {
	site_id: string;
	looked_at: Date;
	next_look_at: Date;
	/** One word each: `expires`, `scopes`, `kinds`, `spaces`, `revoked`. */
	warnings: Generated<string[]>;
	sealed_seen: Buffer;
}

interface SessionTokenRow extends Owned {
	token_hash: Buffer;
	session_id: string;
}

/** The tables of retention, upkeep and the watch over credentials. */
export interface UpkeepTables {
	site_upkeep: SiteUpkeepRow;
	connection_watch: ConnectionWatchRow;
	session_tokens: SessionTokenRow;
}
