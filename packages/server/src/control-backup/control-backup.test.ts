import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quietLog } from "@skyeworx/core";
import { folderStore } from "@skyeworx/vault";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../data/migrate.ts";
import { deriveKey } from "../keys/seal.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { type ControlPorts, exportControl, listExports, partName } from "./export-control.ts";
import { importControl } from "./import-control.ts";
import { exportIfDue } from "./keep-control.ts";

const server = new TestServer();
const folder = mkdtempSync(join(tmpdir(), "skyeworx-control-"));
let home: TestOrganization;
let other: TestOrganization;
let ports: ControlPorts;

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home canary-91");
	other = await server.organization("Other");
	server.site.pages.set("1", { title: "Plan canary-91", body: "text" });
	for (const one of [home, other]) await server.backUp(one.client, await server.connect(one));
	// What follows a backup is written after its run has ended; a server that stops waits for its jobs.
	await server.stopServer();
	await server.start();
	home = { ...home, client: server.client(home.apiKey) };
	ports = {
		ownerUrl: server.ownerUrl,
		key: deriveKey(server.masterKey, "control-backup"),
		store: folderStore(folder),
		clock: server.clock,
	};
});
afterAll(async () => {
	await server.close();
	rmSync(folder, { recursive: true, force: true });
});

const filesOf = (id: string) => readdirSync(join(folder, "control-plane", id));

/** Another empty database beside the server's. */
async function emptyDatabase(name: string): Promise<string> {
	const owner = new Client({ connectionString: server.ownerUrl });
	await owner.connect();
	await owner.query(`create database ${name}`);
	await owner.end();
	const url = new URL(server.ownerUrl);
	url.pathname = `/${name}`;
	const appPassword = Buffer.from(deriveKey(server.masterKey, "database-role")).toString("hex");
	await migrate({ ownerUrl: url.href, appPassword, log: quietLog });
	return url.href;
}

async function rowsIn(url: string): Promise<Record<string, string[]>> {
	const client = new Client({ connectionString: url });
	await client.connect();
	try {
		const { rows } = await client.query<{ name: string }>(
			"select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'organization_id' order by 1",
		);
		const found: Record<string, string[]> = {};
		for (const { name } of rows) {
			const held = await client.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t order by 1`);
			found[name] = held.rows.map(({ row }) => row);
		}
		return found;
	} finally {
		await client.end();
	}
}

/** An export while nothing wrote: when a key was last used, for one, is written beside the answer. */
async function exportQuietly() {
	for (;;) {
		const before = await rowsIn(server.ownerUrl);
		const exported = await exportControl(ports);
		if (JSON.stringify(await rowsIn(server.ownerUrl)) === JSON.stringify(before)) return { exported, before };
	}
}

describe("an export of the control plane", () => {
	it("puts every row of every organization back as it was, and says no name to whoever has the store", async () => {
		const { exported, before } = await exportQuietly();
		const { id, parts } = exported;
		for (const name of filesOf(id)) {
			const bytes = readFileSync(join(folder, "control-plane", id, name)).toString("latin1");
			for (const secret of ["canary-91", home.organizationId, "skyeworx_app", "organization"]) expect(bytes).not.toContain(secret);
		}
		expect(parts.map((part) => part.table)).toEqual(expect.arrayContaining(["organizations", "audit_entries", "runs", "run_figures"]));
		const url = await emptyDatabase("again");
		await importControl({ ...ports, ownerUrl: url }, id);
		const after = await rowsIn(url);
		for (const passing of ["sessions", "sign_in_codes", "idempotency_keys"]) {
			expect(after[passing]).toEqual([]);
			delete before[passing];
			delete after[passing];
		}
		expect(after).toEqual(before);
		expect(after.organizations).toHaveLength(3);
		await expect(importControl({ ...ports, ownerUrl: url })).rejects.toMatchObject({ code: "conflict" });
	});

	it("ends what ran when it was made: nobody knows how far it came since", async () => {
		const [site] = (await home.client.listSites()).items;
		let go = () => {};
		const waits = new Promise<void>((resolve) => {
			go = resolve;
		});
		server.site.afterPage = async () => await waits;
		const { id: runId } = await home.client.createBackup({ params: { siteId: site?.id ?? "" } });
		await expect.poll(async () => (await home.client.getRun({ params: { runId } })).status).toBe("running");
		const { id } = await exportControl(ports);
		go();
		server.site.afterPage = async () => {};
		await server.ended(home.client, runId);
		const url = await emptyDatabase("cut");
		await importControl({ ...ports, ownerUrl: url }, id);
		const { runs = [] } = await rowsIn(url);
		expect(runs.map((row) => JSON.parse(row) as { id: string; status: string }).find((row) => row.id === runId)).toMatchObject({
			status: "failed",
		});
	});

	it("is refused whole when a part was changed, swapped or taken away, or the master key is another", async () => {
		const { id, parts } = await exportControl(ports);
		const url = await emptyDatabase("harmed");
		const place = (part: number) => join(folder, partName(id, part));
		const [first, last] = [readFileSync(place(0)), readFileSync(place(parts.length - 1))];
		const refused = async (code: string, key = ports.key) => {
			await expect(importControl({ ...ports, key, ownerUrl: url }, id)).rejects.toMatchObject({ code });
			expect((await rowsIn(url)).organizations).toEqual([]);
		};
		await refused("vault-key-wrong", deriveKey(server.masterKey, "another"));
		const bent = Buffer.from(last);
		bent[40] = (bent[40] ?? 0) ^ 1;
		writeFileSync(place(parts.length - 1), bent);
		await refused("vault-key-wrong");
		writeFileSync(place(parts.length - 1), first);
		await refused("vault-key-wrong");
		rmSync(place(parts.length - 1));
		await refused("store-object-missing");
		writeFileSync(place(parts.length - 1), last);
		await importControl({ ...ports, ownerUrl: url }, id);
	});

	it("is made when the newest one is old enough, by one process, and the oldest ones go", async () => {
		const due = { ...ports, log: quietLog };
		const options = { everyHours: 24, keep: 2 };
		expect(await exportIfDue(due, options)).toBe(false);
		server.clock.ahead += 25 * 3_600_000;
		const both = await Promise.all([exportIfDue(due, options), exportIfDue(due, options)]);
		expect(both.filter((one) => one)).toHaveLength(1);
		expect(await listExports(ports.store)).toHaveLength(2);
		const left = readdirSync(join(folder, "control-plane")).filter((id) => filesOf(id).length > 0);
		expect(left).toEqual(await listExports(ports.store));
		server.clock.ahead = 0;
	});
});
