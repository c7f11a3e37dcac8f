import { randomBytes, randomUUID } from "node:crypto";
import { Client } from "pg";
import { auditPlaces } from "../packages/server/src/audit/chain.ts";
import type { Sealer } from "../packages/server/src/keys/organization-keys.ts";

/** How much the bench puts into the control plane. */
export interface FleetSize {
	readonly sites: number;
	readonly runs: number;
	readonly auditEntries: number;
}

/** What was put there. */
export interface Fleet {
	readonly siteIds: readonly string[];
	/** Seconds. */
	readonly filling: number;
}

/** Rows of the log around these numbers are sealed as real ones are, so that pages of them can be read. */
const readable = 300;
/** Every so manieth entry has an action that a filter finds. */
const rareEvery = 50_000;
/** The one action that the bench filters by. */
export const rareAction = "member.delete";

/** Fills an organization as the database's owner; what is listed is sealed with its key. */
export async function fillFleet(ownerUrl: string, organizationId: string, sealer: Sealer, size: FleetSize): Promise<Fleet> {
	const began = performance.now();
	const client = new Client({ connectionString: ownerUrl });
	await client.connect();
	try {
		const siteIds = await fillSites(client, { organizationId, sealer, sites: size.sites });
		await fillRuns(client, { organizationId, sealer, runs: size.runs, siteIds });
		await fillAudit(client, { organizationId, sealer, entries: size.auditEntries });
		await client.query("analyze");
		return { siteIds, filling: (performance.now() - began) / 1000 };
	} finally {
		await client.end();
	}
}

interface Owner {
	readonly organizationId: string;
	readonly sealer: Sealer;
}

async function fillSites(client: Client, { organizationId, sealer, sites }: Owner & { readonly sites: number }): Promise<string[]> {
	const ids = Array.from({ length: sites }, () => randomUUID());
	const rows = ids.map((id, index) => ({
		id,
		organization_id: organizationId,
		sealed_name: hex(sealer.text(`sites.name/${id}`, `Customer site ${index + 1}`)),
		url: `https://customer-${index + 1}.atlassian.net`,
		cloud_id: randomUUID(),
		time_zone: "Australia/Sydney",
		apps: ["jira", "confluence"],
		promise_seconds: 93_600,
		storage: { type: "folder", folder: `/nowhere/${id}` },
		vault_id: randomBytes(16).toString("hex"),
		last_good_snapshot_id: 5,
		last_good_at: new Date(Date.now() - index * 60_000).toISOString(),
		sealed_facts: hex(sealer.json(`sites.facts/${id}`, { accountName: "Backup", gaps: [] })),
		created_at: new Date().toISOString(),
		paused: true,
	}));
	const columns = Object.keys(rows[0] ?? {}).join(", ");
	await client.query(`insert into sites (${columns}) select ${columns} from jsonb_populate_recordset(null::sites, $1::jsonb)`, [
		JSON.stringify(rows),
	]);
	return ids;
}

async function fillRuns(client: Client, about: Owner & { readonly runs: number; readonly siteIds: readonly string[] }): Promise<void> {
	const { organizationId, sealer, runs, siteIds } = about;
	await client.query(
		`insert into runs (id, organization_id, site_id, type, status, trigger, actor_type, actor_id, sealed_actor_name, created_at, started_at, finished_at)
		select gen_random_uuid(), $1, ($2::uuid[])[1 + n % array_length($2::uuid[], 1)], 'backup',
			case when n % 40 = 3 then 'failed' when n % 25 = 7 then 'incomplete' else 'succeeded' end, 'schedule', 'system', 'scheduler', $3,
			now() - n * interval '1 minute', now() - n * interval '1 minute', now() - n * interval '1 minute' + interval '20 seconds'
		from generate_series(1, $4::integer) n`,
		[organizationId, siteIds, sealer.text("actor/scheduler", "Schedule"), runs],
	);
	await client.query(
		`insert into run_figures (run_id, organization_id, site_id, at, status, items, created, changed, deleted, opaque, bytes_added, stored_bytes, requests, points, seconds)
		select id, organization_id, site_id, created_at, status, 10000, 5, 40, 2, 0, 100000, 900000000, 60, 400, 20 from runs where organization_id = $1`,
		[organizationId],
	);
}

async function fillAudit(client: Client, { organizationId, sealer, entries }: Owner & { readonly entries: number }): Promise<void> {
	const middle = Math.floor(entries / 2);
	const sealed = new Set<number>();
	for (let seq = 1; seq <= readable; seq += 1) for (const base of [0, middle, entries - readable]) sealed.add(base + seq);
	for (let seq = rareEvery; seq <= entries; seq += rareEvery) sealed.add(seq);
	await client.query(
		`insert into audit_entries (organization_id, seq, at, actor_type, actor_id, sealed_actor_name, action, outcome, facts, previous_hash, hash, format)
		select $1, n, now() - ($2::bigint - n) * interval '20 seconds', 'user', 'user-' || n % 400, '\\x00', (array['backup.run', 'backup.finish', 'item.preview', 'session.create'])[1 + n % 4],
			case when n % 30 = 0 then 'failure' else 'success' end, '{}', decode(repeat('ab', 32), 'hex'), decode(repeat('cd', 32), 'hex'), 2
		from generate_series(1, $2::bigint) n where not n = any($3::bigint[])
		on conflict do nothing`,
		[organizationId, entries, [...sealed]],
	);
	const rows = [...sealed].map((seq) => ({
		organization_id: organizationId,
		seq,
		at: new Date(Date.now() - (entries - seq) * 20_000).toISOString(),
		actor_type: "user",
		actor_id: `user-${seq % 400}`,
		sealed_actor_name: hex(sealer.text(auditPlaces.actor(seq), "Ada Rowan")),
		sealed_private: hex(sealer.json(auditPlaces.names(seq), { salt: "", actor: "Ada Rowan", target: null, reason: null })),
		action: seq % rareEvery === 0 ? rareAction : "backup.run",
		outcome: "success",
		facts: {},
		previous_hash: hex(Buffer.alloc(32)),
		hash: hex(Buffer.alloc(32)),
		format: 2,
	}));
	const columns = Object.keys(rows[0] ?? {}).join(", ");
	await client.query(
		`insert into audit_entries (${columns}) select ${columns} from jsonb_populate_recordset(null::audit_entries, $1::jsonb)
		on conflict do nothing`,
		[JSON.stringify(rows)],
	);
}

function hex(bytes: Uint8Array): string {
	return `\\x${Buffer.from(bytes).toString("hex")}`;
}
