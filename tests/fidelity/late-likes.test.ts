import { afterEach, beforeEach, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";

const kind = "confluence.page";
/** More than one run asks for. */
const liked = 60;

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench("small", "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

it("likes that a later backup reads make no new version of a page, and the page does not count as changed", async () => {
	const pages = [...bench.simulator.state.confluence.contents.values()].filter(
		({ type, status }) => type === "page" && status === "current",
	);
	expect(pages.length).toBeGreaterThan(liked);
	const [account] = bench.simulator.state.accounts.keys();
	for (const page of pages.slice(0, liked)) page.likes.splice(0, page.likes.length, account ?? "");
	const likesHeld = async (snapshotId: number) =>
		[...(await bench.items(kind, snapshotId)).values()].filter(({ parts }) => parts.has("likes"));
	const first = await likesHeld(await bench.backup());
	expect(first.length).toBeLessThan(liked);
	const { snapshot, descriptor } = await bench.tryBackup();
	const second = await likesHeld(snapshot.id);
	expect(second.length).toBeGreaterThan(first.length);
	expect(descriptor.counts[kind]?.changed ?? 0).toBe(0);
	const late = second.find(({ ref }) => !first.some((held) => held.ref.id === ref.id));
	if (late === undefined) throw new Error("no likes were read later");
	expect(bench.catalog.versions(late.ref)).toHaveLength(1);

	const { id } = late.ref;
	const body = { representation: "storage", value: "<p>Other words.</p>" };
	await bench.wait(60_000);
	const number = (bench.simulator.state.confluence.contents.get(id)?.versions.length ?? 0) + 1;
	await bench.call("PUT", `/wiki/api/v2/pages/${id}`, { id, status: "current", title: `Other ${id}`, body, version: { number } });
	const third = await bench.tryBackup();
	expect(third.descriptor.counts[kind]?.changed).toBe(1);
	expect(bench.catalog.versions(late.ref)).toHaveLength(2);
});
