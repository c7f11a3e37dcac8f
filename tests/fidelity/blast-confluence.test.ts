import type { JsonObject } from "@skyeworx/core";
import type { RestoreOptions, StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";

const kind = "confluence.page";
const inPlace: RestoreOptions = { target: { type: "in-place" }, ifExists: "overwrite" };
let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(10, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const storage = (value: string) => ({ representation: "storage", value });
const later = () => bench.wait(60_000);
const me = () => bench.simulator.site.accountId;

async function page(title: string, parentId?: string): Promise<string> {
	const over = parentId === undefined ? {} : { parentId };
	const spaceId = await bench.firstSpace();
	return String(
		(await bench.post("/wiki/api/v2/pages", { spaceId, status: "current", title, body: storage(`<p>${title}</p>`), ...over })).id,
	);
}

const label = async (id: string, name: string) => await bench.post(`/wiki/rest/api/content/${id}/label`, [{ prefix: "global", name }]);

/** What a person would see of a page: words, place, labels, who may view it. */
function seen(item: StoredItem | undefined): unknown {
	if (item === undefined) return "not there";
	const main = item.parts.get("") as JsonObject;
	const labels = ((item.parts.get("labels") ?? []) as JsonObject[]).map(({ name }) => name);
	return [main.title, bench.storage(item), main.parentId, labels, item.parts.get("restrictions") ?? null, bench.comments(item).length];
}

async function rogue(pages: Readonly<Record<string, string>>): Promise<void> {
	const { edited = "", moved = "", target = "", unlabelled = "", hidden = "", gone = "" } = pages;
	const put = { id: edited, status: "current", title: "Edited", body: storage("<p>Ruined.</p>"), version: { number: 2 } };
	await bench.call("PUT", `/wiki/api/v2/pages/${edited}`, put);
	await bench.call("PUT", `/wiki/rest/api/content/${moved}/move/append/${target}`);
	await bench.call("DELETE", `/wiki/rest/api/content/${unlabelled}/label?name=keep`);
	await label(unlabelled, "ruined");
	const user = [{ type: "known", accountId: me() }];
	await bench.call("PUT", `/wiki/rest/api/content/${hidden}/restriction`, [{ operation: "read", restrictions: { user } }]);
	await bench.remove(`/wiki/api/v2/pages/${gone}`);
}

it("edits go back by their author; moves, labels, restrictions and deletions, which have none, where they are asked for", async () => {
	const root = await page("Root");
	const pages: Record<string, string> = {};
	for (const name of ["edited", "moved", "target", "unlabelled", "hidden", "gone", "calm"]) pages[name] = await page(name, root);
	await label(pages.unlabelled ?? "", "keep");
	const before = await bench.backup();
	const was = await bench.items(kind, before);
	const from = await later();
	await rogue(pages);
	const to = await later();
	await bench.backup();
	const query = { accountId: me(), from, to };
	const nameOf = (id: string) => Object.entries(pages).find(([, own]) => own === id)?.[0];

	const signed = await bench.blastRadius(query);
	expect(signed.selection.map(({ ref }) => nameOf(ref.id))).toEqual(["edited"]);
	const said = new Map(signed.kept.map(({ ref, reason }) => [nameOf(ref.id), reason]));
	expect([...said.keys()].toSorted()).toEqual(["gone", "hidden", "moved", "unlabelled"]);
	expect(said.get("moved")).toContain("Parent. Atlassian does not say by whom");

	const radius = await bench.blastRadius({ ...query, deletions: true });
	expect(new Map(radius.selection.map(({ ref, fields }) => [nameOf(ref.id), fields]))).toEqual(
		new Map([
			["edited", undefined],
			["moved", ["parent"]],
			["unlabelled", ["labels"]],
			["hidden", ["restrictions/read"]],
			["gone", undefined],
		]),
	);
	const receipt = await bench.restore(radius.selection, inPlace);
	expect(failedFields(receipt)).toEqual([]);
	const is = await bench.items(kind, await bench.backup());
	for (const [name, id] of Object.entries(pages)) expect(seen(is.get(id)), name).toEqual(seen(was.get(id)));
	expect(is.size).toBe(was.size);
});

it("what somebody changed again stays, and so do words that were added beside", async () => {
	const id = await page("Rota");
	await label(id, "keep");
	await bench.backup();
	const from = await later();
	await bench.call("DELETE", `/wiki/rest/api/content/${id}/label?name=keep`);
	const to = await later();
	await bench.backup();
	await later();
	await label(id, "sorted-out");
	await bench.post("/wiki/api/v2/footer-comments", { pageId: id, body: storage("<p>All well again.</p>") });
	await bench.backup();
	const radius = await bench.blastRadius({ accountId: me(), from, to, deletions: true });
	expect(radius.selection).toEqual([]);
	expect(radius.kept).toEqual([expect.objectContaining({ reason: "Changed again since, and that stays: Labels." })]);
});
