import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Measured } from "./measure-index.fixture.ts";

const entries = 10_000_000;
const folder = mkdtempSync(join(tmpdir(), "index-long-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function measure(phase: string, segments = 0): Measured {
	const program = join(import.meta.dirname, "measure-index.fixture.ts");
	const output = execFileSync(process.execPath, [program, phase, folder, String(entries), String(segments)], { encoding: "utf8" });
	const measured = JSON.parse(output) as Measured;
	const rounded = Object.entries(measured).map(([name, value]) => `${name} ${Math.round(Number(value) * 10) / 10}`);
	process.stdout.write(`index of ${entries} entries, ${phase}: ${rounded.join(", ")}\n`);
	return measured;
}

describe("an index of ten million blobs", () => {
	it("is built, searched and merged within 200 MB more than a bare process needs", () => {
		const bare = measure("bare");
		const built = measure("build");
		const searched = measure("lookup", built.segments);
		const merged = measure("merge", built.segments);
		const searchedAgain = measure("lookup-merged", merged.segments);
		expect(built.segments).toBe(Math.ceil(entries / 2 ** 21));
		expect(merged.segments).toBe(built.segments);
		for (const { peakMegabytes } of [built, searched, merged, searchedAgain]) expect(peakMegabytes - bare.peakMegabytes).toBeLessThan(200);
	});
});
