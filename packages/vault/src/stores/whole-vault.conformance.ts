import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { createVault } from "../create-vault.ts";
import { writeAndKill } from "../kill.fixture.ts";
import { openVault } from "../open-vault.ts";
import { commit, contentsOf, document, keyFile, noise, pieces, requireFacts, seededRandom } from "../vault.fixture.ts";
import type { Vault, VaultPorts } from "../vault.ts";
import { openStore } from "./open-store.ts";

/** A new place for a vault, and what opens it from the environment. */
export interface VaultPlace {
	readonly address: string;
	readonly env: Readonly<Record<string, string>>;
}

const commandLine = fileURLToPath(new URL("../../../cli/src/main-cli.ts", import.meta.url));

function portsAt({ address, env }: VaultPlace): VaultPorts {
	return { store: openStore(address, { clock: systemClock, env }), clock: systemClock, random: systemRandom, log: quietLog };
}

/** A new vault at the place. */
function createAt(place: VaultPlace): Promise<Vault> {
	return createVault({ ...portsAt(place), slots: [keyFile] });
}

/** Opens it as another process would. */
function openAt(place: VaultPlace): Promise<Vault> {
	return openVault({ ...portsAt(place), unlock: keyFile });
}

async function damageOf(vault: Vault): Promise<readonly unknown[]> {
	return (await vault.verify({ level: "data" })).damage;
}

/**
 * What a whole vault must do on a real service; mandatory beside the store's own conformance.
 * @param make a new, empty place; its credentials must be in this process's environment too where the SDK looks for them
 */
export function wholeVaultConformance(kind: string, make: () => Promise<VaultPlace>): void {
	describe(`a whole vault in ${kind}`, () => {
		it("is created, backed up into, opened again, read, forgotten from and verified", async () => {
			const place = await make();
			const vault = await createAt(place);
			const attachment = noise(5_000_000, kind);
			const writer = await vault.beginSnapshot({ parent: undefined });
			for (let id = 1; id <= 300; id++) await writer.put({ kind: "k.a", id: String(id), part: "" }, document(id));
			await writer.putStream({ kind: "k.a", id: "1", part: "file/9" }, pieces(attachment, 64_000));
			const first = await writer.commit({ descriptor: { cursor: "one" }, complete: true });
			const second = await commit(vault, { "k.a/7/": document(7, "changed"), "k.a/8/": undefined });
			await vault.close();

			const again = await openAt(place);
			expect(again.snapshots().map(({ id }) => id)).toEqual([first.id, second.id]);
			const old = await again.snapshot(first.id);
			expect(await old.read(await requireFacts(old, { kind: "k.a", id: "7", part: "" }))).toEqual(document(7));
			const file = await old.read(await requireFacts(old, { kind: "k.a", id: "1", part: "file/9" }));
			expect(Buffer.compare(file, attachment)).toBe(0);
			expect(await damageOf(again)).toEqual([]);
			await again.forget(first.id, "test");
			await again.close();

			const third = await openAt(place);
			expect(third.snapshots().map(({ id }) => id)).toEqual([second.id]);
			const newest = await third.snapshot(second.id);
			expect(await newest.read(await requireFacts(newest, { kind: "k.a", id: "7", part: "" }))).toEqual(document(7, "changed"));
			expect(await newest.facts({ kind: "k.a", id: "8", part: "" })).toBeUndefined();
			expect(await damageOf(third)).toEqual([]);
		});

		it("takes the commits of two writers at once and loses neither", async () => {
			const place = await make();
			const [one, two] = [await createAt(place), await openAt(place)];
			const made = await Promise.all(
				[1, 2, 3, 4].flatMap((id) => [commit(one, { [`k.a/${id}/`]: document(id) }), commit(two, { [`k.b/${id}/`]: document(id, "two") })]),
			);
			const third = await openAt(place);
			expect(third.snapshots().map(({ id }) => id)).toEqual(made.map(({ id }) => id).sort((a, b) => a - b));
			for (const { id } of made) expect(Object.keys(await contentsOf(await third.snapshot(id))).length).toBeGreaterThan(0);
			expect(await damageOf(third)).toEqual([]);
		});

		it("survives kills of its writer in the middle of uploads", async () => {
			const place = await make();
			await createAt(place);
			const random = seededRandom(kind);
			let rounds = 0;
			for (let trial = 0; trial < 5; trial++) {
				const lifetime = Math.floor(random.fraction() * 600);
				const acknowledged = await writeAndKill({ ...place, firstRound: rounds, lifetime, afterDeeds: trial % 2, attachment: 3_000_000 });
				const vault = await openAt(place);
				const listed = vault.snapshots().map(({ id }) => id);
				expect(listed).toEqual(expect.arrayContaining(acknowledged));
				expect(await damageOf(vault)).toEqual([]);
				rounds = listed.length;
			}
			expect(rounds).toBeGreaterThan(0);
		});

		it("gets new keys, loses a slot, and is shredded: nothing of its keys is left in the store", async () => {
			const place = await make();
			const vault = await createAt(place);
			const { id } = await commit(vault, { "k.a/1/": document(1) });
			await vault.keys.rotateDomainKey();
			const second = await commit(vault, { "k.a/2/": document(2) });
			const other = { type: "key-file", key: new Uint8Array(32).fill(9) } as const;
			const slotId = await vault.keys.addSlot(other);
			expect(Object.keys(await contentsOf(await (await openVault({ ...portsAt(place), unlock: other })).snapshot(second.id)))).toHaveLength(
				2,
			);
			await vault.keys.removeSlot(slotId);
			await expect(openVault({ ...portsAt(place), unlock: other })).rejects.toMatchObject({ code: "vault-key-wrong" });
			expect((await vault.keys.shredDomain()).deleted).toHaveLength(2);
			const left: string[] = [];
			for await (const { name } of portsAt(place).store.list("keys/")) left.push(name);
			expect(left).toHaveLength(1);
			const again = await openAt(place);
			expect(again.snapshots()).toHaveLength(2);
			await expect(again.snapshot(id).then(contentsOf)).rejects.toMatchObject({ code: "vault-shredded" });
		});

		it("is opened by the command line with nothing but its address and the key", async () => {
			const place = await make();
			const vault = await createAt(place);
			await commit(vault, { "jira.work-item/10001/": document("ACME-1"), "jira.work-item/10001/file/5": noise(1000) });
			const folder = await mkdtemp(join(tmpdir(), "skyeworx-offline-"));
			try {
				await writeFile(join(folder, "key"), Buffer.from((keyFile as { key: Uint8Array }).key).toString("hex"));
				const run = async (verb: string, ...words: string[]) => {
					const all = [commandLine, "vault", verb, place.address, ...words, "--key-file", join(folder, "key")];
					return (await promisify(execFile)(process.execPath, all, { env: { ...process.env, ...place.env } })).stdout;
				};
				expect(await run("ls")).toContain("complete");
				expect(await run("find", "item")).toContain("jira.work-item/10001");
				expect(JSON.parse(await run("show", "10001", "--json"))).toMatchObject({
					parts: { "": { fields: { summary: "Work item ACME-1" } } },
				});
				expect(await run("verify")).toMatch(/^OK: verified every byte/);
				await run("export", "--to", join(folder, "out"));
				const file = await readFile(join(folder, "out", "jira.work-item", "10001", "file_5"));
				expect(Buffer.compare(file, noise(1000))).toBe(0);
			} finally {
				await rm(folder, { recursive: true, force: true });
			}
		});
	});
}
