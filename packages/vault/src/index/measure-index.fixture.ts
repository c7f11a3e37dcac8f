import { openSync, readSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { LiveMarks } from "../collect/live-marks.ts";
import { BlobIndex, BlockCache, mergeSegments } from "./index.ts";
import { Segment, SegmentBuilder } from "./segment.ts";
import { packName, sampleCipher, sampleHeader } from "./segments.fixture.ts";

/*
 * A program of its own, so that the memory it reports is the index's and not a test runner's:
 * node measure-index.fixture.ts bare|build|lookup|merge|lookup-merged FOLDER ENTRIES SEGMENTS
 */
/** What a phase prints, as JSON. */
export interface Measured {
	readonly segments?: number;
	/** Look-ups a second one by one, half of the ids unknown. */
	readonly single?: number;
	/** Look-ups a second a million at a time, as collections ask. */
	readonly batched?: number;
	readonly seconds: number;
	readonly peakMegabytes: number;
}

const [, , phase, folder = ".", entriesText = "0", segmentsText = "0"] = process.argv;
const entries = Number(entriesText);
const lookups = 100_000;
const batch = 2 ** 20;
const batches = 4;
const cipher = sampleCipher();

/** Ids spread as hashes are, made faster than by hashing each. */
function idOf(number: number): Uint8Array {
	const id = new Uint8Array(20);
	const view = new DataView(id.buffer);
	let state = (number + 1) >>> 0;
	for (let word = 0; word < 4; word++) {
		state = Math.imul(state ^ (state >>> 16), 0x45d9f3b) + word * 0x9e3779b1;
		state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
		view.setUint32(word * 4, state ^ (state >>> 16));
	}
	view.setUint32(16, number);
	return id;
}

/** Numbers below the limit, spread over all of it. */
function spread(turn: number, limit: number): number {
	return (Math.imul(turn + 1, 0x9e3779b1) >>> 0) % limit;
}

function write(builder: SegmentBuilder, name: string): void {
	const descriptor = openSync(join(folder, name), "w");
	for (const piece of builder.pieces({ header: sampleHeader, cipher })) writeSync(descriptor, piece);
	builder.reset();
}

const noPack = { class: "R", size: 1 } as const;

async function openAll(prefix: string): Promise<Segment[]> {
	const cache = new BlockCache();
	return Promise.all(
		Array.from({ length: Number(segmentsText) }, (_, number) => {
			const name = join(folder, `${prefix}-${number}`);
			const descriptor = openSync(name, "r");
			const read = async (offset: number, length: number) => {
				const bytes = new Uint8Array(length);
				readSync(descriptor, bytes, 0, length, offset);
				return bytes;
			};
			return Segment.open({ size: statSync(name).size, cipher, cache, read });
		}),
	);
}

function build(): number {
	const builder = new SegmentBuilder();
	let written = 0;
	let pack = "";
	for (let number = 0; number < entries; number++) {
		if (builder.isFull) write(builder, `built-${written++}`);
		if (number % 4096 === 0) pack = packName(number);
		builder.add(idOf(number), { pack, frame: number % 64, slot: number % 64, rawLength: number });
	}
	write(builder, `built-${written++}`);
	return written;
}

async function merge(): Promise<number> {
	const builder = new SegmentBuilder();
	let written = 0;
	await mergeSegments({
		inputs: await openAll("built"),
		isDead: () => false,
		write({ id, ...location }) {
			builder.add(id, location);
			if (builder.isFull) write(builder, `merged-${written++}`);
		},
	});
	if (builder.count > 0) write(builder, `merged-${written++}`);
	return written;
}

async function lookUp(prefix: string): Promise<{ readonly single: number; readonly batched: number }> {
	const segments = await openAll(prefix);
	const index = new BlobIndex(segments);
	const start = performance.now();
	for (let turn = 0; turn < lookups; turn++) {
		const number = spread(turn, 2 * entries);
		const found = await index.lookup(idOf(number));
		if (number < entries !== (found?.rawLength === number)) throw new Error(`wrong answer for ${number}`);
	}
	const middle = performance.now();
	const packs = new Map(segments.flatMap((segment) => segment.packs).map((sha256) => [sha256, { ...noPack, sha256 }]));
	const open = segments.map((segment, number) => ({ segment, record: { sha256: `${number}`, entries: segment.count, size: 0 } }));
	const marks = new LiveMarks({ packs, condemned: new Map(), quarantined: new Map() }, open);
	for (let turn = 0; turn < batches * batch; turn++) if (marks.add(idOf(spread(turn, entries)))) await marks.flush();
	await marks.flush();
	return { single: (lookups / (middle - start)) * 1000, batched: ((batches * batch) / (performance.now() - middle)) * 1000 };
}

async function run(): Promise<Partial<Measured>> {
	if (phase === "build") return { segments: build() };
	if (phase === "merge") return { segments: await merge() };
	if (phase === "lookup") return lookUp("built");
	if (phase === "lookup-merged") return lookUp("merged");
	return {};
}

const start = performance.now();
const result = await run();
const seconds = (performance.now() - start) / 1000;
const measured: Measured = { ...result, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1000 };
process.stdout.write(JSON.stringify(measured));
