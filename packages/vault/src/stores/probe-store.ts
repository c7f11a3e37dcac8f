import { AppError, type Clock, isAppError, type Random } from "@skyeworx/core";
import { sameBytes, utf8 } from "../format/bytes.ts";
import { patientStore } from "./retrying.ts";
import type { Store } from "./store.ts";

/** What a vault needs of its store, in the order in which it is tried. */
export type StoreNeed = "reach" | "put" | "get" | "list" | "conditional-put" | "replace" | "delete" | "lock";

export interface StoreFinding {
	readonly need: StoreNeed;
	readonly ok: boolean;
	/** What went wrong and, for a refused right, its name: `... s3:PutObject is missing`. Empty when it is ok. */
	readonly message: string;
	readonly hint: string | undefined;
}

interface ProbePorts {
	readonly clock: Clock;
	readonly random: Random;
}

const prefix = "probe/";
const lockSeconds = 60;
const writers = 8;

/**
 * Tries everything that a vault needs of a store, with small objects under `probe/`, and says of each need whether it is met.
 * `lock` is tried where the store was told to lock; its object of one byte stays for a minute. A store that can't be reached
 * yields that finding alone, one that can't be written to none of what needs an object.
 */
export async function probeStore(store: Store, { clock, random }: ProbePorts): Promise<readonly StoreFinding[]> {
	const asked = patientStore(store, clock);
	const name = (what: string) => `${prefix}${what}-${random.uuid()}`;
	const reach = await finding("reach", () => asked.facts(name("reach")));
	if (!reach.ok) return [reach];
	const one = name("put");
	const bytes = utf8("a probe");
	const put = await finding("put", async () => asked.create(one, bytes));
	const found = [
		reach,
		put,
		await finding("get", () => (put.ok ? readBack(asked, one, bytes) : readNothing(asked, one))),
		await finding("list", async () => {
			let listed = !put.ok;
			for await (const object of asked.list(prefix)) listed ||= object.name === one;
			require(listed, "It does not list what was just written");
		}),
		...(put.ok ? [await finding("conditional-put", () => raced(store, name("race")))] : []),
		await finding("replace", async () => {
			await asked.replace(one, utf8("replaced"));
			require(sameBytes(await asked.read(one), utf8("replaced")), "It does not show what it was replaced with");
		}),
		await finding("delete", async () => {
			require((await asked.delete(one)) === "deleted", "It locks what nobody asked it to lock");
			require((await asked.facts(one)) === undefined, "What was deleted is still there");
		}),
	];
	if (put.ok && store.extendLock !== undefined) found.push(await finding("lock", () => locked(asked, name)));
	await removeLeftovers(asked);
	return found;
}

async function readBack(store: Store, name: string, bytes: Uint8Array): Promise<void> {
	require(sameBytes(await store.read(name), bytes), "It gives back other bytes than it was given");
	require(sameBytes(await store.read(name, { offset: 2, length: 3 }), bytes.subarray(2, 5)), "It does not read ranges");
}

/** Where nothing could be put, the right to read still shows. */
async function readNothing(store: Store, name: string): Promise<void> {
	await store.read(name).catch((error: unknown) => {
		if (!isAppError(error, "store-object-missing")) throw error;
	});
}

/** @throws AppError `store-unsuitable`, `store-unreachable` with the first need that is not met */
export async function requireSuitableStore(store: Store, ports: ProbePorts): Promise<void> {
	const unmet = (await probeStore(store, ports)).find(({ ok }) => !ok);
	if (unmet === undefined) return;
	throw new AppError(unmet.need === "reach" ? "store-unreachable" : "store-unsuitable", unmet.message, {
		facts: { need: unmet.need },
		...(unmet.hint === undefined ? {} : { hint: unmet.hint }),
	});
}

async function finding(need: StoreNeed, task: () => Promise<unknown>): Promise<StoreFinding> {
	try {
		await task();
		return { need, ok: true, message: "", hint: undefined };
	} catch (error) {
		if (!isAppError(error) || error.code === "cancelled") throw error;
		return { need, ok: false, message: error.message, hint: error.hint };
	}
}

function require(met: boolean, message: string): void {
	if (!met) throw new AppError("store-unsuitable", message, { hint: "docs/storage.md says what a store must offer." });
}

/** Many writers of one name: exactly one may win, and its bytes must stay. Not repeated: a lost answer would look like a loss. */
async function raced(store: Store, name: string): Promise<void> {
	const answers = await Promise.all(Array.from({ length: writers }, (_, i) => store.create(name, utf8(`writer ${i}`))));
	require(answers.filter((answer) => answer === "created").length === 1 &&
		sameBytes(
			await store.read(name),
			utf8(`writer ${answers.indexOf("created")}`),
		), "It lets several writers create the same object: one would erase the other's commit");
	await store.delete(name);
}

async function locked(store: Store, name: (what: string) => string): Promise<void> {
	const clockName = name("clock");
	await store.create(clockName, utf8("x"));
	// Locks end by the store's clock.
	const now = (await store.facts(clockName))?.modifiedAt.getTime() ?? 0;
	const until = (seconds: number) => new Date(now + seconds * 1000);
	const lockedName = name("lock");
	await store.create(lockedName, utf8("x"), { retainUntil: until(lockSeconds / 2) });
	await store.extendLock?.(lockedName, until(lockSeconds));
	require((await store.delete(lockedName)) === "locked", "It deletes what it was told to lock");
}

/** Of this and earlier probes: what is still locked goes with a later one. */
async function removeLeftovers(store: Store): Promise<void> {
	try {
		for await (const { name } of store.list(prefix)) await store.delete(name);
	} catch (error) {
		// The findings have said already what can't be listed or deleted.
		if (!isAppError(error)) throw error;
	}
}
