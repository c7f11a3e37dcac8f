import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let home: TestOrganization;
let siteId: string;
let owner: Client;
const dayMilliseconds = 86_400_000;

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
	siteId = await server.connect(home);
	owner = new Client({ connectionString: server.ownerUrl });
	await owner.connect();
	await owner.query("update sites set created_at = $2 where id = $1", [siteId, daysAgo(500, 0)]);
});
afterAll(async () => {
	await owner?.end();
	await server.close();
});

function daysAgo(days: number, hour: number): Date {
	const today = Date.parse(server.clock.now().toISOString().slice(0, 10));
	return new Date(today - days * dayMilliseconds + hour * 3_600_000);
}

/** Adds a row as the version before does, which knows nothing of days. */
async function ended(at: Date, row: Partial<{ status: string; items: number; created: number; stored: number }> = {}): Promise<void> {
	const { status = "succeeded", items = 10, created = 1, stored = 1000 } = row;
	const run = await owner.query<{ id: string }>(
		`insert into runs (id, organization_id, site_id, type, status, trigger, actor_type, actor_id, sealed_actor_name, created_at)
		values (gen_random_uuid(), $1, $2, 'backup', $3, 'schedule', 'system', 'scheduler', '', $4) returning id`,
		[home.organizationId, siteId, status, at],
	);
	await owner.query(
		`insert into run_figures (run_id, organization_id, site_id, at, status, items, created, changed, deleted, opaque, bytes_added, stored_bytes, requests, points, seconds)
		values ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 5, $8, 3, 2, 1)`,
		[run.rows[0]?.id, home.organizationId, siteId, at, status, items, created, stored],
	);
}

const days = async (count: number) => (await home.client.getInsights({ query: { siteId, days: count } })).days;
const raw = async () => (await owner.query<{ n: number }>("select count(*)::integer as n from run_figures")).rows[0]?.n;

it("a backup that a process of the version before counts is in its day, whatever the order in which they are told", async () => {
	await ended(daysAgo(3, 5), { items: 20, stored: 2000 });
	await ended(daysAgo(3, 1), { items: 10, stored: 1000 });
	await ended(daysAgo(3, 9), { status: "failed", items: 0, created: 0, stored: 0 });
	const [day] = await days(4);
	expect(day).toMatchObject({ runs: 3, succeeded: 2, failed: 1, created: 2, items: 20, storedBytes: 2000, bytesAdded: 15, requests: 9 });
});

it("a day ends within the promise while the newest good backup is no older than it", async () => {
	await owner.query("update sites set promise_seconds = $2 where id = $1", [siteId, 26 * 3600]);
	expect((await days(4)).map((day) => [day.sites, day.sitesWithinPromise])).toEqual([
		[1, 1],
		[1, 0],
		[1, 0],
		[1, 0],
	]);
	await owner.query("update sites set promise_seconds = $2 where id = $1", [siteId, 60 * 3600]);
	expect((await days(5)).map((day) => day.sitesWithinPromise)).toEqual([0, 1, 1, 0, 0]);
});

it("what is older than anybody may look back is forgotten, and its days stay", async () => {
	for (let day = 480; day > 410; day -= 1) await ended(daysAgo(day, 2), { created: 7 });
	for (let day = 0; day < 40; day += 1) await ended(daysAgo(day, 3));
	const before = await raw();
	const { rows } = await owner.query<{ gone: number }>("select forget_old_figures($1) as gone", [server.clock.now()]);
	expect(rows[0]?.gone).toBe(70);
	expect(await raw()).toBe((before ?? 0) - 70);
	const kept = await owner.query<{ created: string }>(
		"select sum(created)::text as created from site_days where date < current_date - 400",
	);
	expect(kept.rows[0]?.created).toBe("490");
});

it("the newest of a site are never forgotten: what is unusual is measured against them", async () => {
	await owner.query("delete from run_figures where at > $1", [daysAgo(100, 0)]);
	for (let day = 480; day > 450; day -= 1) await ended(daysAgo(day, 4));
	expect((await owner.query<{ gone: number }>("select forget_old_figures($1) as gone", [server.clock.now()])).rows[0]?.gone).toBe(0);
});

it("days that are not there yet are summed up from what is, and no day twice", async () => {
	const before = await owner.query("select * from site_days where date > current_date - 400 order by date");
	await owner.query("delete from site_days where date in (select date from site_days order by date limit 10)");
	await owner.query("select sum_up_missing_days()");
	await owner.query("select sum_up_missing_days()");
	expect((await owner.query("select * from site_days where date > current_date - 400 order by date")).rows).toEqual(before.rows);
});
