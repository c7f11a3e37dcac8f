import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DemoProcess, dataFolder, runDemo, startDemo } from "../demo-process.ts";

/** Words that occur nowhere else, in every place where a customer can write. */
const canaries = {
	summary: "zebrafinchsummary",
	description: "quokkadescription",
	comment: "axolotlcomment",
	file: "narwhalfilecontent",
	pageTitle: "pangolintitle",
	pageBody: "okapibody",
} as const;

function* filesBelow(folder: string): Iterable<string> {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) yield* filesBelow(path);
		else if (entry.isFile()) yield path;
	}
}

/** Calls the simulated site's REST API with a new API token of its owner. */
async function siteCall(demo: DemoProcess, path: string, body: unknown): Promise<{ id: string }> {
	const made = await fetch(`${demo.simulatorUrl}/_simulator/api-tokens`, { method: "POST" });
	const { email, apiToken } = (await made.json()) as { email: string; apiToken: string };
	const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
	const headers = { authorization, "content-type": "application/json" };
	const response = await fetch(demo.simulatorUrl + path, { method: "POST", headers, body: JSON.stringify(body) });
	if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
	return (await response.json()) as { id: string };
}

async function backup(demo: DemoProcess) {
	const { client, siteId } = demo;
	let run = await client.createBackup({ params: { siteId } });
	while (run.finishedAt === null) {
		await new Promise((resolve) => setTimeout(resolve, 100));
		run = await client.getRun({ params: { runId: run.id } });
	}
	return run;
}

describe("a data folder", () => {
	it("goes on after Ctrl-C and after kill -9, belongs to one process, and holds no plaintext", async () => {
		const data = await dataFolder();
		const first = await startDemo({ data, seed: "300" });
		const second = await runDemo(["--json", "--data", data, "--port", "0", "--simulator-port", "0"]);
		expect(second).toMatchObject({ code: 5, text: expect.stringMatching(/data-folder-busy/) });

		const adf = (text: string) => ({ type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }] }] });
		const fields = {
			project: { key: "CORE" },
			issuetype: { name: "Task" },
			summary: canaries.summary,
			description: adf(canaries.description),
		};
		const issue = await siteCall(first, "/rest/api/3/issue", { fields });
		await siteCall(first, `/rest/api/3/issue/${issue.id}/comment`, { body: adf(canaries.comment) });
		const [space] = (await first.client.listSpaces({ params: { siteId: first.siteId } })).items.filter((one) => one.app === "confluence");
		await siteCall(first, "/wiki/api/v2/pages", {
			spaceId: space?.id,
			status: "current",
			title: canaries.pageTitle,
			body: { representation: "storage", value: `<p>${canaries.pageBody}</p>` },
		});
		expect((await backup(first)).status).toBe("succeeded");
		const find = async (demo: DemoProcess, q: string) =>
			await demo.client.searchSiteItems({ params: { siteId: demo.siteId }, query: { q } });
		for (const word of [canaries.summary, canaries.description, canaries.comment, canaries.pageTitle, canaries.pageBody]) {
			expect((await find(first, word)).total.count, word).toBe(1);
		}
		const simulatorPort = Number(new URL(first.simulatorUrl).port);
		expect(await first.stop()).toBe(0);

		const again = await startDemo({ data, simulatorPort });
		expect((await find(again, canaries.comment)).total.count).toBe(1);
		const [hit] = (await find(again, canaries.summary)).items;
		const plan = await again.client.createRestorePlan({
			params: { siteId: again.siteId },
			body: { items: [{ kind: "jira.work-item", id: issue.id, version: hit?.lastSnapshotId ?? 0 }], target: { type: "copy" } },
		});
		let restore = await again.client.createRestore({ body: { planId: plan.id } });
		while (restore.finishedAt === null) {
			await new Promise((resolve) => setTimeout(resolve, 50));
			restore = await again.client.getRestore({ params: { restoreId: restore.id } });
		}
		expect(restore.status).toBe("succeeded");

		// Killed in the middle of a backup: the next start takes it up and ends it.
		const interrupted = await again.client.createBackup({ params: { siteId: again.siteId } });
		await again.kill();
		const third = await startDemo({ data, simulatorPort });
		let resumed = await third.client.getRun({ params: { runId: interrupted.id } });
		while (resumed.finishedAt === null) {
			await new Promise((resolve) => setTimeout(resolve, 100));
			resumed = await third.client.getRun({ params: { runId: interrupted.id } });
		}
		expect(resumed.status).toBe("succeeded");
		expect((await backup(third)).status).toBe("succeeded");
		const verification = await third.client.createVerification({ params: { siteId: third.siteId }, body: { level: "data" } });
		let verified = verification;
		while (verified.finishedAt === null) {
			await new Promise((resolve) => setTimeout(resolve, 100));
			verified = await third.client.getRun({ params: { runId: verification.id } });
		}
		expect(verified.verification).toMatchObject({ ok: true, damage: [] });
		expect(await third.client.verifyAudit()).toMatchObject({ ok: true });
		expect(await third.stop()).toBe(0);

		const seen: string[] = [];
		let bytes = 0;
		for (const path of filesBelow(data)) {
			// The simulator's own file is Atlassian's side.
			if (path.startsWith(join(data, "simulator"))) continue;
			bytes += statSync(path).size;
			const text = readFileSync(path).toString("latin1").toLowerCase();
			for (const word of Object.values(canaries)) {
				if (text.includes(word) || text.includes([...word].join("\0"))) seen.push(`${word} in ${path}`);
			}
		}
		expect(bytes).toBeGreaterThan(1_000_000);
		expect(seen).toEqual([]);
		rmSync(data, { recursive: true, force: true });
	});

	it("is refused with a hint when the words are wrong", async () => {
		for (const words of [["--port", "x"], ["--port", "70000"], ["--nonsense"], ["--seed", "-1"]]) {
			const { code, text } = await runDemo([...words, "--json"]);
			expect(code, words.join(" ")).toBe(2);
			expect(text, words.join(" ")).toMatch(/bad-input/);
		}
	});
});
