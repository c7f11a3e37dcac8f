import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { recordAudit } from "./record.ts";

const server = new TestServer();
let database: Client;

beforeAll(async () => {
	await server.start({ concurrency: 0 });
	database = new Client({ connectionString: server.ownerUrl });
	await database.connect();
});

afterAll(async () => {
	await database?.end();
	await server.close();
});

const actor = { type: "system" as const, id: "test", name: "Test" };

async function chainOf(length: number): Promise<TestOrganization> {
	const organization = await server.organization("Chain");
	for (let count = 0; count < length; count += 1) {
		await recordAudit(server.platform, {
			organizationId: organization.organizationId,
			actor,
			action: `step.${count}`,
			outcome: "success",
			facts: { count },
		});
	}
	return organization;
}

/** What somebody who owns the database could do: switch the triggers off and write. */
async function tamper(statement: string, organization: TestOrganization): Promise<void> {
	await database.query("begin");
	await database.query("alter table audit_entries disable trigger all");
	await database.query(statement, [organization.organizationId]);
	await database.query("alter table audit_entries enable trigger all");
	await database.query("commit");
}

describe("the audit chain", () => {
	it("holds when many write at once", async () => {
		const organization = await server.organization("Busy");
		const { organizationId } = organization;
		await Promise.all(
			Array.from({ length: 30 }, (_, index) =>
				recordAudit(server.platform, { organizationId, actor, action: `at-once.${index}`, outcome: "success" }),
			),
		);
		expect(await organization.client.verifyAudit()).toMatchObject({ ok: true, entries: 30, broken: null });
		const { items, nextCursor } = await organization.client.listAudit({ query: { limit: 20 } });
		expect(items.map((entry) => entry.seq)).toEqual(Array.from({ length: 20 }, (_, index) => 30 - index));
		const rest = await organization.client.listAudit({ query: { limit: 20, cursor: nextCursor ?? "" } });
		expect(rest.items.map((entry) => entry.seq)).toEqual(Array.from({ length: 10 }, (_, index) => 10 - index));
		expect(rest.nextCursor).toBeNull();
	});

	it.each([
		["a changed outcome", "update audit_entries set outcome = 'failure' where organization_id = $1 and seq = 3", 3],
		["a changed time", "update audit_entries set at = at + interval '1 second' where organization_id = $1 and seq = 3", 3],
		["a changed fact", `update audit_entries set facts = '{"count": 9}' where organization_id = $1 and seq = 3`, 3],
		["a changed actor", "update audit_entries set actor_id = 'other' where organization_id = $1 and seq = 1", 1],
		["a missing entry", "delete from audit_entries where organization_id = $1 and seq = 3", 3],
		["a missing first entry", "delete from audit_entries where organization_id = $1 and seq = 1", 1],
		["a missing end", "delete from audit_entries where organization_id = $1 and seq >= 4", 4],
		["nothing left", "delete from audit_entries where organization_id = $1", 1],
	])("shows %s", async (_name, statement, seq) => {
		const organization = await chainOf(5);
		expect(await organization.client.verifyAudit()).toMatchObject({ ok: true, entries: 5 });
		await tamper(statement, organization);
		expect(await organization.client.verifyAudit()).toMatchObject({ ok: false, broken: { seq } });
	});

	it("shows an end that was cut off together with the record of it", async () => {
		const organization = await chainOf(5);
		await tamper("delete from audit_entries where organization_id = $1 and seq = 5", organization);
		await database.query(
			"update audit_heads h set seq = e.seq, hash = e.hash from audit_entries e where h.organization_id = $1 and e.organization_id = $1 and e.seq = 4",
			[organization.organizationId],
		);
		expect(await organization.client.verifyAudit()).toMatchObject({
			ok: false,
			broken: { what: "the record of the newest entry was changed" },
		});
	});

	it("shows a chain that was computed anew from a changed entry on", async () => {
		const organization = await chainOf(3);
		await tamper("update audit_entries set hash = sha256(hash) where organization_id = $1 and seq = 3", organization);
		await database.query(
			"update audit_heads h set hash = e.hash from audit_entries e where h.organization_id = $1 and e.organization_id = $1 and e.seq = 3",
			[organization.organizationId],
		);
		expect((await organization.client.verifyAudit()).ok).toBe(false);
	});
});
