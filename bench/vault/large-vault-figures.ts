import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MeasuredCollection } from "../../packages/vault/src/collect/measure-collect.fixture.ts";
import type { Measured } from "../../packages/vault/src/index/measure-index.fixture.ts";
import type { Figure } from "../figure.ts";
import { vaultFlags } from "./repositories.ts";

const entries = 10_000_000;
const records = 1_000_000;
const programs = join(import.meta.dirname, "../../packages/vault/src");

function run<T>(program: string, words: readonly string[]): T {
	const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: "262144" };
	const output = execFileSync(process.execPath, [...vaultFlags, join(programs, program), ...words], { encoding: "utf8", env });
	return (output === "" ? undefined : JSON.parse(output)) as T;
}

function inFolder<T>(measure: (folder: string) => T): T {
	const folder = mkdtempSync(join(tmpdir(), "skyeworx-vault-bench-"));
	try {
		return measure(folder);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** The index of a vault of ten million blobs. */
function indexFigures(folder: string): Figure[] {
	const measure = (phase: string, segments = 0) =>
		run<Measured>("index/measure-index.fixture.ts", [phase, folder, String(entries), String(segments)]);
	const bare = measure("bare");
	const { segments } = measure("build");
	const searched = measure("lookup", segments);
	const { batched = 0, single = 0 } = searched;
	return [
		{
			name: "index of 10,000,000 blobs: memory beyond a bare process",
			value: searched.peakMegabytes - bare.peakMegabytes,
			unit: "MB",
			limit: { sense: "at most", value: 200 },
			note: `while it is searched; ${segments} segments`,
		},
		{
			name: "index of 10,000,000 blobs: look-ups a second",
			value: batched,
			unit: "",
			limit: { sense: "at least", value: 200_000 },
			note: `a million at a time, as collections ask; one by one, half of them unknown, ${Math.round(single).toLocaleString("en")}`,
		},
	];
}

/** A collection in a vault of one and a half million blobs, of which a third became garbage. */
function collectionFigures(folder: string): Figure[] {
	run("collect/measure-collect.fixture.ts", ["fill", folder, String(records)]);
	const { report, freed, peakMegabytes, seconds } = run<MeasuredCollection>("collect/measure-collect.fixture.ts", ["collect", folder]);
	return [
		{
			name: "collection among 1,500,000 blobs: freed, of what it announced",
			value: freed.bytes / report.condemned.bytes,
			unit: "",
			limit: { sense: "at least", value: 1 },
			note: `${(freed.bytes / 1e6).toFixed(1)} MB; ${(report.rewritten.bytes / 1e6).toFixed(1)} MB written anew; ${seconds.toFixed(1)} s, ${peakMegabytes.toFixed(0)} MB of memory`,
		},
	];
}

/** What a large vault costs: its index, and a collection. */
export function largeVaultFigures(): Figure[] {
	return [...inFolder(indexFigures), ...inFolder(collectionFigures)];
}
