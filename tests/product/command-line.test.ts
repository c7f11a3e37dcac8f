import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type ItemPage, type Restore, type RestorePlan } from "@skyeworx/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoProcess, runCommand, startDemo } from "../demo-process.ts";

let demo: DemoProcess;
const folder = mkdtempSync(join(tmpdir(), "skyeworx-cli-"));

beforeAll(async () => {
	demo = await startDemo();
});
afterAll(async () => {
	await demo.stop();
	rmSync(folder, { recursive: true, force: true });
});

async function json<T>(...words: string[]): Promise<T> {
	const { code, out, err } = await runCommand([...words, "--json"], demo);
	expect(err, words.join(" ")).toBe("");
	expect(code, words.join(" ")).toBe(0);
	return JSON.parse(out) as T;
}

async function onSite(path: string, form: Readonly<Record<string, string>> = {}): Promise<void> {
	const body = new URLSearchParams(form);
	const response = await fetch(demo.simulatorUrl + path, { method: "POST", body, redirect: "manual" });
	expect(response.status, path).toBe(303);
}

async function firstOf(kind: string): Promise<ItemPage["items"][number]> {
	const { items } = await json<ItemPage>("item", "find", "--kind", kind, "--state", "live", "--limit", "1");
	const [item] = items;
	if (item === undefined) throw new Error(`no ${kind}`);
	return item;
}

describe("the command line", () => {
	it("says how often a site is backed up, and changes it", async () => {
		const dry = await json<{ schedule: object; upcoming: string[] }>("policy", "set", "--every", "week", "--weekday", "sun", "--dry-run");
		expect(dry).toMatchObject({ schedule: { every: "week", weekday: 7, window: { from: "20:00", to: "06:00" } }, keepsPromise: false });
		expect(await json("policy", "show")).toMatchObject({ schedule: { every: "day" }, keepsPromise: true });
		expect(await json("policy", "set", "--every", "cron", "--cron", "30 1 * * 1-5")).toMatchObject({ schedule: { every: "cron" } });
		expect((await runCommand(["policy", "show"], demo)).out).toContain("by cron: 30 1 * * 1-5");
		expect(await runCommand(["policy", "set", "--every", "cron", "--cron", "* * * * *"], demo)).toMatchObject({ code: 2 });
		await json("policy", "set", "--every", "day", "--window", "22:00-05:00");
	});

	it("tries restores out by a rule, into a drill space and out of it again", async () => {
		expect((await runCommand(["drill", "show"], demo)).out).toContain("no drill begins by itself");
		const { items: spaces } = await demo.client.listSpaces({ params: { siteId: demo.siteId } });
		const rule = ["drill", "set", "--every", "month", "--items", "5", "--space"];
		const [drillSpace, ...others] = spaces.filter(({ app }) => app === "confluence").map(({ key }) => `confluence:${key}`);
		expect(await json(...rule, ...others, "--drill-space", String(drillSpace))).toMatchObject({
			rule: { every: "month", items: 5, drillSpaces: [{ app: "confluence" }] },
			nextDueAt: expect.any(String),
		});
		expect((await runCommand(["drill", "show"], demo)).out).toMatch(/a drill every month[\s\S]*copies go into confluence:/);
		expect(await runCommand(["drill", "set", "--drill-space", "jira:NOWHERE"], demo)).toMatchObject({ code: 2 });
		expect(await runCommand(["drill", "set", "--whole-site", "--space", "jira:X"], demo)).toMatchObject({ code: 2 });
		const run = await json<{ status: string; drill: { trial: { restored: number }; cleared: object } }>("drill", "run", "--wait");
		expect(run.drill.trial.restored).toBeGreaterThan(0);
		expect(run.drill.cleared).toMatchObject({ kept: 0, left: 0 });
		const { out } = await runCommand(["insights"], demo);
		expect(out).toMatch(/DRILL +STATE +SCORE/);
		expect((await runCommand(["drill", "set", "--no-copies"], demo)).out).toMatch(/a drill every month[\s\S]*no copies are made/);
		expect(await runCommand(["drill", "set", "--no-copies", "--drill-space", "jira:X"], demo)).toMatchObject({ code: 2 });
		expect(await json("drill", "set", "--every", "never", "--no-copies")).toMatchObject({ rule: { drillSpaces: [] }, nextDueAt: null });
	});

	it("gives a member another role and other limits, and keeps what is not named", async () => {
		const { url } = await demo.client.createInvitation({ body: { name: "Ines Okafor", email: "ines@example.com", role: "viewer" } });
		const anonymous = createClient({ baseUrl: demo.url, fetch: (address, init) => fetch(address, init) });
		await anonymous.acceptInvitation({ body: { token: new URL(url).hash.slice(1) } });
		const { items } = await json<{ items: { id: string; name: string }[] }>("member", "list");
		const id = items.find((one) => one.name === "Ines Okafor")?.id ?? "";
		expect(await json("member", "update", id, "--site", demo.siteId)).toMatchObject({ role: "viewer", siteIds: [demo.siteId] });
		expect(await json("member", "update", id, "--role", "restore-operator")).toMatchObject({
			role: "restore-operator",
			siteIds: [demo.siteId],
		});
		const space = `${demo.siteId}/jira/10000`;
		expect(await json("member", "update", id, "--space", space)).toMatchObject({
			spaces: [{ siteId: demo.siteId, app: "jira", spaceId: "10000" }],
		});
		expect((await runCommand(["member", "list"], demo)).out).toMatch(/Ines Okafor.*1 spaces/);
		expect(await runCommand(["member", "update", id, "--site", demo.siteId, "--everything"], demo)).toMatchObject({ code: 2 });
		expect(await runCommand(["member", "update", id, "--space", "nonsense"], demo)).toMatchObject({ code: 2 });
		expect(await runCommand(["member", "update", demo.siteId, "--role", "viewer"], demo)).toMatchObject({ code: 4 });
		expect(await json("member", "update", id, "--everything")).toMatchObject({ siteIds: null, spaces: null });
	});

	it("says where vaults lie, tries it, and moves one to another folder", async () => {
		const before = await json<{ externalId: string; sites: { store: { description: string } }[] }>("storage", "show");
		expect(before).toMatchObject({ store: { type: "folder" }, key: { type: "built-in" }, externalId: expect.stringMatching(/^skyeworx-/) });
		expect((await runCommand(["storage", "test"], demo)).out).toContain("ok      conditional-put");
		const refused = await runCommand(["storage", "set", "--store", "s3://acme-backup?region=eu-central-1"], demo);
		expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("--access-key-id") });
		const elsewhere = join(demo.dataFolder, "vaults", "zz-elsewhere");
		expect(await json("storage", "set", "--store", elsewhere)).toMatchObject({ store: { description: `Folder ${elsewhere}` } });
		expect(await json("storage", "move")).toMatchObject({ status: "succeeded" });
		expect((await runCommand(["storage", "show"], demo)).out).toContain(`before: ${before.sites[0]?.store.description}`);
		expect(await json("storage", "remove-old")).toMatchObject({ locked: 0 });
		await json("storage", "set", "--store", "default");
		expect(await json("storage", "move")).toMatchObject({ status: "succeeded" });
		await json("storage", "remove-old");
		expect((await json<{ items: unknown[] }>("item", "find", "--limit", "1")).items).toHaveLength(1);
	});

	it("keeps restore points by rules, by pins and by holds, forgets them with a reason, and looks after the vault", async () => {
		const made = await json<{ snapshotId: number }>("backup", "run", "--wait");
		await json("backup", "run", "--wait");
		const id = String(made.snapshotId);
		const dry = await json<{ forgetCount: number; keepCount: number }>("retention", "set", "--last", "1", "--dry-run");
		expect(dry.forgetCount).toBeGreaterThan(0);
		expect((await runCommand(["retention", "set", "--last", "1", "--dry-run"], demo)).out).toContain("(an estimate)");
		expect(await runCommand(["retention", "set", "--last", "1", "--everything"], demo)).toMatchObject({ code: 2 });
		expect(await json("retention", "pin", id, "Before the change")).toMatchObject({ pin: "Before the change" });
		expect(await json("retention", "hold", id, "Case 7")).toMatchObject({ holds: ["Case 7"] });
		expect((await runCommand(["retention", "forget", id, "a secret"], demo)).err).toContain("Case 7");
		await json("retention", "hold-site", "Court order");
		await json("retention", "set", "--daily", "30", "--within-days", "7", "--reason", "The new policy");
		expect((await runCommand(["retention", "show"], demo)).out).toMatch(/daily 30, withinDays 7\n.*Court order/);
		const held = await json<{ upkeep: object }>("upkeep", "run", "--wait");
		expect(held.upkeep).toMatchObject({ forgotten: [], forgetHindered: "held", collected: {}, verified: {} });
		await json("retention", "release-site");
		await json("retention", "release", id, "Case 7");
		await json("retention", "unpin", id);
		expect((await runCommand(["retention", "forget", id, "a secret"], demo)).out).toContain(`Restore point ${id} of`);
		expect((await json<{ items: { id: number }[] }>("snapshot", "list")).items.map((one) => String(one.id))).not.toContain(id);
		expect((await runCommand(["upkeep", "run", "--wait"], demo)).out).toMatch(/Upkeep of .*: succeeded\n {2}forgotten/);
		expect(await json("upkeep", "show")).toMatchObject({ damage: null, verifyWithinDays: 30 });
		expect((await runCommand(["upkeep", "show"], demo)).out).toContain("no damage known");
		await json("retention", "set", "--everything");
	});

	it("tells how the backups did", async () => {
		const seen = await json<{ days: unknown[]; sites: { kinds: number; items: number }[] }>("insights", "--days", "30");
		expect(seen.days).toHaveLength(30);
		expect(seen.sites[0]?.items).toBeGreaterThan(0);
		const { out } = await runCommand(["insights"], demo);
		expect(out).toContain("90 days to ");
		expect(out).toMatch(/\n.* 100 % /);
		expect(await runCommand(["insights", "--days", "0"], demo)).toMatchObject({ code: 2 });
	});

	it("says who is told what, and whether a test arrives", async () => {
		expect((await runCommand(["notice", "rules"], demo)).out).toContain("A backup is late");
		type Added = { target: { id: string; rules: string[] }; signingSecret: string };
		const hook = "https://hooks.example.com/a";
		const { target, signingSecret } = await json<Added>("notice", "add", "--webhook", hook, "--rule", "late", "--rule", "failing");
		expect(target.rules).toEqual(["late", "failing"]);
		expect(signingSecret).toMatch(/^whsec_/);
		expect((await runCommand(["notice", "targets"], demo)).out).toContain(target.id);
		expect(await runCommand(["notice", "test", target.id], demo)).toMatchObject({ code: 8 });
		await json("notice", "remove", target.id);
		expect(await json("notice", "targets")).toEqual({ items: [] });
		expect(await runCommand(["notice", "add"], demo)).toMatchObject({ code: 2 });
	});

	it("makes a role, changes and deletes it, and says in words what it allows", async () => {
		const role = await json<{ id: string }>("role", "create", "Inspector", "--may", "status.see", "audit.read");
		expect((await runCommand(["role", "list"], demo)).out).toMatch(/Inspector +see how backups are doing, read the audit log/);
		expect(await json("role", "update", "inspector", "--may", "status.see")).toMatchObject({
			name: "Inspector",
			permissions: ["status.see"],
		});
		expect(await runCommand(["role", "update", "Owner", "--may", "status.see"], demo)).toMatchObject({ code: 4 });
		expect(await runCommand(["role", "create", "Odd", "--may", "everything"], demo)).toMatchObject({ code: 2 });
		await json("role", "delete", role.id);
	});

	it("exports everything about the organization, and asks twice before it deletes it", async () => {
		const file = join(folder, "organization.jsonl");
		await json("organization", "export", "--to", file);
		const text = readFileSync(file, "utf8");
		expect(text.split("\n").at(-2)).toBe('{"type":"end","value":{"complete":true}}');
		expect(text).not.toContain(demo.password);
		expect(await runCommand(["organization", "export", "--to", file], demo)).toMatchObject({ code: 2 });
		const { name } = await demo.client.getOrganization();
		expect(await runCommand(["organization", "delete", "--name", "Another"], demo)).toMatchObject({ code: 2 });
		expect(await json("organization", "delete", "--name", name)).toMatchObject({ state: "cooling-off" });
		expect(await runCommand(["organization", "confirm-deletion", "--name", name], demo)).toMatchObject({ code: 5 });
		expect((await runCommand(["organization", "deletion"], demo)).out).toContain("organization keep calls it off");
		await json("organization", "keep");
		expect(await json("organization", "deletion")).toMatchObject({ state: "none" });
	});

	it("finds a deleted work item, restores it, and takes the restore back", async () => {
		const item = await firstOf("jira.work-item");
		const key = item.key ?? "";
		await onSite(`/browse/${key}/delete`);
		const run = await json<{ status: string }>("backup", "run", "--wait");
		expect(run.status).toBe("succeeded");
		const found = await json<ItemPage>("item", "find", key);
		expect(found.items[0]).toMatchObject({ key, state: "deleted", title: item.title });
		const { versions } = await json<{ versions: { state: string }[] }>("item", "versions", key);
		expect(versions.map((version) => version.state)).toEqual(["deleted", "created"]);

		const plan = await json<RestorePlan>("restore", "plan", key);
		expect(plan.totals).toMatchObject({ create: 1, change: 0, cannot: 0 });
		const restored = await json<Restore>("restore", "run", "--plan", plan.id);
		expect(restored.status).toBe("succeeded");
		const [now] = restored.items;
		expect(now).toMatchObject({ outcome: "restored", fidelity: { failed: 0 } });
		const page = await fetch(now?.url ?? "");
		expect(await page.text()).toContain(item.title.replaceAll("&", "&amp;").replaceAll("'", "&#39;").slice(0, 20));

		const undone = await json<Restore>("restore", "undo", restored.id);
		expect(undone.status).toBe("undone");
		expect((await fetch(now?.url ?? "")).status).toBe(404);
	});

	it("says what an edit changed and puts it back in place", async () => {
		const item = await firstOf("confluence.page");
		const name = `${item.ref.kind}/${item.ref.id}`;
		const edit = await fetch(`${demo.simulatorUrl}/wiki/spaces/${item.space?.key}/pages/${item.ref.id}`);
		expect(edit.status).toBe(200);
		await onSite(`/wiki/spaces/${item.space?.key}/pages/${item.ref.id}/edit`, { title: "Vandalized", body: "<p>gone</p>" });
		const diff = await json<{ differences: { field: string }[] }>("item", "diff", name);
		expect(diff.differences.map((difference) => difference.field)).toEqual(expect.arrayContaining(["title", "body"]));
		const restored = await json<Restore>("restore", "run", name, "--reason", "vandalism");
		expect(restored.items[0]).toMatchObject({ action: "change", outcome: "restored", now: { ref: item.ref }, fidelity: { failed: 0 } });
		const after = await json<{ differences: unknown[] }>("item", "diff", name, "--from", String(item.lastSnapshotId));
		expect(after.differences).toEqual([]);
	});

	it("opens the vault with the recovery kit alone: lists, verifies, exports", async () => {
		const kit = join(folder, "kit.txt");
		writeFileSync(kit, demo.recoveryKit ?? "");
		const vaults = join(demo.dataFolder, "vaults");
		const vault = join(vaults, readdirSync(vaults).find((name) => existsSync(join(vaults, name, "vault.json"))) ?? "");
		const listed = await runCommand(["vault", "ls", vault, "--recovery-kit", kit, "--json"]);
		expect(listed).toMatchObject({ code: 0, err: "" });
		const { items } = JSON.parse(listed.out) as { items: { id: number; complete: boolean }[] };
		expect(items.length).toBeGreaterThan(1);
		const verified = await runCommand(["vault", "verify", vault, "--recovery-kit", kit]);
		expect(verified.out).toMatch(/^OK: verified every byte/);
		const to = join(folder, "export");
		const exported = await runCommand(["vault", "export", vault, "--recovery-kit", kit, "--to", to, "--kind", "confluence.page"]);
		expect(exported).toMatchObject({ code: 0, err: "" });
		const page = await firstOf("confluence.page");
		const record = readFileSync(join(to, "confluence.page", page.ref.id, "record.json"), "utf8");
		expect(JSON.parse(record)).toMatchObject({ title: page.title });
		const wrong = join(folder, "wrong.txt");
		writeFileSync(wrong, "0".repeat(64));
		expect(await runCommand(["vault", "ls", vault, "--key-file", wrong])).toMatchObject({ code: 11, out: "" });
	});

	it("ends with the documented exit code and says what to do", async () => {
		const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
			[["item", "show", "NOPE-1"], 4, /item find/],
			[["item", "find", "x", "--limit", "0"], 2, /from 1 to 200/],
			[["site", "lst"], 2, /unknown command/],
			[["restore", "run"], 2, /either items or a plan/],
			[["restore", "run", "--plan", "not-a-uuid"], 2, /planId/],
			[["snapshot", "list", "--site", "elsewhere"], 4, /Connected:/],
			[["vault", "ls", folder, "--key-file", "x"], 4, /not a vault/],
		];
		for (const [words, code, hint] of cases) {
			const result = await runCommand(words, demo);
			expect(result.err, words.join(" ")).toMatch(hint);
			expect(result.code, words.join(" ")).toBe(code);
		}
		expect(await runCommand(["site", "list"], { ...demo, apiKey: "skx_wrong" })).toMatchObject({ code: 3 });
		expect(await runCommand(["site", "list"], { url: "http://127.0.0.1:9", apiKey: "skx_x" })).toMatchObject({ code: 8 });
		const asJson = await runCommand(["item", "show", "NOPE-1", "--json"], demo);
		expect(JSON.parse(asJson.err)).toMatchObject({ error: { code: "not-found" } });
	});
});
