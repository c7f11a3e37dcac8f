import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { startSimulator } from "../server.ts";
import { document, fetchAddress, testClient } from "../testing/test-client.ts";

describe("a saved site", () => {
	it("goes on as if it had never stopped: items, files, ids, clock, credentials", async () => {
		const first = await startSimulator({ seed: 120 });
		const client = testClient(first);
		first.state.clock.advance(86_400_000);
		const fields = { project: { key: "CORE" }, issuetype: { name: "Task" }, summary: "Kept" };
		const { key } = (await client.post("/rest/api/3/issue", { fields })).json;
		await client.upload(`/rest/api/3/issue/${key}/attachments`, [{ name: "a.txt", type: "text/plain", bytes: Buffer.from("abc") }]);
		await client.put("/rest/api/3/issue/CORE-3", { fields: { summary: "Edited", description: document("Anew") } });
		await client.delete("/rest/api/3/issue/MOB-1?deleteSubtasks=true");
		await client.delete("/rest/api/3/project/OPS");
		const before = first.snapshotState();
		const saved = first.pack();
		await first.stop();

		const second = await startSimulator({ seed: "empty", saved, validate: "throw" });
		const again = testClient(second);
		expect(second.site).toEqual(first.site);
		expect(second.oauth).toEqual(first.oauth);
		expect(second.snapshotState()).toEqual(before);
		expect(Math.abs(second.state.clock.offset - 86_400_000)).toBeLessThan(1000);
		expect((await again.get("/rest/api/3/issue/CORE-3?fields=summary")).json.fields.summary).toBe("Edited");
		const [file] = (await again.get(`/rest/api/3/issue/${key}`)).json.fields.attachment;
		expect(await (await again.raw(`/rest/api/3/attachment/content/${file.id}?redirect=false`)).text()).toBe("abc");
		const next = (await again.post("/rest/api/3/issue", { fields })).json;
		expect(Number(next.key.split("-")[1])).toBe(Number(key.split("-")[1]) + 1);
		await second.stop();
	});

	it("is refused when the bytes are something else", async () => {
		await expect(startSimulator({ seed: "empty", saved: Buffer.from("nonsense") })).rejects.toThrow();
	});
});

describe("the program", () => {
	const folder = mkdtempSync(join(tmpdir(), "simulator-"));
	const children: ChildProcess[] = [];
	afterAll(() => {
		for (const child of children) child.kill("SIGKILL");
		rmSync(folder, { recursive: true });
	});

	const main = join(import.meta.dirname, "../main-simulator.ts");
	function run(...words: string[]): ChildProcess {
		const child = spawn(process.execPath, [main, "--json", "--seed", "40", ...words], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
		children.push(child);
		return child;
	}
	async function lineOf(stream: NodeJS.ReadableStream | null): Promise<Record<string, string>> {
		if (stream === null) throw new Error("no output");
		for await (const line of createInterface({ input: stream })) return JSON.parse(line) as Record<string, string>;
		throw new Error("ended without a line");
	}
	const call = (ready: Record<string, string>, path: string, init: RequestInit = {}) =>
		fetchAddress(ready.url + path, {
			...init,
			headers: {
				authorization: `Basic ${Buffer.from(`${ready.email}:${ready.apiToken}`).toString("base64")}`,
				"content-type": "application/json",
			},
		});

	it("keeps its site in the state file over an end by signal and an end of its parent", async () => {
		const state = join(folder, "site.bin");
		const first = run("--state", state);
		const ready = await lineOf(first.stdout);
		expect(ready).toMatchObject({ type: "ready", url: expect.stringContaining("http://127.0.0.1:"), clientId: expect.any(String) });
		const edit = (of: Record<string, string>, summary: string) =>
			call(of, "/rest/api/3/issue/CORE-1", { method: "PUT", body: JSON.stringify({ fields: { summary } }) });
		await edit(ready, "Saved by a signal");
		const ended = once(first, "exit");
		first.kill("SIGTERM");
		expect((await ended)[0]).toBe(0);

		const second = run("--state", state);
		const again = await lineOf(second.stdout);
		expect(again.apiToken).toBe(ready.apiToken);
		expect(await (await call(again, "/rest/api/3/issue/CORE-1?fields=summary")).json()).toMatchObject({
			fields: { summary: "Saved by a signal" },
		});
		await edit(again, "Saved without a parent");
		const alone = once(second, "exit");
		second.disconnect();
		expect((await alone)[0]).toBe(0);

		const third = await lineOf(run("--state", state).stdout);
		expect(await (await call(third, "/rest/api/3/issue/CORE-1?fields=summary")).json()).toMatchObject({
			fields: { summary: "Saved without a parent" },
		});
	});

	it("says what to do about a broken state file, a taken port and a broken flag", async () => {
		const broken = join(folder, "broken.bin");
		writeFileSync(broken, "nonsense");
		expect((await lineOf(run("--state", broken).stderr)).message).toContain("move the file away");
		const ready = await lineOf(run().stdout);
		expect((await lineOf(run("--port", new URL(ready.url ?? "").port).stderr)).message).toContain("choose another with --port");
		const flag = run("--port", "many");
		const ended = once(flag, "exit");
		expect((await ended)[0]).toBe(1);
	});
});
