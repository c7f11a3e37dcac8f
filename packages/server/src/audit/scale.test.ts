import { sql } from "kysely";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withOrganization } from "../data/database.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { type AuditFilter, selectPage } from "./list.ts";

const entries = 60_000;
const limit = 100;
const server = new TestServer();
let home: TestOrganization;
let owner: Client;
const began = Date.parse("2026-01-01T00:00:00Z");
/** One entry a minute. */
const at = (seq: number) => new Date(began + seq * 60_000).toISOString();

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
	owner = new Client({ connectionString: server.ownerUrl });
	await owner.connect();
	const { rows } = await owner.query<{ last: string }>("select max(seq)::text as last from audit_entries where organization_id = $1", [
		home.organizationId,
	]);
	await owner.query(
		`insert into audit_entries (organization_id, seq, at, actor_type, actor_id, sealed_actor_name, action, target_type, target_id, outcome, facts, previous_hash, hash, format)
		select $1, $2::bigint + n, $3::timestamptz + n * interval '1 minute', 'user', 'user-' || n % 50, '\\x00',
			case when n % 20000 = 77 then 'member.delete' else (array['backup.run', 'backup.finish', 'item.preview'])[1 + n % 3] end,
			'run', 'run-' || n / 4, case when n % 97 = 0 then 'denied' else 'success' end, '{}', '\\x00', '\\x00', 2
		from generate_series(1, $4::integer) n`,
		[home.organizationId, Number(rows[0]?.last ?? 0), new Date(began), entries],
	);
	await owner.query("vacuum analyze audit_entries");
});
afterAll(async () => {
	await owner?.end();
	await server.close();
});

interface PlanNode {
	readonly "Node Type": string;
	readonly "Index Name"?: string;
	readonly "Actual Rows": number;
	readonly "Rows Removed by Filter"?: number;
	readonly Plans?: readonly PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
	return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** What PostgreSQL really did for one page. */
async function carriedOut(
	filter: AuditFilter,
	below?: number,
): Promise<{ readonly types: string[]; readonly read: number; readonly rows: number }> {
	return await withOrganization(server.platform.database, home.organizationId, async (scoped) => {
		const select = await selectPage(scoped, { ...filter, limit }, below);
		const [answer] = await select.explain<{ "QUERY PLAN": { Plan: PlanNode }[] }>("json", sql`analyze`);
		const nodes = nodesOf(answer?.["QUERY PLAN"][0]?.Plan as PlanNode);
		const read = Math.max(...nodes.map((node) => node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)));
		return { types: nodes.map((node) => node["Node Type"]), read, rows: nodes[0]?.["Actual Rows"] ?? 0 };
	});
}

/** What a day and six hours on either side of it hold; PostgreSQL may find it cheaper to sort so few than to follow an index. */
const most = 1440 + 2 * 361 + limit;

it.each<[string, AuditFilter, number]>([
	["nothing", {}, 101],
	["an action", { action: "backup.run" }, 101],
	["a rare action", { action: "member.delete" }, 3],
	["a person", { actorId: "user-7" }, 101],
	["a target", { targetId: "run-9000" }, 4],
	["an outcome", { outcome: "denied" }, 101],
	["a day long ago", { from: at(5000), to: at(6439) }, 101],
	["a day of the middle and an action", { from: at(30_000), to: at(31_439), action: "item.preview" }, 101],
	["a day long ago and a person", { from: at(5000), to: at(6439), actorId: "user-7" }, 29],
	["a day long ago and an outcome", { from: at(5000), to: at(6439), outcome: "denied" }, 15],
	["everything until long ago", { to: at(1500) }, 101],
	["what is to come", { from: at(entries + 100_000) }, 0],
])("a page filtered by %s is read from an index, and little besides it", async (_name, filter, rows) => {
	const done = await carriedOut(filter);
	expect(done.types).not.toContain("Seq Scan");
	expect(done.types).not.toContain("Parallel Seq Scan");
	expect(done.rows).toBe(rows);
	expect(done.read).toBeLessThanOrEqual(most);
});

it("a page from the middle costs what the first one costs", async () => {
	const done = await carriedOut({}, entries / 2);
	expect(done.read).toBeLessThanOrEqual(limit + 1);
});

it("no entry of a span is left out because the clocks of two processes differ", async () => {
	const { rows } = await owner.query<{ seq: string }>(
		`insert into audit_entries (organization_id, seq, at, actor_type, actor_id, sealed_actor_name, action, outcome, facts, previous_hash, hash, format)
		select $1, max(seq) + 1, $2, 'user', 'late', '\\x00', 'site.update', 'success', '{}', '\\x00', '\\x00', 2 from audit_entries where organization_id = $1
		returning seq::text`,
		[home.organizationId, at(entries - 200)],
	);
	const found = await withOrganization(server.platform.database, home.organizationId, async (scoped) =>
		(await selectPage(scoped, { from: at(entries - 201), to: at(entries - 199), limit }, undefined)).execute(),
	);
	expect(found).toHaveLength(4);
	expect(found[0]?.seq).toBe(Number(rows[0]?.seq));
});
