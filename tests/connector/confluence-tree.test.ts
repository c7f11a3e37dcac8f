import type { JsonObject, JsonValue } from "@skyeworx/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { handmade, type Site } from "./confluence-handmade.ts";

let site: Site;
beforeEach(async () => {
	site = await handmade();
});
afterEach(async () => {
	const { violations } = site.simulator;
	await site.stop();
	expect(violations).toEqual([]);
});

const confluence = () => site.simulator.state.confluence;
const kinds: Readonly<Record<string, string>> = {
	folder: "confluence.folder",
	whiteboard: "confluence.whiteboard",
	database: "confluence.database",
	embed: "confluence.smart-link",
};
const types = Object.keys(kinds);

async function create(type: string, title: string, over: JsonObject = {}): Promise<string> {
	const address = type === "embed" ? { embedUrl: "https://chart.example.com/1" } : {};
	return String((await site.call("POST", `/wiki/api/v2/${type}s`, { body: { spaceId: site.spaceId, title, ...address, ...over } })).id);
}

/** Reads of single objects since the last call. */
function objectReads(): () => number {
	const count = () =>
		Object.entries(site.client.usage().byOperation)
			.filter(([operation]) => /^GET \/wiki\/api\/v2\/(folders|whiteboards|databases|embeds)\/\{id\}$/.test(operation))
			.reduce((sum, [, times]) => sum + times, 0);
	let before = count();
	return () => {
		const now = count();
		const since = now - before;
		before = now;
		return since;
	};
}

const main = (type: string, id: string): JsonObject => site.kept.item(kinds[type] ?? "", id).parts.get("") as JsonObject;
const held = (type: string): readonly string[] => site.kept.of(kinds[type] ?? "").map((ref) => ref.id);

/** Enough of them that they are not all read each time. */
async function many(): Promise<ReadonlyMap<string, readonly string[]>> {
	const made = new Map<string, readonly string[]>();
	for (const type of types) {
		const ids: string[] = [];
		for (let index = 0; index < 7; index++) ids.push(await create(type, `${type} ${index}`));
		made.set(type, ids);
	}
	return made;
}

function change(id: string, over: { readonly title?: string; readonly parentId?: string }): void {
	const content = confluence().contents.get(id);
	if (content === undefined) throw new Error(`no content ${id}`);
	confluence().changeContent(content, over);
}

/** As if a day had gone by since all were last read. */
function yesterday(): void {
	const cursor = site.kept.cursors.confluence as JsonObject;
	const tree = { ...(cursor.tree as JsonObject), at: "2026-01-01T00:00:00.000Z" };
	site.kept.cursors = { confluence: { ...cursor, tree } };
}

/** A site so large that pages are not listed each time. */
function large(): void {
	const cursor = site.kept.cursors.confluence as JsonObject;
	site.kept.cursors = { confluence: { ...cursor, count: 100_000, sweptAt: new Date().toISOString() } };
}

describe.each(["a small site", "a large site"])("folders, whiteboards, databases and smart links of %s", (size) => {
	const grow = (): void => (size === "a large site" ? large() : undefined);

	it("cost one search while nothing changes, and one read each that changed", async () => {
		const made = await many();
		const reads = objectReads();
		await site.backup(site.kept);
		expect(reads()).toBe(28);
		grow();
		await site.backup(site.kept);
		// The search tells versions of properties by name: the names are known from the last time.
		expect(reads()).toBe(0);
		expect(types.map((type) => held(type).length)).toEqual([7, 7, 7, 7]);

		const [first] = made.get("folder") ?? [];
		change(String(first), { title: "Renamed" });
		await site.backup(site.kept);
		expect(reads()).toBe(1);
		expect(main("folder", String(first)).title).toBe("Renamed");
	});

	it.each(types)("are seen to be renamed, new, in the trash and gone for good: %s", async (type) => {
		const [renamed, trashed, purged] = (await many()).get(type) as readonly [string, string, string];
		await site.backup(site.kept);
		grow();
		change(renamed, { title: "Called anew" });
		await site.call("DELETE", `/wiki/api/v2/${type}s/{id}`, { parameters: { id: trashed } });
		const content = confluence().contents.get(purged);
		if (content !== undefined) confluence().removeContent(content);
		const added = await create(type, "Added");
		const reads = objectReads();
		await site.backup(site.kept);
		expect(reads()).toBeLessThanOrEqual(4);
		expect(main(type, renamed).title).toBe("Called anew");
		expect(held(type)).toContain(added);
		expect(held(type)).not.toContain(trashed);
		expect(held(type)).not.toContain(purged);
		expect(held(type).length).toBe(6);
	});

	it.each(types)("are seen elsewhere in the tree at the day's sweep at the latest: %s", async (type) => {
		const made = await many();
		const [moved] = made.get(type) as readonly [string];
		const [, under] = made.get("folder") as readonly [string, string];
		await site.backup(site.kept);
		grow();
		change(moved, { parentId: under });
		await site.backup(site.kept);
		// Of whiteboards alone the search tells what is above them.
		if (type === "whiteboard") expect(main(type, moved).parentId).toBe(under);
		yesterday();
		await site.backup(site.kept);
		expect(main(type, moved)).toMatchObject({ parentId: under, parentType: "folder" });
	});

	it("are seen to have another property, and another value of one", async () => {
		const [id] = (await many()).get("folder") as readonly [string];
		await site.backup(site.kept);
		grow();
		const properties = () => site.kept.item("confluence.folder", id).parts.get("properties") as readonly JsonObject[] | undefined;
		const path = "/wiki/api/v2/folders/{id}/properties";
		const body: JsonObject = { key: "review-state", value: { by: "lab" } };
		const property = await site.call("POST", path, { parameters: { id }, body });
		await site.backup(site.kept);
		expect(properties()?.map(({ key, value }): JsonValue => [key ?? null, value ?? null])).toEqual([["review-state", { by: "lab" }]]);
		// Names that are new are asked for by name from the next time on.
		await site.backup(site.kept);
		await site.call("PUT", "/wiki/api/v2/folders/{folder-id}/properties/{property-id}", {
			parameters: { "folder-id": id, "property-id": String(property.id) },
			body: { key: "review-state", value: { by: "nobody" }, version: { number: 2 } },
		});
		const reads = objectReads();
		await site.backup(site.kept);
		expect(properties()?.[0]?.value).toEqual({ by: "nobody" });
		expect(reads()).toBe(1);
	});
});

describe("what stands in trees beside pages", () => {
	it("stays kept while the search does not name it", async () => {
		const made = await many();
		await site.backup(site.kept);
		site.simulator.state.switches.searchLagMs = 24 * 3_600_000;
		await site.backup(site.kept);
		expect(types.map((type) => held(type))).toEqual(types.map((type) => made.get(type)));
	});

	it("is seen to be gone when only its space is read, and left alone when another is", async () => {
		const other = await site.call("POST", "/wiki/rest/api/space", { body: { key: "OTHER", name: "Other" } });
		const [gone, stays] = [await create("folder", "Goes"), await create("folder", "Stays", { spaceId: String(other.id) })];
		await site.backup(site.kept);
		await site.call("DELETE", "/wiki/api/v2/folders/{id}", { parameters: { id: gone } });
		await site.call("DELETE", "/wiki/api/v2/folders/{id}", { parameters: { id: stays } });
		await site.backup(site.kept, { spaces: [site.spaceId] });
		expect(held("folder")).toEqual([stays]);
	});

	it("is read one by one where the search is closed, each time", async () => {
		const [id] = (await many()).get("database") as readonly [string];
		await site.backup(site.kept);
		change(id, { title: "Anew" });
		site.simulator.faults.inject({ kind: "forbidden", path: "content/search", times: 100 });
		await site.backup(site.kept);
		expect(main("database", id).title).toBe("Anew");
		expect(types.map((type) => held(type).length)).toEqual([7, 7, 7, 7]);
	});
});
