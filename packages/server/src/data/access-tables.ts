import type { ColumnType, Generated } from "kysely";

interface Owned {
	organization_id: string;
}

/** A role and its limits, as members, invitations and keys hold them. */
interface Limited {
	site_ids: string[] | null;
	/** `siteId/jira:10001`; null for everything in the sites. */
	spaces: string[] | null;
}

interface Assigned extends Limited {
	/** A built-in role, or `custom` with a `role_id`. */
	role: string;
	role_id: string | null;
}

export interface UserRow extends Owned {
	id: string;
	sealed_name: Buffer;
	sealed_email: Buffer | null;
	role: string;
	role_id: Generated<string | null>;
	site_ids: Generated<string[] | null>;
	spaces: Generated<string[] | null>;
	role_from: Generated<"given" | "groups">;
	active: Generated<boolean>;
	/** Object id of the person in the organization's Entra tenant. */
	entra_id: Generated<string | null>;
	/** What the provisioning client calls the person. */
	external_id: Generated<string | null>;
	user_name_digest: Generated<Buffer | null>;
	sealed_profile: Generated<Buffer | null>;
	created_at: Date;
	updated_at: Generated<Date | null>;
	last_sign_in_at: Generated<Date | null>;
}

interface RoleRow extends Owned {
	id: string;
	sealed_name: Buffer;
	permissions: string[];
	created_at: Date;
}

export interface InvitationRow extends Owned, Assigned {
	id: string;
	token_hash: Buffer;
	sealed_name: Buffer;
	sealed_email: Buffer;
	created_by: string;
	created_at: Date;
	expires_at: Date;
	accepted_at: Date | null;
	revoked_at: Date | null;
}

export interface SessionRow extends Owned {
	id: string;
	user_id: string;
	token_hash: Buffer;
	previous_token_hash: Generated<Buffer | null>;
	created_at: Date;
	expires_at: Date;
	rotated_at: Generated<Date | null>;
	last_seen_at: Generated<Date | null>;
	method: Generated<string | null>;
	ip: Generated<string | null>;
	sealed_agent: Generated<Buffer | null>;
}

/** The first of these that names one of a person's groups says what the person may do. */
export interface GroupRoleJson {
	readonly group: string;
	readonly role: string;
	readonly siteIds: readonly string[] | null;
	readonly spaces: readonly string[] | null;
}

interface IdentitySettingsRow extends Owned {
	tenant_id: string | null;
	group_roles: ColumnType<GroupRoleJson[], string | undefined, string>;
	default_role: string | null;
	updated_at: Date;
}

export interface PasskeyRow extends Owned {
	id: string;
	user_id: string;
	credential_id: Buffer;
	public_key: Buffer;
	counter: number;
	transports: string[];
	sealed_name: Buffer;
	created_at: Date;
	last_used_at: Date | null;
}

interface ScimTokenRow extends Owned {
	id: string;
	token_hash: Buffer;
	prefix: string;
	created_at: Date;
	last_used_at: Date | null;
	revoked_at: Date | null;
}

export interface ScimGroupRow extends Owned {
	id: string;
	external_id: string | null;
	name_digest: Buffer;
	sealed_name: Buffer;
	created_at: Date;
	updated_at: Date;
}

interface ScimGroupMemberRow extends Owned {
	group_id: string;
	user_id: string;
}

export interface ApprovalRow extends Owned {
	id: string;
	deed: string;
	permission: string;
	target_type: string;
	target_id: string;
	site_id: string | null;
	space_names: string[] | null;
	sealed_label: Buffer;
	sealed_reason: Buffer | null;
	actor_type: string;
	actor_id: string;
	sealed_actor_name: Buffer;
	/** The person behind an API key. */
	behind: string | null;
	status: "waiting" | "approved" | "rejected" | "used";
	created_at: Date;
	expires_at: Date;
	decided_at: Date | null;
	decided_by: string | null;
	sealed_decider_name: Buffer | null;
}

interface AuditKeyRow extends Owned {
	public_key: Buffer;
	sealed_private_key: Buffer;
	created_at: Date;
}

export interface AuditCheckpointRow extends Owned {
	seq: number;
	hash: Buffer;
	at: Date;
	signature: Buffer;
}

/** The tables of people, sign-in and the audit log's signatures. */
export interface AccessTables {
	users: UserRow;
	roles: RoleRow;
	invitations: InvitationRow;
	sessions: SessionRow;
	identity_settings: IdentitySettingsRow;
	passkeys: PasskeyRow;
	scim_tokens: ScimTokenRow;
	scim_groups: ScimGroupRow;
	scim_group_members: ScimGroupMemberRow;
	approvals: ApprovalRow;
	audit_keys: AuditKeyRow;
	audit_checkpoints: AuditCheckpointRow;
}
