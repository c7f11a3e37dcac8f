import { describe, expect, it } from "vitest";
import type { KindRestore } from "../connector/kind-restore.ts";
import { noteRef, notesBench } from "../notes-site.fixture.ts";
import { ReadingBack } from "./reading-back.ts";

const signal = new AbortController().signal;

/** A site of notes whose restores can confirm what was read of them: a note is as it was while its title is. */
async function confirming(notes: number) {
	const bench = await notesBench();
	for (let number = 0; number < notes; number++) bench.site.write(`note ${number}`);
	const asked: number[] = [];
	const readLive: typeof bench.connector.readLive = async (refs, stop) => {
		asked.push(refs.length);
		return await bench.connector.readLive(refs, stop);
	};
	const titleOf = (part: unknown): unknown => (part as { readonly title?: unknown } | undefined)?.title;
	const confirm: KindRestore["confirm"] = async (read) => {
		const live = await bench.connector.readLive(read.map(({ ref }) => ref));
		const now = new Map(live.map((one) => [one.ref.id, one.state === "live" ? titleOf(one.item.parts.get("")) : undefined]));
		return read.filter(({ ref, parts }) => now.get(ref.id) === titleOf(parts.get("")));
	};
	const kinds = bench.connector.kinds.map((kind) =>
		kind.restore === undefined ? kind : { ...kind, restore: { ...kind.restore, confirm } },
	);
	const ports = { ...bench, connector: { ...bench.connector, kinds, readLive } };
	const reading = new ReadingBack(ports, { restoreId: "r1", recorded: false, signal });
	return { ...bench, asked, reading, refs: [...bench.site.notes.keys()].map(noteRef) };
}

describe("reading back while others are written", () => {
	it("reads what is written early and once, and again what was touched or changed after", async () => {
		const { site, asked, reading, refs } = await confirming(120);
		for (const ref of refs) reading.written(ref);
		const [touched, changed, gone] = refs;
		if (touched === undefined || changed === undefined || gone === undefined) throw new Error("there are notes");
		await reading.touched(touched);
		expect(asked).toEqual([100]);
		const note = site.notes.get(changed.id);
		if (note !== undefined) site.notes.set(changed.id, { ...note, title: "somebody wrote on" });
		site.notes.delete(gone.id);
		const live = await reading.all(refs);
		expect(live.map(({ ref }) => ref)).toEqual(refs);
		// The hundred that were ready first; then the twenty that came later, and the three of which that does not hold any more.
		expect(asked).toEqual([100, 23]);
		expect(live[2]?.state).toBe("absent");
		const titles = live.map((one) => (one.state === "live" ? (one.item.parts.get("") as { title: string }).title : undefined));
		expect(titles[1]).toBe("somebody wrote on");
		expect(titles.at(-1)).toBe("note 119");
	});

	it("reads again what was touched while a reading that followed another had it", async () => {
		const { asked, reading, refs } = await confirming(200);
		for (const ref of refs) reading.written(ref);
		const late = refs[150];
		if (late === undefined) throw new Error("there are notes");
		await reading.touched(late);
		await reading.all(refs);
		expect(asked).toEqual([100, 100, 1]);
	});

	it("leaves it to the end where there are few", async () => {
		const { asked, reading, refs } = await confirming(5);
		for (const ref of refs) reading.written(ref);
		expect(asked).toEqual([]);
		expect(await reading.all(refs)).toHaveLength(5);
		expect(asked).toEqual([5]);
	});
});
