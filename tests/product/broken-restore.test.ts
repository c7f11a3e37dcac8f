import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adf } from "../hostile-site.ts";
import { inPlace, RichSite, whole, writes } from "../rich-site.ts";

let site: RichSite;

beforeEach(async () => {
	site = await RichSite.start();
});
afterEach(async () => await site.bench.close());

describe("a restore", () => {
	it("brings everything back once", async () => {
		expect(await site.inventory()).toEqual(whole);
		await site.deleteAll();
		const receipt = await site.bench.carryOut(randomUUID(), await site.plan());
		expect(receipt.items.map((item) => [item.outcome, item.problems])).toEqual([1, 2, 3].map(() => ["restored", []]));
		expect(await site.inventory()).toEqual(whole);
		expect(site.bench.violations()).toEqual([]);
	});

	it("makes nothing twice when the answers to writes of every sort are lost", async () => {
		await site.deleteAll();
		for (const [method, path] of writes) site.bench.simulator.faults.inject({ kind: "lost-answer", method, path });
		const receipt = await site.untilDone(randomUUID(), await site.plan());
		expect(receipt.items.map((item) => item.outcome)).toEqual(["restored", "restored", "restored"]);
		expect(site.bench.simulator.faults.pending).toBe(0);
		expect(await site.inventory()).toEqual(whole);
	});

	it("makes nothing twice either when writes fail before and their answers are lost after", async () => {
		await site.deleteAll();
		for (const [method, path] of writes) {
			for (const kind of ["server-error", "lost-answer"] as const) site.bench.simulator.faults.inject({ kind, method, path });
		}
		const receipt = await site.untilDone(randomUUID(), await site.plan());
		expect(receipt.items.map((item) => item.outcome)).toEqual(["restored", "restored", "restored"]);
		expect(await site.inventory()).toEqual(whole);
	});

	it("gives an item up that the site fails to make again and again, and leaves nothing of it", async () => {
		await site.deleteAll();
		const { faults } = site.bench.simulator;
		faults.inject({ kind: "server-error", method: "POST", path: "/rest/api/3/issue/[^/]+/comment", times: 50 });
		faults.inject({ kind: "server-error", method: "POST", path: "/wiki/api/v2/inline-comments", times: 50 });
		const receipt = await site.bench.carryOut(randomUUID(), await site.plan());
		expect(receipt.items.map((item) => item.outcome)).toEqual(["failed", "restored", "failed"]);
		for (const item of receipt.items.filter((one) => one.outcome === "failed")) expect(item.reason).toBeTruthy();
		expect(await site.inventory()).toEqual({ "Linked one": ["0 comments, 0 worklogs, 0 attachments, 0 links"] });
	});

	it.each(["unavailable", "reset", "stopped"] as const)(
		"cut off (%s) at any request ends whole when it goes on, or undone",
		async (how) => {
			await site.interrupted(how, 18, how === "reset" ? 4 : how === "stopped" ? 7 : 1);
		},
	);

	it.each([150, 2500])("makes an item once though the %i newest numbers of its space are gone", async (gone) => {
		await site.deleteAll();
		for (const project of site.bench.simulator.state.jira.projects.values()) project.nextNumber += gone;
		const { faults, log } = site.bench.simulator;
		faults.inject({ kind: "lost-answer", method: "POST", path: "/rest/api/3/issue(\\?|$)" });
		const before = log.total;
		const receipt = await site.bench.carryOut(randomUUID(), await site.plan());
		expect(receipt.items.map((item) => item.outcome)).toEqual(["restored", "restored", "restored"]);
		expect(await site.inventory()).toEqual(whole);
		// Numbers are doubled and halved, not tried one by one.
		expect(log.total - before).toBeLessThan(250);
	});

	it("leaves comments alone that nobody chose, also those that name an item which came back under a new key", async () => {
		const { bench, rich, linked } = site;
		const linkedKey = String((await bench.call("GET", `/rest/api/3/issue/${linked.id}?fields=summary`)).key);
		const naming = (text: string) => {
			const card = { type: "inlineCard", attrs: { url: `${bench.simulator.url}/browse/${linkedKey}` } };
			return { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }, card] }] };
		};
		const path = `/rest/api/3/issue/${rich.id}/comment`;
		const chosen = await bench.post(path, { body: naming("Edited later: ") });
		const untouched = await bench.post(path, { body: naming("Never touched: ") });
		const snapshotId = await bench.backup();
		await bench.call("PUT", `${path}/${String(chosen.id)}`, { body: adf("Graffiti") });
		const later = await bench.post(path, { body: naming("Came later: ") });
		await bench.call("DELETE", `/rest/api/3/issue/${linked.id}`);
		const asWere = await Promise.all([untouched, later].map(async ({ id }) => await bench.call("GET", `${path}/${String(id)}`)));
		const selection = [rich, linked].map((ref) => ({ ref, snapshotId }));
		const receipt = await bench.restore(selection, inPlace);
		expect(receipt.items.map((item) => item.outcome)).toEqual(["restored", "restored"]);
		const are = await Promise.all([untouched, later].map(async ({ id }) => await bench.call("GET", `${path}/${String(id)}`)));
		expect(are).toEqual(asWere);
		const putBack = JSON.stringify(await bench.call("GET", `${path}/${String(chosen.id)}`));
		expect(putBack).toContain(`/browse/${receipt.items.find((item) => item.ref.id === linked.id)?.now?.key}"`);
	});
});
