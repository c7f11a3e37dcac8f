import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { auditExportLine } from "@skyeworx/contract";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { deriveKey } from "../keys/seal.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { headMac } from "./chain.ts";
import { recordAudit } from "./record.ts";

const server = new TestServer();
let database: Client;
let home: TestOrganization;
let siteId: string;

beforeAll(async () => {
	await server.start();
	server.site.pages.set("1", { title: "Plan", body: "text" });
	database = new Client({ connectionString: server.ownerUrl });
	await database.connect();
});

afterAll(async () => {
	await database?.end();
	await server.close();
});

const actor = { type: "user" as const, id: "u1", name: "Mira Falk" };

async function record(action: string, about: Partial<Parameters<typeof recordAudit>[1]> = {}): Promise<void> {
	await recordAudit(server.platform, { organizationId: home.organizationId, actor, action, outcome: "success", ...about });
}

beforeEach(async () => {
	home = await server.organization("Home");
	siteId = await server.connect(home);
	await server.backUp(home.client, siteId);
	// The run is over before its checkpoint is written.
	await vi.waitFor(() => expect(readdirSync(folder())).toHaveLength(1), 60_000);
	for (const count of [1, 2, 3]) await record(`step.${count}`);
});

const folder = () => join(server.folder, "vaults", siteId, "audit", home.organizationId);

async function tamper(...statements: readonly string[]): Promise<void> {
	await database.query("begin");
	for (const table of ["audit_entries", "audit_checkpoints"]) await database.query(`alter table ${table} disable trigger all`);
	for (const statement of statements) await database.query(statement, [home.organizationId]);
	for (const table of ["audit_entries", "audit_checkpoints"]) {
		for (const trigger of ["append_only", "no_truncate"]) {
			await database.query(`alter table ${table} enable always trigger ${table}_${trigger}`);
		}
	}
	await database.query("commit");
}

describe("checkpoints", () => {
	it("are written with each backup, signed, into the site's store, and again when asked", async () => {
		const [first] = readdirSync(folder());
		expect(first).toMatch(/^\d{12}\.json$/);
		const made = await home.client.createAuditCheckpoint();
		const names = readdirSync(folder()).toSorted();
		expect(names).toHaveLength(2);
		expect(JSON.parse(readFileSync(join(folder(), names[1] ?? ""), "utf8"))).toEqual(made);
		expect((await home.client.listAuditCheckpoints()).items[0]).toEqual(made);
		const verified = await home.client.verifyAudit();
		expect(verified).toMatchObject({ ok: true, depth: "all", checkpoints: { checked: 2, newest: { seq: made.seq } } });
		expect(verified.stores).toEqual([{ siteId, checked: 2, newest: made.seq, problem: null }]);
		const key = await home.client.getAuditKey();
		expect(key.publicKey).toContain("BEGIN PUBLIC KEY");
		expect(key.fingerprint).toMatch(/^[0-9a-f]{64}$/);
	});

	it("let a check begin at the newest one", async () => {
		const { seq } = await home.client.createAuditCheckpoint();
		await record("step.4");
		await record("step.5");
		const recent = await home.client.verifyAudit({ query: { depth: "recent" } });
		expect(recent).toMatchObject({ ok: true, depth: "recent", entries: 2, head: { seq: seq + 2 } });
		await tamper(`update audit_entries set action = 'x' where organization_id = $1 and seq = ${seq + 1}`);
		expect(await home.client.verifyAudit({ query: { depth: "recent" } })).toMatchObject({ ok: false, broken: { seq: seq + 1 } });
	});

	it("are not made over a chain that was tampered with", async () => {
		const { seq } = await home.client.createAuditCheckpoint();
		await record("step.4");
		await tamper(`update audit_entries set action = 'x' where organization_id = $1 and seq = ${seq + 1}`);
		await expect(home.client.createAuditCheckpoint()).rejects.toMatchObject({ code: "verify-failed" });
	});

	it("in the store show a database that was put back to an older state as a whole", async () => {
		await home.client.createAuditCheckpoint();
		const head = (await home.client.verifyAudit()).head?.seq ?? 0;
		const keep = head - 2;
		// With the master key somebody could even write the record of the newest entry anew; the signatures in the store remain.
		const sealer = await server.platform.keys.sealer(home.organizationId);
		const { rows } = await database.query<{ hash: Buffer }>("select hash from audit_entries where organization_id = $1 and seq = $2", [
			home.organizationId,
			keep,
		]);
		const hash = rows[0]?.hash ?? Buffer.alloc(0);
		const mac = headMac(deriveKey(sealer.key, "audit"), { seq: keep, hash });
		await tamper(
			`delete from audit_checkpoints where organization_id = $1 and seq > ${keep}`,
			`delete from audit_entries where organization_id = $1 and seq > ${keep}`,
		);
		await database.query("update audit_heads set seq = $2, hash = $3, mac = $4 where organization_id = $1", [
			home.organizationId,
			keep,
			hash,
			mac,
		]);
		const found = await home.client.verifyAudit();
		expect(found.ok).toBe(false);
		expect(found.broken?.what).toContain("a signed checkpoint knows of more");
		rmSync(folder(), { recursive: true });
		expect((await home.client.verifyAudit()).ok).toBe(true);
	});

	it("that somebody forged, in the store or in the database, vouch for nothing", async () => {
		const made = await home.client.createAuditCheckpoint();
		const forged = { ...made, seq: made.seq + 50, hash: "00".repeat(32) };
		writeFileSync(join(folder(), `${String(forged.seq).padStart(12, "0")}.json`), JSON.stringify(forged));
		writeFileSync(join(folder(), "zzz.json"), "nonsense");
		expect((await home.client.verifyAudit()).ok).toBe(true);
		await tamper(`update audit_checkpoints set signature = sha256(signature) where organization_id = $1 and seq = ${made.seq}`);
		expect(await home.client.verifyAudit()).toMatchObject({ ok: false, broken: { seq: made.seq } });
	});
});

describe("the database", () => {
	it("lets not even the tables' owner change, delete or empty entries, checkpoints or the signing key", async () => {
		await home.client.createAuditCheckpoint();
		for (const table of ["audit_entries", "audit_checkpoints"]) {
			for (const statement of [`update ${table} set seq = seq`, `delete from ${table}`, `truncate ${table}`]) {
				await expect(database.query(statement), statement).rejects.toThrow(/append-only/);
			}
		}
		await expect(database.query("update audit_keys set public_key = ''")).rejects.toThrow(/append-only/);
		await database.query("begin");
		await database.query("set local session_replication_role = replica");
		await expect(database.query("delete from audit_entries")).rejects.toThrow(/append-only/);
		await database.query("rollback");
	});

	it("gives an owner who is no superuser not even the right", async () => {
		const { rows } = await database.query<{ table_name: string; privilege_type: string }>(
			`select table_name, privilege_type from information_schema.role_table_grants
			where table_name in ('audit_entries', 'audit_checkpoints', 'audit_keys') and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')`,
		);
		expect(rows).toEqual([]);
	});
});

describe("an export", () => {
	const exported = async (query: Parameters<typeof home.client.exportAudit>[0]["query"]) =>
		await (await home.client.exportAudit({ query })).text();

	it("as JSON lines holds every entry with a signed end", async () => {
		await record("restore.run", { target: { type: "restore", id: "r1" }, label: "ACME-12 Login fails", reason: "Deleted by a script" });
		const lines = (await exported({ format: "jsonl" }))
			.trimEnd()
			.split("\n")
			.map((line) => auditExportLine.parse(JSON.parse(line)));
		expect(lines[0]).toMatchObject({ type: "header", complete: true, organization: home.organizationId });
		const entries = lines.filter((line) => line.type === "entry");
		expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_entry, index) => index + 1));
		expect(entries.at(-1)).toMatchObject({
			target: { label: "ACME-12 Login fails" },
			reason: "Deleted by a script",
			actor: { name: "Mira Falk" },
		});
		expect(lines.at(-1)).toMatchObject({ type: "end", entries: entries.length, checkpoint: { seq: entries.length } });
		const filtered = (await exported({ format: "jsonl", action: "step.2" })).trimEnd().split("\n");
		expect(JSON.parse(filtered[0] ?? "")).toMatchObject({ complete: false });
		expect(filtered).toHaveLength(3);
		expect((await home.client.listAudit({ query: { action: "audit.export" } })).items).toHaveLength(2);
	});

	it("as CSV runs nothing in a spreadsheet program", async () => {
		const evil = ["=cmd|' /C calc'!A1", "+1+1", "-2+3", "@SUM(1)", "\t=1", "＝1+1"];
		for (const reason of evil)
			await record("restore.run", { reason, target: { type: "restore", id: "r1" }, label: 'quote " and, comma\r\nline' });
		const text = await exported({ format: "csv", action: "restore.run" });
		for (const reason of evil) expect(text).toContain(`"'${reason}"`);
		expect(text).toContain('"quote "" and, comma\r\nline"');
		expect(text).not.toMatch(/(^|,)"?[=+\-@\t＝]/m);
		expect(text.startsWith('"number","time","actor type"')).toBe(true);
	});
});
