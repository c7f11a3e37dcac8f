import { atlassianDocuments } from "@skyeworx/testkit";
import { describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { recordedDocuments, recordedPages, recordedWorkItems } from "./recorded-documents.ts";

const folder = atlassianDocuments("fixtures", process.env);

interface Loaded {
	readonly id: string;
	readonly name: string;
}

/** Creates and says what the site refused: a recording that no site would take today can't be restored either. */
async function load<T extends { readonly name: string }>(items: readonly T[], create: (item: T, index: number) => Promise<string>) {
	const loaded: Loaded[] = [];
	const refused: string[] = [];
	for (const [index, item] of items.entries()) {
		try {
			loaded.push({ id: await create(item, index), name: item.name });
		} catch (error) {
			refused.push(`${item.name}: ${(error as Error).message.slice(0, 200)}`);
		}
	}
	return { loaded, refused };
}

/** Restores what was deleted and answers the id that each item has now. */
async function restoreAll(bench: SiteBench, kind: string, ids: readonly string[], snapshotId: number): Promise<Map<string, string>> {
	const receipt = await bench.restore(
		ids.map((id) => ({ ref: { kind, id }, snapshotId })),
		{ target: { type: "in-place" }, ifExists: "overwrite" },
	);
	const failed = receipt.items.filter((item) => item.outcome !== "restored" || item.fields.some((field) => field.result === "failed"));
	expect(failed).toEqual([]);
	return new Map(receipt.items.map((item) => [item.ref.id, item.now?.ref.id ?? ""]));
}

describe.skipIf(folder === undefined)("recorded input", () => {
	it("work items with recorded fields and ADF documents come back field by field", async () => {
		const bench = await siteBench();
		const items = recordedWorkItems(folder ?? "");
		const documents = recordedDocuments(folder ?? "");
		expect(items.length).toBeGreaterThan(40);
		expect(documents.length).toBeGreaterThan(30);
		const project = { key: "CORE" };
		const asFields = (item: (typeof items)[number]) => ({
			project,
			issuetype: { name: "Task" },
			summary: item.summary,
			labels: item.labels,
			...(item.description === undefined ? {} : { description: item.description }),
			...(item.dueDate === undefined ? {} : { duedate: item.dueDate }),
		});
		const created = await load(items, async (item) => (await bench.post("/rest/api/3/issue", { fields: asFields(item) })).id as string);
		const described = await load(documents, async ({ document, name }) => {
			const fields = { project, issuetype: { name: "Task" }, summary: `Document ${name}`, description: document };
			const { id } = await bench.post("/rest/api/3/issue", { fields });
			await bench.post(`/rest/api/3/issue/${id}/comment`, { body: document });
			return id as string;
		});
		expect(created.refused).toEqual([]);
		expect(described.loaded.length).toBeGreaterThan(documents.length / 2);
		const all = [...created.loaded, ...described.loaded];
		const snapshotId = await bench.backup();
		const before = await bench.items("jira.work-item", snapshotId);
		for (const { id } of all) await bench.call("DELETE", `/rest/api/3/issue/${id}`);
		await bench.backup();

		const names = await restoreAll(
			bench,
			"jira.work-item",
			all.map(({ id }) => id),
			snapshotId,
		);
		const after = await bench.items("jira.work-item", await bench.backup());
		for (const { id, name } of all) {
			const old = before.get(id);
			const now = after.get(names.get(id) ?? "");
			for (const field of ["summary", "description", "labels", "duedate", "priority", "issuetype"]) {
				expect(bench.field(now, field), `${field} of ${name}`).toEqual(bench.field(old, field));
			}
			expect(bench.comments(now).length, `comments of ${name}`).toBe(bench.comments(old).length);
		}
		expect(bench.violations()).toEqual([]);
		await bench.close();
	});

	it("pages with recorded storage format come back byte for byte", async () => {
		const bench = await siteBench();
		const spaceId = await bench.firstSpace();
		const pages = recordedPages(folder ?? "");
		expect(pages.length).toBeGreaterThan(30);
		const { loaded, refused } = await load(pages, async ({ name, storage }) => {
			const body = { representation: "storage", value: storage };
			return (await bench.post("/wiki/api/v2/pages", { spaceId, status: "current", title: `Recorded ${name}`, body })).id as string;
		});
		// Some expected outputs of those tools are fragments that Confluence itself would not take.
		expect(loaded.length).toBeGreaterThan(pages.length * 0.6);
		for (const refusal of refused) expect(refusal).toMatch(/400/);
		const snapshotId = await bench.backup();
		const before = await bench.items("confluence.page", snapshotId);
		for (const [index, { id }] of loaded.entries()) {
			await bench.call("DELETE", `/wiki/api/v2/pages/${id}`);
			// Every second one is purged from the trash, too: it has to be created again.
			if (index % 2 === 1) await bench.call("DELETE", `/wiki/api/v2/pages/${id}?purge=true`);
		}
		await bench.backup();
		const names = await restoreAll(
			bench,
			"confluence.page",
			loaded.map(({ id }) => id),
			snapshotId,
		);
		const after = await bench.items("confluence.page", await bench.backup());
		for (const [index, { id, name }] of loaded.entries()) {
			if (index % 2 === 0) expect(names.get(id), `id of ${name}`).toBe(id);
			expect(bench.storage(after.get(names.get(id) ?? "")), name).toBe(bench.storage(before.get(id)));
			expect(bench.storage(before.get(id)), name).toBe(pages.find((page) => page.name === name)?.storage);
		}
		expect(bench.violations()).toEqual([]);
		await bench.close();
	});
});
