import type { ItemRef, JsonObject } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adf } from "../hostile-site.ts";
import { type SiteBench, siteBench } from "../site-bench.ts";

const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
const workItem = "jira.work-item";
const page = "confluence.page";
let bench: SiteBench;

beforeEach(async () => {
	bench = await siteBench(8, "hasty");
});
afterEach(async () => await bench.close());

const texts = [
	`<script>alert("x")</script> & </title> 'quotes' "double"`,
	"emoji 🧑‍🚒🏳️‍🌈 and flags 🇩🇪, astral 𝒳, combining é",
	"עברית and العربية with marks \u202Eevil\u202C and zero\u200Bwidth",
	"back\\slash {{mustache}} <% percent %> %s %00 ../../etc/passwd",
	"line separators \u2028 and \u2029, nbsp\u00A0here",
	"x".repeat(255),
];

async function issue(summary: string): Promise<ItemRef> {
	const fields = { project: { key: "CORE" }, issuetype: { name: "Task" }, summary, description: adf(`Text: ${summary}`) };
	const { id } = await bench.post("/rest/api/3/issue", { fields });
	await bench.post(`/rest/api/3/issue/${String(id)}/comment`, { body: adf(`Comment: ${summary}`) });
	return { kind: workItem, id: String(id) };
}

function titleOf(item: StoredItem | undefined): unknown {
	return (item?.parts.get("") as JsonObject | undefined)?.title;
}

function escaped(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

async function pageOf(title: string, parentId?: string): Promise<ItemRef> {
	const body = { representation: "storage", value: `<p>Text: ${escaped(title)}</p>` };
	const more = parentId === undefined ? {} : { parentId };
	const { id } = await bench.post("/wiki/api/v2/pages", { spaceId: await bench.firstSpace(), status: "current", title, body, ...more });
	return { kind: page, id: String(id) };
}

async function remove(ref: ItemRef): Promise<void> {
	if (ref.kind === workItem) await bench.call("DELETE", `/rest/api/3/issue/${ref.id}`);
	else for (const purge of ["", "?purge=true"]) await bench.call("DELETE", `/wiki/api/v2/pages/${ref.id}${purge}`);
}

describe("hostile words", () => {
	it("in titles, bodies and comments come back byte by byte", async () => {
		const items = await Promise.all(texts.map(issue));
		const pages: ItemRef[] = [];
		for (const text of texts) pages.push(await pageOf(text));
		const snapshotId = await bench.backup();
		const before = await bench.items(workItem, snapshotId);
		const beforePages = await bench.items(page, snapshotId);
		for (const ref of [...items, ...pages]) await remove(ref);
		const receipt = await bench.restore(
			[...items, ...pages].map((ref) => ({ ref, snapshotId })),
			inPlace,
		);
		expect(receipt.items.filter((item) => item.outcome !== "restored")).toEqual([]);
		expect(receipt.items.flatMap((item) => item.fields.filter((field) => field.result === "failed"))).toEqual([]);
		const after = await bench.backup();
		const nowItems = await bench.items(workItem, after);
		const nowPages = await bench.items(page, after);
		for (const { ref, now } of receipt.items) {
			const [was, is] = ref.kind === workItem ? [before.get(ref.id), nowItems.get(now?.ref.id ?? "")] : [undefined, undefined];
			if (ref.kind === workItem) {
				for (const name of ["summary", "description"]) expect(bench.field(is, name), ref.id).toEqual(bench.field(was, name));
				const comment = JSON.stringify(bench.comments(is)[0]);
				expect(comment).toContain(JSON.stringify(`Comment: ${String(bench.field(was, "summary"))}`).slice(1, -1));
			} else {
				const [old, current] = [beforePages.get(ref.id), nowPages.get(now?.ref.id ?? "")];
				expect(titleOf(current)).toBe(titleOf(old));
				expect(bench.storage(current)).toBe(bench.storage(old));
			}
		}
		expect(bench.violations()).toEqual([]);
	});

	it("too long for the mark of a copy are cut, not refused", async () => {
		const ref = await issue("y".repeat(255));
		const snapshotId = await bench.backup();
		const receipt = await bench.restore([{ ref, snapshotId }], { target: { type: "copy" }, ifExists: "copy" });
		expect(receipt.items.map((item) => item.outcome)).toEqual(["restored"]);
		const made = await bench.call("GET", `/rest/api/3/issue/${receipt.items[0]?.now?.ref.id}?fields=summary`);
		expect((made.fields as JsonObject).summary).toBe(`[Restored copy] ${"y".repeat(239)}`);
	});
});

describe("an item that is still there", () => {
	it("is skipped or copied as was asked, and not touched", async () => {
		const ref = await issue("Still here");
		const snapshotId = await bench.backup();
		await bench.call("PUT", `/rest/api/3/issue/${ref.id}`, { fields: { summary: "Still here, newer" } });
		const before = await bench.call("GET", `/rest/api/3/issue/${ref.id}`);
		const skip = await bench.plan([{ ref, snapshotId }], { target: { type: "in-place" }, ifExists: "skip" });
		expect(skip.items[0]).toMatchObject({ action: "leave", reason: expect.stringMatching(/exist/) });
		const receipt = await bench.restore([{ ref, snapshotId }], { target: { type: "in-place" }, ifExists: "copy" });
		expect(receipt.items[0]).toMatchObject({ outcome: "restored", action: "create" });
		expect(receipt.items[0]?.now?.ref.id).not.toBe(ref.id);
		expect(await bench.call("GET", `/rest/api/3/issue/${ref.id}`)).toEqual(before);
	});
});

describe("an item without its place", () => {
	it("whose space was deleted can't come back in place, says so, and comes back as a copy elsewhere", async () => {
		const ref = await issue("Homeless");
		const snapshotId = await bench.backup();
		await bench.call("DELETE", "/rest/api/3/project/CORE");
		const plan = await bench.plan([{ ref, snapshotId }], inPlace);
		expect(plan.items[0]).toMatchObject({ action: "cannot", reason: expect.stringMatching(/space is not there.*copy into another/) });
		const { values } = await bench.call("GET", "/rest/api/3/project/search?typeKey=software");
		const [other] = (values as readonly JsonObject[]).map((one) => String(one.id));
		const receipt = await bench.restore([{ ref, snapshotId }], { target: { type: "copy", spaceId: other ?? "" }, ifExists: "copy" });
		expect(receipt.items.map((item) => item.outcome)).toEqual(["restored"]);
	});

	it("whose parent lies in the trash comes back under what is there", async () => {
		const parent = await pageOf("Parent in the trash");
		const child = await pageOf("Child", parent.id);
		const snapshotId = await bench.backup();
		await remove(child);
		await bench.call("DELETE", `/wiki/api/v2/pages/${parent.id}`);
		const plan = await bench.plan([{ ref: child, snapshotId }], inPlace);
		expect(plan.items[0]).toMatchObject({ action: "create", reason: expect.stringMatching(/parent/) });
		const receipt = await bench.restore([{ ref: child, snapshotId }], inPlace);
		expect(receipt.items.map((item) => item.outcome)).toEqual(["restored"]);
		const now = await bench.call("GET", `/wiki/api/v2/pages/${receipt.items[0]?.now?.ref.id}`);
		expect(now.status).toBe("current");
		expect(now.parentId).not.toBe(parent.id);
	});
});
