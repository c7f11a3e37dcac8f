import { describe, expect, it } from "vitest";
import { utf8 } from "../format/bytes.ts";
import { standingClock } from "../keys/keys.fixture.ts";
import { blobTypes } from "./blob-id.ts";
import { KeyRing } from "./key-ring.ts";

const hour = 60 * 60 * 1000;
const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

async function ring(refuse: { now: boolean } = { now: false }) {
	const clock = standingClock();
	const roots: Uint8Array[] = [];
	const contents: Uint8Array[] = [];
	const openRoot = async () => {
		if (refuse.now) throw new Error("refused");
		const rootKey = new Uint8Array(32).fill(1);
		roots.push(rootKey);
		return { slotId: "s", rootKey };
	};
	const openContent = async () => {
		const generations = new Map([0, 1].map((generation) => [generation, new Uint8Array(32).fill(2 + generation)]));
		contents.push(...generations.values());
		return generations;
	};
	const ports = { vaultId: "v", domain: 1, clock, lifetime: hour, openRoot, openContent, news: () => "none" as const };
	const made = new KeyRing(ports, await openRoot());
	await made.loadContent();
	return { made, clock, roots, contents };
}

/** Every key that the ring gives out. */
function given(made: KeyRing): Uint8Array[] {
	const { log, checkpoint, mac, domainWrap } = made.roots;
	const { idKey, chunking } = made.content;
	return [made.rootKey, log, checkpoint, mac, domainWrap, idKey, chunking];
}

describe("a ring of keys", () => {
	it.each(["closed", "idle", "refused"])("overwrites all of them when it is %s, and gives out none any more", async (how) => {
		const refuse = { now: false };
		const { made, clock, roots, contents } = await ring(refuse);
		const keys = [...given(made), ...contents];
		expect(keys.some(isZero)).toBe(false);
		if (how === "closed") made.close();
		if (how === "idle") {
			await clock.advance(hour + 1);
			await clock.advance(hour + 1);
		}
		if (how === "refused") {
			refuse.now = true;
			await clock.advance(hour + 1);
		}
		expect([...keys, ...roots, ...contents].every(isZero)).toBe(true);
		const uses = [
			() => made.rootKey,
			() => made.roots.log,
			() => made.roots.checkpoint,
			() => made.roots.mac,
			() => made.roots.domainWrap,
			() => made.roots.purpose("catalog"),
			() => made.content.ref,
			() => made.content.idKey,
			() => made.content.chunking,
			() => made.content.generationKey(0),
			() => made.content.ids(blobTypes.record, utf8("x")),
		];
		for (const use of uses) expect(use).toThrow();
	});

	it("gives the same bytes after the proof that they still open, and leaves no second copy", async () => {
		const { made, clock, roots, contents } = await ring();
		const before = given(made).map((key) => key.slice());
		const id = made.content.ids(blobTypes.record, utf8("x"));
		made.content.ids(blobTypes.record, utf8("x"));
		await clock.advance(hour + 1);
		expect(given(made)).toEqual(before);
		expect(made.content.ids(blobTypes.record, utf8("x"))).toEqual(id);
		expect(roots).toHaveLength(2);
		expect(isZero(roots[1] ?? new Uint8Array(1))).toBe(true);
		expect(contents.slice(2).every(isZero)).toBe(true);
	});

	it("takes no key from a closed vault's late answer", async () => {
		let answer: (opened: { slotId: string; rootKey: Uint8Array }) => void = () => {};
		const late = new Promise<{ slotId: string; rootKey: Uint8Array }>((resolve) => {
			answer = resolve;
		});
		const clock = standingClock();
		const ports = {
			vaultId: "v",
			domain: 1,
			clock,
			lifetime: hour,
			openRoot: () => late,
			openContent: async () => new Map(),
			news: () => "none" as const,
		};
		const made = new KeyRing(ports, { slotId: "s", rootKey: new Uint8Array(32).fill(1) });
		await clock.advance(hour + 1);
		const waiting = made.ready();
		made.close();
		const rootKey = new Uint8Array(32).fill(1);
		answer({ slotId: "s", rootKey });
		await expect(waiting).rejects.toMatchObject({ message: "The vault was closed" });
		expect(isZero(rootKey)).toBe(true);
	});
});
