import type { DrillRule } from "@skyeworx/contract";
import type { ColumnType, Generated } from "kysely";

interface Owned {
	organization_id: string;
}

interface DrillRuleRow extends Owned {
	site_id: string;
	rule: ColumnType<DrillRule, string, string>;
	/** Null while the rule is off. */
	next_due_at: Date | null;
}

interface DrillTrialRow extends Owned {
	/** What the drill's copies are marked with. */
	id: string;
	site_id: string;
	run_id: string;
	sealed_plan: Buffer;
	created_at: Date;
	/** When it is tried again to take away what it made, as long as that is there. */
	clear_at: Date;
	cleared_at: Generated<Date | null>;
}

interface DrillJournalRow extends Owned {
	restore_id: string;
	seq: number;
	sealed_record: Buffer;
	at: Date;
}

interface DrillFiguresRow extends Owned {
	run_id: string;
	site_id: string;
	at: Date;
	status: string;
	items: number;
	restored: number;
	faults: number;
	left_behind: number;
	score: number | null;
	basis: string | null;
	seconds_per_item: number | null;
	whole_site_seconds: number | null;
}

/** The tables of restore drills. */
export interface DrillTables {
	drill_rules: DrillRuleRow;
	drill_trials: DrillTrialRow;
	drill_journal: DrillJournalRow;
	drill_figures: DrillFiguresRow;
}
