import { promises as files } from "node:fs";
import { rm } from "node:fs/promises";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { afterEach, describe, expect, it } from "vitest";
import { folderVault, killTrials, openFolder } from "./kill.fixture.ts";
import { openVault } from "./open-vault.ts";
import { type FolderFiles, folderStore } from "./stores/folder-store.ts";
import { commit, contentsOf, document, keyFile, noise } from "./vault.fixture.ts";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function newFolder() {
	const made = await folderVault();
	cleanups.push(made.remove);
	return made;
}

/** A disk that is full after so many more bytes, until it is given more. */
function disk(capacity: number): { readonly files: FolderFiles; grow(): void } {
	let left = capacity;
	const full = () => Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
	return {
		grow() {
			left = Number.POSITIVE_INFINITY;
		},
		files: {
			...files,
			async open(...args: Parameters<typeof files.open>) {
				const handle = await files.open(...args);
				const write = handle.writeFile.bind(handle);
				handle.writeFile = async (data) => {
					left -= (data as Uint8Array).length;
					if (left < 0) throw full();
					await write(data);
				};
				return handle;
			},
		},
	};
}

describe("a vault in a folder", () => {
	it("survives kill -9 of backup, collection and repair at any moment", async () => {
		const { commits } = await killTrials({ trials: 6, seed: "short", longestLife: 250, deeds: ["backup", "collect", "repair"] });
		expect(commits).toBeGreaterThan(0);
	});

	it("says that the disk is full, keeps what it had, and goes on when there is space", async () => {
		const { folder, vault } = await newFolder();
		await commit(vault, { "k.a/1/": document(1) });
		for (const capacity of [0, 500, 10_000, 60_100, 60_300, 60_500, 60_650]) {
			const small = disk(capacity);
			const store = folderStore(folder, small.files);
			const full = await openVault({ store, clock: systemClock, random: systemRandom, log: quietLog, unlock: keyFile });
			await expect(commit(full, { "k.a/2/": noise(60_000, capacity) })).rejects.toMatchObject({ code: "store-full" });
			const after = await openFolder(folder);
			expect(Object.keys(await contentsOf(await after.snapshot(after.snapshots().at(-1)?.id ?? 0)))).toEqual(["k.a/1/"]);
			expect((await after.verify({ level: "data" })).damage).toEqual([]);
			small.grow();
			const info = await commit(full, { "k.a/2/": noise(60_000, capacity) });
			expect(Object.keys(await contentsOf(await full.snapshot(info.id)))).toEqual(["k.a/1/", "k.a/2/"]);
			await full.forget(info.id, "next try");
		}
	});

	it("is shared by two openers: neither loses the other's snapshots", async () => {
		const { folder, vault } = await newFolder();
		const second = await openFolder(folder);
		const made = await Promise.all([
			commit(vault, { "k.a/1/": document(1) }),
			commit(second, { "k.a/2/": document(2) }),
			commit(vault, { "k.a/3/": document(3) }),
		]);
		const third = await openFolder(folder);
		expect(third.snapshots().map(({ id }) => id)).toEqual(made.map(({ id }) => id).sort((a, b) => a - b));
		expect((await third.verify({ level: "data" })).damage).toEqual([]);
	});

	it("says so when its folder vanishes", async () => {
		const { folder, vault } = await newFolder();
		await commit(vault, { "k.a/1/": document(1) });
		await rm(folder, { recursive: true });
		await expect(openFolder(folder)).rejects.toMatchObject({ code: "not-found" });
		expect((await vault.verify({ level: "log" })).damage.map(({ what }) => what)).toContain("missing");
	});
});
