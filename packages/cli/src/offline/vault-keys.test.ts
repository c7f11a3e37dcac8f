import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { startKmsSimulator } from "@skyeworx/testkit";
import { createVault, folderStore } from "@skyeworx/vault";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../run-cli.ts";

let folder: string;
let vaultFolder: string;
let vaultId: string;
const at = (name: string) => join(folder, name);

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "skyeworx-cli-keys-"));
	vaultFolder = at("vault");
	await writeFile(at("key"), "07".repeat(32));
	const ports = { store: folderStore(vaultFolder), clock: systemClock, random: systemRandom, log: quietLog };
	const vault = await createVault({ ...ports, slots: [{ type: "key-file", key: new Uint8Array(32).fill(7) }] });
	vaultId = vault.id;
	const writer = await vault.beginSnapshot({ parent: undefined });
	await writer.put({ kind: "k.a", id: "1", part: "" }, new TextEncoder().encode('{"title":"One"}'));
	await writer.commit({ descriptor: {}, complete: true });
	await vault.close();
});

afterEach(async () => {
	vi.unstubAllEnvs();
	await rm(folder, { recursive: true, force: true });
});

async function run(...words: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
	let out = "";
	let err = "";
	const code = await runCli(["vault", ...words, "--json"], {
		env: {},
		fetch: () => Promise.reject(new Error("no server is asked")),
		out: (text) => {
			out += text;
		},
		err: (text) => {
			err += text;
		},
		columns: 120,
		readInput: () => Promise.resolve(""),
		isTerminal: false,
		version: "1.2.3",
		signal: new AbortController().signal,
	});
	return { code, out, err };
}

async function answer(...words: string[]): Promise<Record<string, unknown>> {
	const { code, out, err } = await run(...words);
	expect({ code, err }).toEqual({ code: 0, err: "" });
	return JSON.parse(out);
}

const key = () => ["--key-file", at("key")];
const slotTypes = async () =>
	((await answer("slot", "list", vaultFolder, ...key())).items as { type: string; slotId: string }[]).map(({ type }) => type);

describe("the keys of a vault, without a server", () => {
	it("are added: a key, a recovery code, a passphrase; each opens the vault, and is written for nobody else to read", async () => {
		await writeFile(at("passphrase"), "correct horse battery staple\n");
		await answer("slot", "add", vaultFolder, ...key(), "--new-key-file", at("second-key"));
		await answer("slot", "add", vaultFolder, ...key(), "--new-recovery-kit", at("kit"));
		await answer("slot", "add", vaultFolder, ...key(), "--new-passphrase-file", at("passphrase"));
		expect(await slotTypes()).toEqual(["key-file", "key-file", "recovery-kit", "passphrase"]);
		for (const [option, file] of [
			["--key-file", "second-key"],
			["--recovery-kit", "kit"],
			["--passphrase-file", "passphrase"],
		] as const)
			expect((await answer("ls", vaultFolder, option, at(file))).items).toHaveLength(1);
		for (const file of ["second-key", "kit"]) expect((await stat(at(file))).mode & 0o077).toBe(0);
		const before = await readFile(at("second-key"), "utf8");
		expect((await run("slot", "add", vaultFolder, ...key(), "--new-key-file", at("second-key"))).code).toBe(5);
		expect(await readFile(at("second-key"), "utf8")).toBe(before);
		expect((await run("slot", "add", vaultFolder, ...key())).code).toBe(2);
	});

	it("are taken away, but never the last", async () => {
		const { slotId } = await answer("slot", "add", vaultFolder, ...key(), "--new-key-file", at("second-key"));
		await answer("slot", "remove", vaultFolder, String(slotId), ...key());
		expect((await run("ls", vaultFolder, "--key-file", at("second-key"))).code).toBe(11);
		const [last] = (await answer("slot", "list", vaultFolder, ...key())).items as { slotId: string }[];
		const refused = await run("slot", "remove", vaultFolder, last?.slotId ?? "", ...key());
		expect(refused.code).toBe(5);
		expect(JSON.parse(refused.err)).toMatchObject({ error: { code: "conflict", hint: expect.stringContaining("recovery kit") } });
		const { slotId: rotated } = await answer(
			"slot",
			"rotate",
			vaultFolder,
			last?.slotId ?? "",
			...key(),
			"--new-key-file",
			at("third-key"),
		);
		expect(rotated).not.toBe(last?.slotId);
		expect((await run("ls", vaultFolder, ...key())).code).toBe(11);
		expect((await answer("ls", vaultFolder, "--key-file", at("third-key"))).items).toHaveLength(1);
	});

	it("may lie in AWS KMS, reached through a role; once disabled, the command says so and ends with 11", async () => {
		const kms = await startKmsSimulator();
		try {
			const user = "arn:aws:iam::999988887777:user/operator";
			const role = "arn:aws:iam::111122223333:role/skyeworx";
			const { accessKeyId, secretAccessKey } = kms.addUser(user);
			vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
			vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
			kms.addRole({ arn: role, trusts: user, externalId: "acme" });
			const keyArn = kms.createKey([{ principal: role, operations: ["Encrypt", "Decrypt"] }]);
			const address = `${keyArn}?role=${role}&external-id=acme&endpoint=${kms.endpoint}&sts=${kms.endpoint}`;
			await answer("slot", "add", vaultFolder, ...key(), "--new-kms", address);
			expect((await answer("slot", "list", vaultFolder, "--kms", address)).items).toMatchObject([
				{ type: "key-file", offline: true },
				{ type: "kms-aws", offline: false, keyId: keyArn },
			]);
			kms.setState(keyArn, "Disabled");
			const refused = await run("ls", vaultFolder, "--kms", address);
			expect(refused.code).toBe(11);
			expect(JSON.parse(refused.err)).toMatchObject({ error: { code: "vault-key-revoked" } });
			expect((await answer("ls", vaultFolder, ...key())).items).toHaveLength(1);
			expect((await run("ls", vaultFolder, "--kms", "alias/backup")).code).toBe(2);
			expect((await run("ls", vaultFolder, "--kms", `${keyArn}?password=x`)).code).toBe(2);
		} finally {
			await kms.close();
		}
	});

	it("of the contents are rotated, and destroyed only for the vault whose id is given", async () => {
		expect(await answer("rotate-key", vaultFolder, ...key())).toEqual({ generation: 1 });
		expect((await answer("show", vaultFolder, "k.a/1", ...key())).parts).toBeDefined();
		expect((await run("shred", vaultFolder, ...key())).code).toBe(2);
		expect((await run("shred", vaultFolder, ...key(), "--vault-id", "a".repeat(26))).code).toBe(2);
		expect((await answer("show", vaultFolder, "k.a/1", ...key())).parts).toBeDefined();
		expect(await answer("shred", vaultFolder, ...key(), "--vault-id", vaultId)).toEqual({
			deleted: ["keys/domains/1.0.json", "keys/domains/1.1.json"],
		});
		expect(await readdir(join(vaultFolder, "keys/domains"))).toEqual([]);
		const refused = await run("show", vaultFolder, "k.a/1", ...key());
		expect([refused.code, JSON.parse(refused.err).error.code]).toEqual([11, "vault-shredded"]);
		expect((await answer("ls", vaultFolder, ...key())).items).toHaveLength(1);
		expect((await answer("verify", vaultFolder, "--level", "log", ...key())).damage).toEqual([]);
	});
});
