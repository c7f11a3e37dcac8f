import { AppError } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { seededRandom, steppingClock } from "../vault.fixture.ts";
import { memoryStore } from "./memory-store.ts";
import { probeStore, requireSuitableStore } from "./probe-store.ts";
import type { Store } from "./store.ts";

/** A memory store of which some calls are otherwise. */
function storeWith(change: (sound: Store) => Partial<Store>): Store {
	const sound = memoryStore();
	const bound: Store = {
		description: "memory",
		create: (...words) => sound.create(...words),
		replace: (...words) => sound.replace(...words),
		read: (...words) => sound.read(...words),
		facts: (name) => sound.facts(name),
		list: (prefix) => sound.list(prefix),
		delete: (name) => sound.delete(name),
	};
	return { ...bound, ...change(bound) };
}

const refused = (permission: string) => async () => {
	throw new AppError("store-unsuitable", `The bucket acme refuses this: ${permission} is missing`);
};

async function unmet(store: Store): Promise<string[]> {
	const findings = await probeStore(store, { clock: steppingClock(), random: seededRandom("probe") });
	return findings.filter(({ ok }) => !ok).map(({ need, message }) => `${need}: ${message}`);
}

describe("trying a store", () => {
	it("finds nothing wrong with a sound one and leaves nothing behind but what it locked for a minute", async () => {
		const store = memoryStore();
		expect(await unmet(store)).toEqual([]);
		expect(store.names()).toEqual([expect.stringMatching(/^probe\/lock-/)]);
		await requireSuitableStore(store, { clock: steppingClock(), random: seededRandom("probe") });
	});

	it("refuses a store that overwrites what it was told to keep", async () => {
		const store = storeWith((sound) => ({
			create: async (name, bytes) => {
				await sound.replace(name, bytes);
				return "created";
			},
		}));
		expect(await unmet(store)).toEqual([expect.stringMatching(/^conditional-put: .*erase/)]);
		await expect(requireSuitableStore(store, { clock: steppingClock(), random: seededRandom("probe") })).rejects.toMatchObject({
			code: "store-unsuitable",
			facts: { need: "conditional-put" },
		});
	});

	it("refuses a store whose condition holds only until two come at once", async () => {
		const store = storeWith((sound) => ({
			create: async (name, bytes) => {
				if ((await sound.facts(name)) !== undefined) return "exists";
				await sound.replace(name, bytes);
				return "created";
			},
		}));
		expect(await unmet(store)).toEqual([expect.stringMatching(/^conditional-put/)]);
	});

	it("names the right that is missing, and no need that is met", async () => {
		expect(await unmet(storeWith(() => ({ create: refused("s3:PutObject") })))).toEqual([expect.stringMatching(/^put: .*s3:PutObject/)]);
		expect(await unmet(storeWith(() => ({ read: refused("s3:GetObject") })))).toEqual(
			expect.arrayContaining([expect.stringMatching(/^get: .*s3:GetObject/)]),
		);
		expect(await unmet(storeWith(() => ({ delete: refused("s3:DeleteObject") })))).toEqual(
			expect.arrayContaining([expect.stringMatching(/^delete: .*s3:DeleteObject/)]),
		);
	});

	it("refuses a store that shows less than it has, or locks nothing", async () => {
		expect(await unmet(storeWith(() => ({ async *list() {} })))).toEqual([expect.stringMatching(/^list/)]);
		const forgetful = storeWith((sound) => ({ create: (name, bytes) => sound.create(name, bytes), extendLock: async () => undefined }));
		expect(await unmet(forgetful)).toEqual([expect.stringMatching(/^lock: It deletes/)]);
	});

	it("says once that nobody answers", async () => {
		const silent = async () => {
			throw new AppError("store-unreachable", "Nobody answers");
		};
		expect(await unmet(storeWith(() => ({ facts: silent, create: silent })))).toEqual(["reach: Nobody answers"]);
	});
});
