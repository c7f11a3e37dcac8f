import type { Migration } from "./migration.ts";

/** For the owner of the database alone: the application can't give an organization another plan. */
const doors = `
create function set_organization_plan(target uuid, wanted text, set_at timestamptz) returns text
	language plpgsql set search_path = public, pg_temp as $$
declare
	before text;
	last_hash bytea;
	entry operator_audit;
begin
	select o.plan into before from organizations o where o.organization_id = target for update;
	if not found then
		return null;
	end if;
	if before = wanted then
		return before;
	end if;
	update organizations o set plan = wanted where o.organization_id = target;
	perform pg_advisory_xact_lock(hashtextextended('operator-audit', 0));
	select o.seq, o.hash into entry.seq, last_hash from operator_audit o order by o.seq desc limit 1;
	entry.seq := coalesce(entry.seq, 0) + 1;
	entry.at := set_at;
	entry.action := 'organization.plan';
	entry.subject := target::text;
	entry.facts := jsonb_build_object('from', before, 'to', wanted)::text;
	entry.previous_hash := coalesce(last_hash, '\\x'::bytea);
	entry.hash := operator_audit_hash(entry);
	insert into operator_audit select entry.*;
	return before;
end $$;
revoke all on function set_organization_plan(uuid, text, timestamptz) from public;
`;

/** The operator sets plans, and the operator's own log says so. */
export const operatorPlan: Migration = { id: 9, name: "operator-plan", sql: doors };
