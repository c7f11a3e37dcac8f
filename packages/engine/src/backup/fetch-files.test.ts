import { describe, expect, it } from "vitest";
import { FileFetcher, type FileObservation } from "./fetch-files.ts";

const megabyte = 1024 * 1024;

/** A file that says how often it was opened and how many bytes were taken of it. */
function file(id: string, length: number, told: number | "untold" = length) {
	const seen = { opened: 0, taken: 0, closed: 0 };
	async function* content(): AsyncIterable<Uint8Array> {
		try {
			for (let at = 0; at < length; at += megabyte) {
				await new Promise((resolve) => setImmediate(resolve));
				const chunk = new Uint8Array(Math.min(megabyte, length - at)).fill(Number(id));
				seen.taken += chunk.length;
				yield chunk;
			}
		} finally {
			seen.closed += 1;
		}
	}
	const observation: FileObservation = {
		type: "file",
		ref: { kind: "k.a", id },
		part: "file/1",
		size: told === "untold" ? undefined : told,
		open: async () => {
			seen.opened += 1;
			return content();
		},
	};
	return { observation, seen };
}

function fetcher() {
	const stored = new Map<string, number>();
	const failed = new Map<string, unknown>();
	let inStore = 0;
	const files = new FileFetcher({
		signal: new AbortController().signal,
		async store({ ref }, content) {
			inStore += 1;
			expect(inStore).toBe(1);
			try {
				let bytes = 0;
				for await (const chunk of content) {
					expect(chunk[0]).toBe(Number(ref.id));
					bytes += chunk.length;
				}
				expect(stored.has(ref.id)).toBe(false);
				stored.set(ref.id, bytes);
			} finally {
				inStore -= 1;
			}
		},
		failed: async ({ ref }, error) => void failed.set(ref.id, error),
	});
	return { files, stored, failed };
}

describe("files", () => {
	it("whose size nobody told are fetched several at a time, like small ones", async () => {
		const { files, stored } = fetcher();
		const all = [1, 2, 3, 4].map((id) => file(String(id), 2 * megabyte, "untold"));
		for (const { observation } of all) await files.add(observation);
		expect(all.map(({ seen }) => seen.opened)).toEqual([1, 1, 1, 1]);
		expect(stored.size).toBe(0);
		await files.drain();
		expect([...stored.values()]).toEqual([2, 2, 2, 2].map((count) => count * megabyte));
	});

	it("of untold size that turn out to be large are given up and stream through alone", async () => {
		const { files, stored } = fetcher();
		const [large, small] = [file("1", 20 * megabyte, "untold"), file("2", megabyte, "untold")];
		await files.add(large.observation);
		await files.add(small.observation);
		await files.drain();
		expect(Object.fromEntries(stored)).toEqual({ 1: 20 * megabyte, 2: megabyte });
		expect(large.seen).toMatchObject({ opened: 2, closed: 2 });
		expect(large.seen.taken).toBeLessThan(27 * megabyte);
		expect(small.seen.opened).toBe(1);
	});

	it("that are known to be large stream through once, after those under way", async () => {
		const { files, stored } = fetcher();
		const [small, large] = [file("1", megabyte), file("2", 9 * megabyte)];
		await files.add(small.observation);
		await files.add(large.observation);
		expect([...stored.keys()]).toEqual(["1", "2"]);
		expect(large.seen.opened).toBe(1);
	});

	it("that end early or can't be opened fail by themselves", async () => {
		const { files, stored, failed } = fetcher();
		await files.add(file("1", megabyte, 2 * megabyte).observation);
		await files.add(file("2", 5 * megabyte, 6 * megabyte).observation);
		await files.add({ ...file("3", 1, "untold").observation, open: async () => Promise.reject(new Error("gone")) });
		await files.add(file("4", megabyte).observation);
		await files.drain();
		expect([...failed.keys()].sort()).toEqual(["1", "2", "3"]);
		expect([...stored.keys()]).toEqual(["4"]);
	});
});
