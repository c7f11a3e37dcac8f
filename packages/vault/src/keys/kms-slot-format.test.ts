import { createDecipheriv, createHash, createHmac, hkdfSync } from "node:crypto";
import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterEach, describe, expect, it } from "vitest";
import { createVault } from "../create-vault.ts";
import { memoryStore } from "../stores/memory-store.ts";
import { keyFile, portsOver } from "../vault.fixture.ts";
import { type KmsSlot, kmsSlot } from "./keys.fixture.ts";

/*
 * Opens a slot from docs/vault-format.md alone, with AWS's own client: nothing of crypto/ is used, so that a mistake in our writer
 * and the same mistake in our reader can't cancel each other out.
 */

const opened: KmsSlot[] = [];
afterEach(async () => {
	for (const { simulator } of opened.splice(0)) await simulator.close();
});

function canonical(value: unknown): string {
	if (value === null || typeof value !== "object") return JSON.stringify(value);
	if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
	const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}

function hkdf(key: Buffer, info: string): Buffer {
	return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), info, 32));
}

describe("a slot of AWS KMS", () => {
	it("opens by the format's page alone, and its root key is the vault's", async () => {
		const kms = await kmsSlot();
		opened.push(kms);
		const store = memoryStore();
		await createVault({ ...portsOver(store), slots: [kms.unlock, keyFile] });
		const json = async (name: string) => JSON.parse(Buffer.from(await store.read(name)).toString());
		const slots = await Promise.all(
			store
				.names()
				.filter((name) => name.startsWith("keys/slots/"))
				.map(json),
		);
		const { check, ...stored } = slots.find(({ type }) => type === "kms-aws");
		expect(createHash("sha256").update(canonical(stored)).digest("hex").slice(0, 32)).toBe(check);
		const { nonce, commit, wrapped, ...about } = stored;
		expect(Object.keys(about).sort()).toEqual(["createdAt", "format", "keyId", "sealedSecret", "slotId", "type", "vaultId"]);

		const { aws } = kms.unlock as Extract<typeof kms.unlock, { type: "kms-aws" }>;
		const client = new KMSClient({
			region: "eu-central-1",
			endpoint: aws?.endpoint ?? "",
			...(aws?.credentials === undefined ? {} : { credentials: aws.credentials }),
		});
		const answer = await client.send(
			new DecryptCommand({
				KeyId: about.keyId,
				CiphertextBlob: Buffer.from(about.sealedSecret, "base64"),
				EncryptionContext: { vaultId: about.vaultId, slotId: about.slotId },
			}),
		);
		client.destroy();
		const kek = hkdf(Buffer.from(answer.Plaintext ?? []), `skyeworx/1/slot/kms-aws/${about.vaultId}/${about.slotId}`);
		expect(createHmac("sha256", kek).update("commit").digest().subarray(0, 16).toString("base64")).toBe(commit);
		const sealed = Buffer.from(wrapped, "base64");
		const decipher = createDecipheriv("aes-256-gcm", kek, Buffer.from(nonce, "base64"));
		decipher.setAAD(Buffer.from(canonical(about)));
		decipher.setAuthTag(sealed.subarray(-16));
		const root = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
		const { mac, ...described } = await json("vault.json");
		const macKey = hkdf(root, `skyeworx/1/vault-mac/${about.vaultId}`);
		expect(createHmac("sha256", macKey).update(canonical(described)).digest("hex")).toBe(mac);
	});
});
