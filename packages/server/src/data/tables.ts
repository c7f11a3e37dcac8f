import type { Schedule } from "@skyeworx/engine";
import type { ColumnType, Generated } from "kysely";
import type { AccessTables } from "./access-tables.ts";
import type { DrillTables } from "./drill-tables.ts";
import type { SetupTables } from "./setup-tables.ts";
import type { SiteStorage, StorageTables } from "./storage-tables.ts";
import type { UpkeepTables } from "./upkeep-tables.ts";

type Json<T> = ColumnType<T, string, string>;

interface Owned {
	organization_id: string;
}

interface Acted {
	actor_type: string;
	actor_id: string;
	sealed_actor_name: Buffer;
}

interface OrganizationRow extends Owned {
	sealed_name: Buffer;
	sealed_key: Buffer;
	created_at: Date;
	plan: Generated<string>;
	/** What needs a second person. */
	approvals: Generated<string[]>;
}

interface SignInCodeRow extends Owned {
	code_hash: Buffer;
	user_id: string;
	expires_at: Date;
	used_at: Date | null;
}

export interface ApiKeyRow extends Owned {
	id: string;
	sealed_name: Buffer;
	prefix: string;
	secret_hash: Buffer;
	permissions: string[];
	site_ids: string[] | null;
	spaces: string[] | null;
	addresses: string[] | null;
	created_by: string | null;
	created_at: Date;
	expires_at: Date | null;
	last_used_at: Date | null;
	revoked_at: Date | null;
}

export interface SiteRow extends Owned {
	id: string;
	sealed_name: Buffer;
	url: string;
	cloud_id: string;
	time_zone: string;
	apps: string[];
	paused: boolean;
	promise_seconds: number;
	storage: Json<SiteStorage>;
	vault_id: string;
	head_seq: number | null;
	head_sha256: string | null;
	last_good_snapshot_id: number | null;
	last_good_at: Date | null;
	sealed_facts: Buffer;
	checked_at: Date | null;
	problem_code: string | null;
	sealed_problem: Buffer | null;
	created_at: Date;
}

/** Where a site is reached; not secret. */
interface ConnectionAddress {
	readonly authUrl?: string;
	readonly apiUrl?: string;
	readonly cloudId?: string;
}

export interface ConnectionRow extends Owned {
	site_id: string;
	type: string;
	address: Json<ConnectionAddress>;
	sealed_credential: Buffer;
	updated_at: Date;
	/** When the token ends, as far as somebody said so. */
	expires_at: Generated<Date | null>;
}

export interface RunProgressJson {
	readonly phase: string;
	readonly done: number;
	readonly total: number | null;
	readonly kinds: { readonly kind: string; readonly done: number; readonly total: number | null }[];
}

export interface RunPhaseJson {
	readonly name: string;
	readonly startedAt: string;
	readonly finishedAt: string | null;
}

export interface RunRow extends Owned, Acted {
	id: string;
	site_id: string;
	type: "backup" | "verify" | "upkeep" | "move" | "drill";
	status: "queued" | "running" | "succeeded" | "incomplete" | "failed" | "cancelled";
	trigger: "manual" | "schedule" | "start";
	level: string | null;
	created_at: Date;
	started_at: Date | null;
	finished_at: Date | null;
	cancel_requested: Generated<boolean>;
	progress: Json<RunProgressJson | null> | null;
	phases: ColumnType<RunPhaseJson[], string | undefined, string>;
	snapshot_id: number | null;
	error_code: string | null;
	sealed_result: Buffer | null;
}

export interface RestorePlanRow extends Owned, Acted {
	id: string;
	site_id: string;
	status: "planning" | "ready" | "failed" | "used";
	created_at: Date;
	expires_at: Date;
	done: Generated<number>;
	total: Generated<number>;
	sealed_request: Buffer;
	sealed_plan: Buffer | null;
	restore_id: string | null;
	error_code: string | null;
	sealed_error: Buffer | null;
	/** Spaces that its items lie in; null before this was kept. */
	space_names: string[] | null;
}

export type RestoreStatusName = "queued" | "running" | "succeeded" | "incomplete" | "failed" | "undoing" | "undone" | "cancelled";

export interface RestoreRow extends Owned, Acted {
	id: string;
	site_id: string;
	plan_id: string;
	status: RestoreStatusName;
	sealed_label: Buffer;
	sealed_reason: Buffer | null;
	created_at: Date;
	started_at: Date | null;
	finished_at: Date | null;
	cancel_requested: Generated<boolean>;
	done: Generated<number>;
	total: number;
	restored: Generated<number>;
	skipped: Generated<number>;
	failed: Generated<number>;
	undone: Generated<number>;
	sealed_undo: Buffer | null;
	error_code: string | null;
	sealed_error: Buffer | null;
	space_names: string[] | null;
}

interface RestoreJournalRow extends Owned {
	restore_id: string;
	seq: number;
	sealed_record: Buffer;
	at: Date;
}

interface IdempotencyKeyRow extends Owned {
	actor_id: string;
	key_hash: Buffer;
	request_hash: Buffer;
	status: number | null;
	sealed_answer: Buffer | null;
	created_at: Date;
}

export interface AuditEntryRow extends Owned, Acted {
	seq: number;
	at: Date;
	ip: string | null;
	action: string;
	target_type: string | null;
	target_id: string | null;
	outcome: "success" | "failure" | "denied";
	error_code: string | null;
	error_detail: string | null;
	facts: Json<Record<string, string | number | boolean>>;
	request_id: string | null;
	previous_hash: Buffer;
	hash: Buffer;
	/** 2 covers names and reasons by `private_digest`; see audit/chain.ts. */
	format: Generated<number>;
	sealed_private: Buffer | null;
	private_digest: Buffer | null;
}

interface AuditHeadRow extends Owned {
	seq: number;
	hash: Buffer;
	mac: Buffer;
}

interface SitePolicyRow extends Owned {
	site_id: string;
	policy: Json<{ schedule: Schedule }>;
	next_due_at: Date;
	sent_at: Date | null;
}

interface RunFiguresRow extends Owned {
	run_id: string;
	site_id: string;
	at: Date;
	status: string;
	items: number;
	created: number;
	changed: number;
	deleted: number;
	/** Changed texts and files that look encrypted. */
	opaque: number;
	/** Deleted items that are held still; null in rows of the version before. */
	gone: number | null;
	bytes_added: number;
	stored_bytes: number;
	requests: number;
	points: number;
	seconds: number;
}

/** The backups of one site on one day (UTC), summed up by the database. */
interface SiteDayRow extends Owned {
	site_id: string;
	date: string;
	runs: number;
	succeeded: number;
	incomplete: number;
	failed: number;
	created: number;
	changed: number;
	deleted: number;
	bytes_added: number;
	requests: number;
	points: number;
	/** Of the last run that read something; null when none did. */
	items: number | null;
	stored_bytes: number | null;
	gone: number | null;
	/** When the last good one ended. */
	good_at: Date | null;
}

interface AnomalyRow extends Owned {
	id: string;
	site_id: string;
	run_id: string;
	at: Date;
	code: string;
	measured: number;
	usual: number;
}

export interface NoticeTargetRow extends Owned {
	id: string;
	type: string;
	sealed_target: Buffer;
	rules: string[];
	digest_hour: number | null;
	digest_sent_at: Date | null;
	created_at: Date;
}

interface NoticeRow extends Owned {
	id: string;
	site_id: string | null;
	rule: string;
	/** What it is about: while a notice of the same rule and subject is open, there is no second one. */
	subject: string;
	sealed_body: Buffer;
	raised_at: Date;
	cleared_at: Date | null;
}

interface NoticeDeliveryRow extends Owned {
	id: string;
	notice_id: string | null;
	target_id: string;
	status: string;
	attempts: Generated<number>;
	error_code: string | null;
	created_at: Date;
	ended_at: Date | null;
}

/** What became of one site of an organization that is being erased; goes into the certificate. */
export interface ErasedSiteJson {
	readonly vault: string;
	readonly keysDestroyed: true;
	readonly objectsDeleted: number;
	/** What the store refuses to delete, and until when as far as that is known. Nothing opens it. */
	readonly locked: readonly { readonly name: string; readonly until: string | null }[];
}

export interface DeletionRow extends Owned, Acted {
	state: "asked" | "erasing";
	sealed_reason: Buffer | null;
	asked_at: Date;
	confirmed_at: Date | null;
	confirmed_by: string | null;
	progress: ColumnType<{ readonly sites?: Readonly<Record<string, ErasedSiteJson>> }, string | undefined, string>;
}

/** Every table, as kysely sees it. Columns named `sealed_…` are opened by `keys/`. */
export interface Tables extends AccessTables, StorageTables, UpkeepTables, DrillTables, SetupTables {
	organizations: OrganizationRow;
	sign_in_codes: SignInCodeRow;
	api_keys: ApiKeyRow;
	sites: SiteRow;
	connections: ConnectionRow;
	runs: RunRow;
	restore_plans: RestorePlanRow;
	restores: RestoreRow;
	restore_journal: RestoreJournalRow;
	idempotency_keys: IdempotencyKeyRow;
	audit_entries: AuditEntryRow;
	audit_heads: AuditHeadRow;
	site_policies: SitePolicyRow;
	run_figures: RunFiguresRow;
	site_days: SiteDayRow;
	anomalies: AnomalyRow;
	notice_targets: NoticeTargetRow;
	notices: NoticeRow;
	notice_deliveries: NoticeDeliveryRow;
	deletions: DeletionRow;
}
