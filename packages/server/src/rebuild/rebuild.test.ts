import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, createClient, type DrillRule } from "@skyeworx/contract";
import { systemClock } from "@skyeworx/core";
import { folderStore } from "@skyeworx/vault";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { removeFolders, type Served, startServed } from "../serve/served.fixture.ts";
import { CookieJar } from "../test-server.fixture.ts";
import { TestSite } from "../test-site.fixture.ts";

const master = "ab".repeat(32);
const site = new TestSite();
let served: Served;
let folder: string;
let vaults: string;
let siteId: string;
let organizationId: string;
let kit: string;
let drillSpaces: DrillRule["drillSpaces"];

async function signIn(server: Served, link: string): Promise<Client> {
	const jar = new CookieJar();
	const client = createClient({ baseUrl: server.url ?? "", fetch: jar.fetch });
	await client.createSession({ body: { code: new URL(link).searchParams.get("code") ?? "" } });
	return client;
}

async function backUp(client: Client): Promise<void> {
	const { id } = await client.createBackup({ params: { siteId } });
	for (;;) {
		const run = await client.getRun({ params: { runId: id } });
		if (run.finishedAt !== null) return expect(run.status).toBe("succeeded");
		await systemClock.sleep(20);
	}
}

const cards = () => readdirSync(join(vaults, siteId, "control"));

/** What is lost: everything but the vaults. */
function loseDatabase(): void {
	for (const name of readdirSync(folder)) if (name !== "vaults") rmSync(join(folder, name), { recursive: true });
}

function listed(...entries: readonly object[]): string {
	const file = join(folder, "..", `rebuild-${siteId}.json`);
	writeFileSync(file, JSON.stringify({ vaults: entries }));
	return file;
}

beforeAll(async () => {
	served = await startServed(["--master-key", master, "--organization", "Northwind"], site);
	folder = served.folder;
	vaults = join(folder, "vaults");
	const client = await signIn(served, served.signInLink ?? "");
	organizationId = (await client.getOrganization()).id;
	const connection = { type: "api-token" as const, email: "mira@example.com", token: "secret-token-xyz" };
	site.pages.set("1", { title: "Plan of the year", body: "first" });
	const made = await client.createSite({ body: { url: "http://127.0.0.1:9", name: "Home site", promiseSeconds: 50_000, connection } });
	siteId = made.site.id;
	kit = made.recoveryKit.code;
	await backUp(client);
	site.pages.set("1", { title: "Plan of the year", body: "second" });
	site.pages.set("2", { title: "Notes", body: "other" });
	await backUp(client);
	// Rules that change after the last backup come back too.
	await client.updatePolicy({ params: { siteId }, body: { schedule: { every: "6-hours" } } });
	await client.updateRetention({ params: { siteId }, body: { rules: { daily: 40, withinDays: 90 }, verifyWithinDays: 12 } });
	await client.holdSite({ params: { siteId }, body: { name: "Case 2026-4" } });
	const [space] = (await client.listSpaces({ params: { siteId } })).items;
	drillSpaces = [{ app: "confluence", spaceId: space?.id ?? "" }];
	await client.updateDrills({ params: { siteId }, body: { rule: { every: "month", items: 7, spaces: null, drillSpaces } } });
	await client.updateOrganization({ body: { approvals: ["delete"] } });
	await client.updateSite({ params: { siteId }, body: { promiseSeconds: 50_000 } });
	// The card is written after the run has ended; a server that stops waits for its jobs.
	await served.stop();
	expect(cards()).toHaveLength(1);
});
afterAll(() => removeFolders());

beforeEach(() => loseDatabase());

async function checkRules(client: Client, spaces: DrillRule["drillSpaces"]): Promise<void> {
	const params = { siteId };
	expect((await client.getPolicy({ params })).schedule).toMatchObject({ every: "6-hours" });
	expect(await client.getRetention({ params })).toMatchObject({
		rules: { daily: 40, withinDays: 90 },
		verifyWithinDays: 12,
		hold: { name: "Case 2026-4" },
	});
	expect(await client.getDrills({ params })).toMatchObject({
		rule: { every: "month", items: 7, drillSpaces: spaces },
		nextDueAt: expect.any(String),
	});
	expect((await client.getOrganization()).approvals).toEqual(["delete"]);
}

async function checkContent(client: Client): Promise<void> {
	const { items: sites } = await client.listSites();
	expect(sites).toMatchObject([
		{ id: siteId, name: "Home site", timeZone: "Australia/Sydney", promiseSeconds: 50_000, withinPromise: true },
	]);
	expect((await client.listSnapshots({ params: { siteId } })).items.filter((one) => one.type === "backup")).toHaveLength(2);
	const found = await client.searchItems({ query: { q: "plan" } });
	expect(found.items).toMatchObject([{ ref: { id: "1" }, title: "Plan of the year" }]);
	const params = { siteId, kind: "confluence.page", id: "1" };
	expect((await client.getItem({ params })).versions).toBe(2);
}

describe("with the database lost", () => {
	it("everything comes back from the vault with the master key: the organization, the site with its credential, snapshots, catalog", async () => {
		const file = listed({ address: join(vaults, siteId) });
		const rebuilt = await run(["--master-key", master, "--rebuild", file]);
		expect(rebuilt.said.join("\n")).toMatch(
			new RegExp(`site ${siteId} of organization ${organizationId}, 2 snapshots, 2 items \\(as it was\\)`),
		);
		const link = /once with (\S+)/.exec(rebuilt.said.at(-1) ?? "")?.[1] ?? "";
		expect((await run(["--master-key", master, "--rebuild", file])).said.join("\n")).toContain("(was there)");
		const again = await startServed(["--master-key", master], site, folder);
		try {
			const client = await signIn(again, link);
			expect(await client.getOrganization()).toMatchObject({ id: organizationId, name: "Northwind" });
			await checkContent(client);
			await checkRules(client, drillSpaces);
			site.pages.set("3", { title: "New", body: "since" });
			await backUp(client);
			expect((await client.listAudit({ query: { action: "site.rebuild" } })).items).toMatchObject([{ outcome: "success" }]);
		} finally {
			await again.stop();
			site.pages.delete("3");
		}
	});

	it("and the master key lost too, the recovery kit opens it: the credential is given again, and the vault may lie elsewhere", async () => {
		const moved = join(folder, "vaults", "copied");
		renameSync(join(vaults, siteId), moved);
		try {
			const other = ["--master-key", "cd".repeat(32)];
			await expect(run([...other, "--rebuild", listed({ address: moved })])).rejects.toMatchObject({ code: "vault-key-wrong" });
			const wrong = `${kit.slice(0, -1)}${kit.endsWith("A") ? "B" : "A"}`;
			await expect(run([...other, "--rebuild", listed({ address: moved, recoveryKit: wrong })])).rejects.toThrow();
			const rebuilt = await run([...other, "--rebuild", listed({ address: moved, recoveryKit: kit })]);
			expect(rebuilt.said.join("\n")).toContain("give the site's credential again");
			const again = await startServed(other, site, folder);
			try {
				const client = await signIn(again, /once with (\S+)/.exec(rebuilt.said.at(-1) ?? "")?.[1] ?? "");
				expect(await client.getOrganization()).toMatchObject({ id: organizationId, name: "Northwind" });
				await checkRules(client, []);
				expect(rebuilt.said.join("\n")).toMatch(
					/name the spaces of its restore drills[\s\S]*Set again what lies in no vault: people and roles/,
				);
				const detail = await client.getSite({ params: { siteId } });
				expect(detail).toMatchObject({ status: "credential-problem", storage: { description: moved } });
				expect(detail.connection.problem?.detail).toContain("lost with the database");
				const connection = { type: "api-token" as const, email: "mira@example.com", token: "another" };
				await client.updateSite({ params: { siteId }, body: { connection } });
				await backUp(client);
				expect((await client.getSite({ params: { siteId } })).status).toBe("connected");
				expect((await client.searchItems({ query: { q: "plan" } })).items).toHaveLength(1);
			} finally {
				await again.stop();
			}
		} finally {
			renameSync(moved, join(vaults, siteId));
		}
	});

	it("a card can't be forged, says nothing to whoever has the store, and puts nothing into an organization that is there", async () => {
		const store = folderStore(join(vaults, siteId));
		const [name = ""] = cards().toSorted().slice(-1);
		const text = readFileSync(join(vaults, siteId, "control", name), "utf8");
		for (const secret of ["Northwind", "Home site", "secret-token-xyz", "mira@example.com", kit]) expect(text).not.toContain(secret);
		const place = join(folder, "vaults", "forged");
		mkdirSync(join(place, "control"), { recursive: true });
		const stranger = "00000000-0000-4000-8000-000000000001";
		writeFileSync(join(place, "control", name), text.replaceAll(organizationId, stranger));
		await expect(run(["--master-key", master, "--rebuild", listed({ address: place })])).rejects.toMatchObject({ code: "vault-key-wrong" });
		writeFileSync(join(place, "control", name), "{}");
		await expect(run(["--master-key", master, "--rebuild", listed({ address: place })])).rejects.toMatchObject({ code: "vault-damaged" });
		rmSync(place, { recursive: true });
		await expect(run(["--master-key", master, "--rebuild", listed({ address: join(folder, "nowhere") })])).rejects.toMatchObject({
			code: "not-found",
		});
		expect(store.description).toContain(siteId);
	});
});

/** Runs a command of the server to its end. */
async function run(flags: readonly string[]): Promise<Served> {
	const done = await startServed(flags, site, folder);
	await done.stop();
	return done;
}
