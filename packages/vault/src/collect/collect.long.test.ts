import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { MeasuredCollection } from "./measure-collect.fixture.ts";

const records = 1_000_000;
/** Memory is the server's, as `npm run serve` starts it (docs/decisions/0007). */
const flags = ["--max-semi-space-size=16", "--initial-old-space-size=32", "--heap-growing-percent=60"];
const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: "262144" };

it("a collection in a vault of a million and a half blobs needs little memory and keeps to its budget", () => {
	const folder = mkdtempSync(join(tmpdir(), "collect-long-"));
	const program = join(import.meta.dirname, "measure-collect.fixture.ts");
	const run = (...words: string[]) => execFileSync(process.execPath, [...flags, program, ...words], { encoding: "utf8", env });
	try {
		run("fill", folder, String(records));
		const measured = JSON.parse(run("collect", folder)) as MeasuredCollection;
		process.stdout.write(`collection of 1.5 million blobs: ${JSON.stringify(measured)}\n`);
		expect(measured.peakMegabytes).toBeLessThan(350);
		expect(measured.report.overtaken).toBe(false);
		expect(measured.freed).toEqual(measured.report.condemned);
		expect(measured.report.rewritten.bytes).toBeLessThan(34_000_000);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
