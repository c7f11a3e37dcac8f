import { randomUUID } from "node:crypto";
import type { ItemRef } from "@skyeworx/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";
import { upload } from "./site-deeds.ts";

const pages = 2000;
/** Children of each page, until there are enough. */
const children = 12;
const key = "BIG";
const kind = "confluence.page";

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(6, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const confluence = () => bench.simulator.state.confluence;
const storage = (value: string) => ({ representation: "storage", value });

async function fill(): Promise<void> {
	const space = await bench.post("/wiki/rest/api/space", { key, name: "Big" });
	const spaceId = String(space.id);
	const made: string[] = [];
	for (let number = 0; number < pages; number++) {
		const parentId = made[Math.floor((number - 1) / children)];
		const fields = { spaceId, status: "current", title: `Chapter ${number}`, body: storage(`<p>Words of ${number}.</p>`) };
		const { id } = await bench.post("/wiki/api/v2/pages", { ...fields, ...(parentId === undefined ? {} : { parentId }) });
		made.push(String(id));
		if (number % 5 === 0) {
			const { id: root } = await bench.post("/wiki/api/v2/footer-comments", { pageId: id, body: storage(`<p>On ${number}.</p>`) });
			if (number % 10 === 0) await bench.post("/wiki/api/v2/footer-comments", { parentCommentId: root, body: storage("<p>Aye.</p>") });
		}
		if (number % 20 === 0) {
			const path = `/wiki/rest/api/content/${id}/child/attachment`;
			await upload(bench, { method: "PUT", path, name: `plan-${number}.txt`, text: `plan of ${number}` });
		}
	}
}

/** The space as people see it: each page under its parent and between its siblings, its words, comments and files. */
function seen(): readonly string[] {
	const space = confluence().spaceByKey(key);
	const words = (body: string | undefined): string => (body ?? "").replace(/^<p><em>Originally by .*?<\/em><\/p>/, "");
	const told = (id: string | undefined, depth: number): string[] =>
		[...confluence().contents.values()]
			.filter((one) => one.spaceId === space?.id && one.type === "page" && one.status === "current" && one.parentId === id)
			.sort((a, b) => (a.position ?? 0) - (b.position ?? 0))
			.flatMap((one) => {
				const comments = confluence()
					.commentsOf(one.id)
					.map(({ versions, parentId }) => `${parentId === undefined ? "" : "reply "}${words(versions.at(-1)?.body.storage)}`);
				const files = confluence()
					.attachmentsOf(one.id)
					.map(({ title, versions }) => `${title} ${versions.at(-1)?.fileSize}`);
				const line = `${depth} ${one.title} ${one.versions.at(-1)?.body.storage} ${comments.join()} ${files.join()}`;
				return [line, ...told(one.id, depth + 1)];
			});
	return told(undefined, 0);
}

it("a space of 2,000 pages comes back once and in order though its restore is killed and goes on", async () => {
	await fill();
	const whole = seen();
	expect(whole.length).toBeGreaterThanOrEqual(pages);
	const snapshotId = await bench.backup();
	const spaceId = confluence().spaceByKey(key)?.id ?? "";
	const refs: ItemRef[] = [{ kind: "confluence.space", id: spaceId }];
	for (const { ref, parts } of (await bench.items(kind, snapshotId)).values())
		if (JSON.stringify(parts.get("")).includes(`"spaceId":"${spaceId}"`)) refs.push(ref);
	await bench.remove(`/wiki/rest/api/space/${key}`);
	await bench.wait(600_000);
	await bench.call("GET", "/wiki/api/v2/spaces?limit=1");
	await bench.backup();
	expect(seen()).toEqual([]);
	const plan = await bench.plan(
		refs.map((ref) => ({ ref, snapshotId })),
		{ target: { type: "in-place" }, ifExists: "overwrite" },
	);
	expect(plan.totals.create).toBe(refs.length);
	const restoreId = randomUUID();
	for (const records of [1500, 4000]) {
		bench.cutAfter(records);
		await expect(bench.carryOut(restoreId, plan)).rejects.toThrow();
	}
	bench.cutAfter(undefined);
	const receipt = await bench.carryOut(restoreId, plan);
	expect(receipt.outcome).toBe("restored");
	expect(failedFields(receipt)).toEqual([]);
	expect(seen()).toEqual(whole);
}, 900_000);
