import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Restore, Run, SiteDetail } from "@skyeworx/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../../packages/simulator/src/index.ts";

const bin = join(import.meta.dirname, "../../packages/cli/bin/skyeworx.js");
const folder = mkdtempSync(join(tmpdir(), "skyeworx-script-"));
const file = (name: string): string => join(folder, name);
const serveFlags = ["--data", file("data"), "--port", "0", "--site-addresses", "any"];

let atlassian: RunningSimulator;
let server: { readonly url: string; stop(): Promise<number | null> } | undefined;

interface Ended {
	readonly code: number | null;
	readonly out: string;
	readonly err: string;
}

/** One command as a script calls it: its words, the environment, and what is piped in. */
async function skyeworx(words: readonly string[], env: NodeJS.ProcessEnv = {}, input = ""): Promise<Ended> {
	const known = { PATH: process.env.PATH, SKYEWORX_URL: server?.url, SKYEWORX_API_KEY_FILE: file("api-key") };
	const child = spawn(process.execPath, [bin, ...words], { stdio: ["pipe", "pipe", "pipe"], env: { ...known, ...env } });
	let out = "";
	let err = "";
	child.stdout.on("data", (chunk: Buffer) => {
		out += chunk.toString();
	});
	child.stderr.on("data", (chunk: Buffer) => {
		err += chunk.toString();
	});
	child.stdin.on("error", () => {});
	child.stdin.end(input);
	const code = await new Promise<number | null>((resolve) => child.once("close", (ended) => resolve(ended)));
	return { code, out, err };
}

async function json<T>(words: readonly string[], env: NodeJS.ProcessEnv = {}, input = ""): Promise<T> {
	const { code, out, err } = await skyeworx([...words, "--json"], env, input);
	expect(err, words.join(" ")).toBe("");
	expect(code, words.join(" ")).toBe(0);
	return JSON.parse(out) as T;
}

async function startServer(): Promise<NonNullable<typeof server>> {
	const child: ChildProcess = spawn(process.execPath, [bin, "serve", ...serveFlags], {
		stdio: ["ignore", "pipe", "ignore"],
		env: { PATH: process.env.PATH },
	});
	const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
	const stop = async (): Promise<number | null> => {
		child.kill("SIGTERM");
		return await ended;
	};
	if (child.stdout === null) throw new Error("the output is a pipe");
	for await (const line of createInterface({ input: child.stdout })) {
		const url = /listens on (\S+)/.exec(line)?.[1];
		if (url === undefined) continue;
		child.stdout.resume();
		return { url, stop };
	}
	throw new Error(`the server ended with ${await ended}`);
}

beforeAll(async () => {
	atlassian = await startSimulator({ seed: 30, validate: "throw" });
	const made = await skyeworx(["serve", ...serveFlags, "--api-key"]);
	expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^skx_[\w-]+\n$/) });
	writeFileSync(file("api-key"), made.out, { mode: 0o600 });
	server = await startServer();
});
afterAll(async () => {
	await server?.stop();
	await atlassian.stop();
	rmSync(folder, { recursive: true, force: true });
});

const connect = (...more: readonly string[]): readonly string[] => [
	"site",
	"connect",
	atlassian.url,
	"--email",
	atlassian.site.email,
	"--new-recovery-kit",
	file("kit.txt"),
	...more,
];

describe("a script, from an empty server", () => {
	it("leaves no file behind, and makes nothing, when a site can't be connected", async () => {
		expect(await skyeworx(connect())).toMatchObject({ code: 2, err: expect.stringContaining("SKYEWORX_SITE_TOKEN") });
		expect(await skyeworx(connect(), { SKYEWORX_SITE_TOKEN: "two words" })).toMatchObject({ code: 2 });
		expect(await skyeworx(connect("--token-ends", "31.3.2027"), { SKYEWORX_SITE_TOKEN: "x" })).toMatchObject({ code: 2 });
		const wrong = await skyeworx(connect("--new-key-file", file("vault.key")), { SKYEWORX_SITE_TOKEN: "wrong-token" });
		expect(wrong).toMatchObject({ code: 7, out: "" });
		expect(wrong.err).not.toContain("wrong-token");
		for (const name of ["kit.txt", "vault.key"]) expect(existsSync(file(name)), name).toBe(false);
		writeFileSync(file("kit.txt"), "somebody's\n");
		expect(await skyeworx(connect(), { SKYEWORX_SITE_TOKEN: atlassian.site.apiToken })).toMatchObject({ code: 5 });
		expect(readFileSync(file("kit.txt"), "utf8"), "what is there is never written over").toBe("somebody's\n");
		rmSync(file("kit.txt"));
		expect(await json("site list".split(" "))).toEqual({ items: [] });
	});

	it("connects a site, proves the kit, backs up, and tries a restore out, by commands alone", async () => {
		const words = connect("--token-file", "-", "--new-key-file", file("vault.key"), "--name", "Acme", "--promise-hours", "24");
		const { code, out, err } = await skyeworx(words, {}, `${atlassian.site.apiToken}\n`);
		expect({ code, err }).toEqual({ code: 0, err: "" });
		expect(out).toMatch(/^Acme is connected: http/);
		const kit = readFileSync(file("kit.txt"), "utf8");
		const secrets = [
			atlassian.site.apiToken,
			readFileSync(file("vault.key"), "utf8").trim(),
			/\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5,}\b/.exec(kit)?.[0] ?? kit,
		];
		for (const secret of secrets) expect(out).not.toContain(secret);
		for (const name of ["kit.txt", "vault.key"]) expect(statSync(file(name)).mode & 0o777, name).toBe(0o600);

		expect((await skyeworx(["storage", "show"])).out).toContain("recovery kit not proven");
		writeFileSync(file("other.txt"), kit.replaceAll(/\b[0-9A-Z]{4}-/g, "0000-"));
		expect(await skyeworx(["storage", "prove-kit", "--recovery-kit", file("other.txt")])).toMatchObject({ code: 2 });
		await json(["storage", "prove-kit", "--recovery-kit", file("kit.txt")]);
		expect((await skyeworx(["storage", "show"])).out).toContain("recovery kit proven");

		const run = await json<Run>(["backup", "run", "Acme", "--wait"]);
		expect(run).toMatchObject({ status: "succeeded" });
		expect((await skyeworx(["backup", "run", "--wait"])).out).toMatch(/WHAT +HELD +NEW[\s\S]*^work items +\d+ +0 +0 +0 +0$/m);
		const { items } = await json<{ items: { key: string }[] }>(["item", "find", "--kind", "jira.work-item", "--limit", "1"]);
		const restore = await json<Restore>(["restore", "run", items[0]?.key ?? "", "--copy", "--reason", "Trial"]);
		expect(restore).toMatchObject({ status: "succeeded", items: [{ outcome: "restored" }] });
		await json(["restore", "undo", restore.id]);
	});

	it("looks after the connection: shows it, checks it, replaces its token, pauses it", async () => {
		expect((await skyeworx(["site", "show"])).out).toMatch(/^Acme: connected[\s\S]*work items +\d+/);
		expect(await json<SiteDetail>(["site", "check"])).toMatchObject({ status: "connected" });
		const email = ["--email", atlassian.site.email];
		expect(await skyeworx(["site", "credential", ...email], { SKYEWORX_SITE_TOKEN: "wrong-token" })).toMatchObject({ code: 7 });
		writeFileSync(file("token"), `${atlassian.site.apiToken}\n`);
		const renewed = await json<SiteDetail>(["site", "credential", ...email, "--token-file", file("token"), "--token-ends", "2099-01-31"]);
		expect(renewed.connection.expiresAt).toBe("2099-01-31T00:00:00.000Z");
		expect(await json(["site", "update", "--pause", "--name", "Acme Ltd"])).toMatchObject({ status: "paused", name: "Acme Ltd" });
		expect(await json(["site", "update", "--resume"])).toMatchObject({ status: "connected" });
		expect(await skyeworx(["site", "update"])).toMatchObject({ code: 2 });
		expect(await skyeworx(["site", "update", "--pause", "--resume"])).toMatchObject({ code: 2 });
		expect(await skyeworx(connect("--name", "Again"), { SKYEWORX_SITE_TOKEN: atlassian.site.apiToken })).toMatchObject({ code: 5 });
		expect(readFileSync(file("kit.txt"), "utf8")).toContain("-");
	});

	it("gives out keys that may less, and revokes them", async () => {
		const made = await json<{ apiKey: { id: string } }>([
			"api-key",
			"create",
			"Watcher",
			"--may",
			"status.see",
			"--new-key-file",
			file("watcher"),
		]);
		const watcher = { SKYEWORX_API_KEY_FILE: file("watcher") };
		expect(await skyeworx(["site", "list"], watcher)).toMatchObject({ code: 0 });
		expect(await skyeworx(["site", "update", "--pause"], watcher)).toMatchObject({ code: 3 });
		expect((await skyeworx(["api-key", "list"])).out).toMatch(/^Watcher +skx_\S+ +see how backups are doing +anywhere/m);
		await json(["api-key", "revoke", made.apiKey.id]);
		expect(await skyeworx(["site", "list"], watcher)).toMatchObject({ code: 3 });
	});
});
