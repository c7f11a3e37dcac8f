import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { AwsRefusal } from "./aws-refusal.ts";

/** Who may do what with a key: a principal's ARN and names of operations, `*` for all. */
export interface KeyGrant {
	readonly principal: string;
	readonly operations: readonly string[] | "*";
}

export type KeyState = "Enabled" | "Disabled" | "PendingDeletion";

export interface KmsKey {
	readonly id: string;
	readonly arn: string;
	readonly createdAt: Date;
	readonly material: Buffer;
	policy: readonly KeyGrant[];
	state: KeyState;
	deletionDate: Date | undefined;
}

export type EncryptionContext = Readonly<Record<string, string>>;

const ciphertextVersion = 1;
const idLength = 36;

/** The keys of one account in one region. */
export class KmsKeys {
	readonly #keys = new Map<string, KmsKey>();
	readonly #arnPrefix: string;

	constructor(account: string, region: string) {
		this.#arnPrefix = `arn:aws:kms:${region}:${account}:key/`;
	}

	create(policy: readonly KeyGrant[], createdAt: Date): KmsKey {
		const id = randomUUID();
		const key: KmsKey = {
			id,
			arn: this.#arnPrefix + id,
			createdAt,
			material: randomBytes(32),
			policy,
			state: "Enabled",
			deletionDate: undefined,
		};
		this.#keys.set(id, key);
		return key;
	}

	/** By id or ARN. */
	find(name: string): KmsKey | undefined {
		return this.#keys.get(name.startsWith(this.#arnPrefix) ? name.slice(this.#arnPrefix.length) : name);
	}

	/** The key that made a ciphertext: its id lies in front. */
	ofCiphertext(blob: Buffer): KmsKey | undefined {
		return blob[0] === ciphertextVersion ? this.#keys.get(blob.toString("latin1", 1, 1 + idLength)) : undefined;
	}

	/** The key is there no more, as after the waiting period. */
	forget(arn: string): void {
		const key = this.find(arn);
		if (key !== undefined) this.#keys.delete(key.id);
	}
}

function aad(key: KmsKey, context: EncryptionContext): Buffer {
	const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
	return Buffer.from(JSON.stringify([key.arn, pairs]));
}

/** Ciphertext as KMS gives it: opaque, bound to the key and to the encryption context. */
export function encrypt(key: KmsKey, plaintext: Buffer, context: EncryptionContext): Buffer {
	const iv = randomBytes(12);
	const cipher = createCipheriv("aes-256-gcm", key.material, iv);
	cipher.setAAD(aad(key, context));
	const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
	return Buffer.concat([Buffer.of(ciphertextVersion), Buffer.from(key.id, "latin1"), iv, body, cipher.getAuthTag()]);
}

/** @throws AwsRefusal `InvalidCiphertextException` for another key, another context or a changed byte, without saying which */
export function decrypt(key: KmsKey, blob: Buffer, context: EncryptionContext): Buffer {
	const start = 1 + idLength;
	try {
		const decipher = createDecipheriv("aes-256-gcm", key.material, blob.subarray(start, start + 12), { authTagLength: 16 });
		decipher.setAAD(aad(key, context));
		decipher.setAuthTag(blob.subarray(-16));
		return Buffer.concat([decipher.update(blob.subarray(start + 12, -16)), decipher.final()]);
	} catch {
		throw new AwsRefusal("InvalidCiphertextException", "");
	}
}
