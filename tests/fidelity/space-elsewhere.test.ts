import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";

let here: SiteBench;
let there: SiteBench;
beforeEach(async () => {
	[here, there] = [await siteBench(12, "hasty"), await siteBench(10, "hasty")];
});
afterEach(async () => {
	expect([...here.violations(), ...there.violations()]).toEqual([]);
	await Promise.all([here.close(), there.close()]);
});

const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const storage = (value: string) => ({ representation: "storage", value });

/** Everything that a site holds in its Confluence, to prove that nothing else was touched. */
function picture(bench: SiteBench, but: ReadonlySet<string>): string {
	const { contents } = bench.simulator.state.confluence;
	const others = [...contents.values()].filter(({ id }) => !but.has(id));
	return JSON.stringify(others, (name, value: unknown) => (name === "position" ? undefined : value));
}

describe("pages that are restored to another site", () => {
	it("stand there as they stood, with restrictions for people who are known there, and go again on undo", async () => {
		const spaceId = await here.firstSpace();
		const create = async (title: string, parentId: string | undefined, value: string): Promise<string> => {
			const over = parentId === undefined ? {} : { parentId };
			return String((await here.post("/wiki/api/v2/pages", { spaceId, status: "current", title, body: storage(value), ...over })).id);
		};
		const root = await create("Voyage", undefined, "<p>Where to.</p>");
		const link =
			'<p><ac:link><ri:page ri:content-title="Voyage" /></ac:link> <ac:link><ri:page ri:content-title="Left behind" /></ac:link></p>';
		const open = await create("Open leg", root, link);
		const secret = await create("Secret leg", root, "<p>Hush.</p>");
		const stranger = [...here.simulator.state.accounts.keys()].find((id) => id !== here.simulator.site.accountId) ?? "";
		there.simulator.state.accounts.delete(stranger);
		const restrictions = {
			user: [
				{ type: "known", accountId: stranger },
				{ type: "known", accountId: here.simulator.site.accountId },
			],
		};
		await here.call("PUT", `/wiki/rest/api/content/${secret}/restriction`, [{ operation: "read", restrictions }]);
		const snapshotId = await here.backup();
		const target = await there.firstSpace();
		const before = picture(there, new Set());
		const refs = [root, open, secret].map((id) => ({ ref: { kind: "confluence.page", id }, snapshotId }));

		const options = { target: { type: "copy", siteId: "other", spaceId: target, unmarked: true }, ifExists: "overwrite" } as const;
		const { receipt, undo } = await here.restoreTo(there, refs, options);

		expect(failedFields(receipt)).toEqual([]);
		const { contents } = there.simulator.state.confluence;
		const now = (id: string) => contents.get(receipt.items.find(({ ref }) => ref.id === id)?.now?.ref.id ?? "");
		expect([now(root)?.title, now(root)?.spaceId]).toEqual(["Voyage", target]);
		expect([now(open)?.parentId, now(secret)?.parentId]).toEqual([now(root)?.id, now(root)?.id]);
		expect(now(open)?.versions.at(-1)?.body.storage).toBe(link);
		// One of the two is not known there: whoever is left sees it, and it is open to nobody else.
		const seen = now(secret)?.restrictions.read.users ?? [];
		expect(seen).not.toContain(stranger);
		expect(seen).toHaveLength(1);
		const made = new Set([root, open, secret].map((id) => now(id)?.id ?? ""));
		expect(picture(there, made)).toBe(before);
		expect((await undo()).items.map(({ outcome }) => outcome)).toEqual(["undone", "undone", "undone"]);
		expect([...made].map((id) => contents.get(id)?.status)).toEqual(["trashed", "trashed", "trashed"]);
	});

	it("bring templates of their space and of the site, and leave those behind that have no space there", async () => {
		const made = await here.post("/wiki/rest/api/space", { key: "TRAVEL", name: "Travels" });
		await there.post("/wiki/rest/api/space", { key: "TRAVEL", name: "Somebody else's travels" });
		const template = async (name: string, spaceKey?: string): Promise<string> => {
			const over = spaceKey === undefined ? {} : { space: { key: spaceKey } };
			const body = { storage: { value: `<p>${name}: who, where, when.</p>`, representation: "storage" } };
			return String((await here.post("/wiki/rest/api/template", { name, templateType: "page", body, ...over })).templateId);
		};
		const [own, global] = [await template("Trip report", "TRAVEL"), await template("Site report")];
		const snapshotId = await here.backup();
		const ref = (id: string, kind = "confluence.template") => ({ ref: { kind, id }, snapshotId });
		const templates = () => [...there.simulator.state.confluence.templates.values()];
		const before = templates().length;
		const options = { target: { type: "copy", siteId: "other" }, ifExists: "overwrite" } as const;

		// A space of the same key is another one there: nothing is written into it unasked.
		const alone = await here.restoreTo(there, [ref(own)], options);
		expect(alone.plan.items.map(({ action }) => action)).toEqual(["cannot"]);
		expect(templates().length).toBe(before);

		const spaceId = String(made.id);
		const { receipt, undo } = await here.restoreTo(there, [ref(spaceId, "confluence.space"), ref(own), ref(global)], options);
		expect(failedFields(receipt)).toEqual([]);
		const named = (name: string) => templates().find((one) => one.name === name);
		expect([named("Trip report")?.spaceKey, named("Site report")?.spaceKey]).toEqual(["TRAVEL2", undefined]);
		expect(named("Trip report")?.body.storage).toBe("<p>Trip report: who, where, when.</p>");
		await undo();
		expect(templates().length).toBe(before);

		const target = await there.firstSpace();
		const chosen = { ...options, target: { ...options.target, spaceId: target } };
		await here.restoreTo(there, [ref(own)], chosen);
		expect(named("Trip report")?.spaceKey).toBe(there.simulator.state.confluence.spaces.get(target)?.key);
	});

	it("bring their space with them, under its own key where that is free", async () => {
		const made = await here.post("/wiki/rest/api/space", { key: "TRAVEL", name: "Travels" });
		const spaceId = String(made.id);
		await here.post("/wiki/api/v2/pages", { spaceId, status: "current", title: "Packing", body: storage("<p>Socks.</p>") });
		const snapshotId = await here.backup();
		const pages = [...(await here.items("confluence.page", snapshotId)).values()].filter(
			(item) => object(item.parts.get("")).spaceId === spaceId,
		);
		const refs = [{ kind: "confluence.space", id: spaceId }, ...pages.map(({ ref }) => ref)].map((ref) => ({ ref, snapshotId }));
		const options = { target: { type: "copy", siteId: "other" }, ifExists: "overwrite" } as const;
		const { receipt } = await here.restoreTo(there, refs, options);
		expect(failedFields(receipt)).toEqual([]);
		const space = there.simulator.state.confluence.spaceByKey("TRAVEL");
		const titles = [...there.simulator.state.confluence.contents.values()]
			.filter((one) => one.spaceId === space?.id)
			.map(({ title }) => title);
		expect(titles.sort()).toEqual(["Packing", "Travels Home"]);
	});
});
