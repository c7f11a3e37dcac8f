import { expect, it } from "vitest";
import { merged } from "./merged.ts";

async function* said(words: readonly string[], ended: string[], fails = false): AsyncGenerator<string> {
	try {
		for (const word of words) {
			await Promise.resolve();
			yield word;
		}
		if (fails) throw new Error("broken");
	} finally {
		ended.push(words[0] ?? "");
	}
}

it("gives everything of all streams, each in its own order", async () => {
	const ended: string[] = [];
	const all: string[] = [];
	for await (const word of merged([said(["a1", "a2", "a3"], ended), said(["b1"], ended), said([], ended)])) all.push(word);
	expect(all.filter((word) => word.startsWith("a"))).toEqual(["a1", "a2", "a3"]);
	expect(all.toSorted()).toEqual(["a1", "a2", "a3", "b1"]);
	expect(ended.toSorted()).toEqual(["", "a1", "b1"]);
});

it("is not held up by a stream that waits", async () => {
	let release = () => {};
	const gate = new Promise<void>((resolve) => {
		release = resolve;
	});
	async function* waiting(): AsyncGenerator<string> {
		await gate;
		yield "late";
	}
	const all: string[] = [];
	for await (const word of merged([waiting(), said(["x", "y"], [])])) {
		all.push(word);
		if (word === "y") release();
	}
	expect(all).toEqual(["x", "y", "late"]);
});

it("ends the others when one breaks, and when the reader stops", async () => {
	const ended: string[] = [];
	const broken = async () => {
		for await (const _word of merged([said(["a"], ended, true), said(Array(1000).fill("b") as string[], ended)]));
	};
	await expect(broken()).rejects.toThrow("broken");
	expect(ended.toSorted()).toEqual(["a", "b"]);
	const stopped: string[] = [];
	for await (const _word of merged([said(["c", "c", "c"], stopped), said(["d", "d"], stopped)])) break;
	expect(stopped.toSorted()).toEqual(["c", "d"]);
});
