import { randomBytes } from "node:crypto";
import { AwsRefusal } from "./aws-refusal.ts";
import { decrypt, type EncryptionContext, encrypt, type KmsKey, type KmsKeys } from "./kms-keys.ts";

type Input = Readonly<Record<string, unknown>>;

/** What an operation is given: its body, checked for unknown members, and who asks. */
export interface KmsCall {
	readonly operation: string;
	readonly input: Input;
	readonly principal: string;
	readonly now: Date;
}

interface Operation {
	readonly members: readonly string[];
	readonly run: (keys: KmsKeys, call: KmsCall) => Input;
}

const day = 24 * 60 * 60 * 1000;
const maxPlaintext = 4096;

const operations: Readonly<Record<string, Operation>> = {
	Encrypt: {
		members: ["KeyId", "Plaintext", "EncryptionContext", "EncryptionAlgorithm"],
		run: (keys, call) => {
			const plaintext = blob(call.input, "Plaintext");
			if (plaintext.length > maxPlaintext) throw invalid("1 validation error detected: Value at 'plaintext' failed to satisfy constraint");
			const key = usableKey(keys, call);
			const sealed = encrypt(key, plaintext, contextOf(call.input));
			return { CiphertextBlob: sealed.toString("base64"), KeyId: key.arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
		},
	},
	Decrypt: {
		members: ["CiphertextBlob", "EncryptionContext", "KeyId", "EncryptionAlgorithm"],
		run: (keys, call) => {
			const sealed = blob(call.input, "CiphertextBlob");
			const maker = keys.ofCiphertext(sealed);
			const key = call.input.KeyId === undefined ? checkedKey(maker, call) : usableKey(keys, call);
			if (maker === undefined) throw new AwsRefusal("InvalidCiphertextException", "");
			if (maker !== key)
				throw new AwsRefusal("IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.");
			const plaintext = decrypt(key, sealed, contextOf(call.input));
			return { Plaintext: plaintext.toString("base64"), KeyId: key.arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
		},
	},
	GenerateDataKey: {
		members: ["KeyId", "EncryptionContext", "KeySpec", "NumberOfBytes"],
		run: (keys, call) => {
			const { KeySpec, NumberOfBytes } = call.input;
			if ((KeySpec === undefined) === (NumberOfBytes === undefined)) throw invalid("Please specify either number of bytes or key spec.");
			const length = KeySpec === "AES_256" ? 32 : KeySpec === "AES_128" ? 16 : NumberOfBytes;
			if (typeof length !== "number" || length < 1 || length > 1024) throw invalid("Value at 'numberOfBytes' failed to satisfy constraint");
			const key = usableKey(keys, call);
			const plaintext = randomBytes(length);
			const sealed = encrypt(key, plaintext, contextOf(call.input));
			return { Plaintext: plaintext.toString("base64"), CiphertextBlob: sealed.toString("base64"), KeyId: key.arn };
		},
	},
	DescribeKey: { members: ["KeyId"], run: (keys, call) => ({ KeyMetadata: metadata(permittedKey(keys, call)) }) },
	DisableKey: {
		members: ["KeyId"],
		run: (keys, call) => {
			const key = permittedKey(keys, call);
			requireNotPending(key);
			key.state = "Disabled";
			return {};
		},
	},
	EnableKey: {
		members: ["KeyId"],
		run: (keys, call) => {
			const key = permittedKey(keys, call);
			requireNotPending(key);
			key.state = "Enabled";
			return {};
		},
	},
	ScheduleKeyDeletion: {
		members: ["KeyId", "PendingWindowInDays"],
		run: (keys, call) => {
			const days = call.input.PendingWindowInDays ?? 30;
			if (typeof days !== "number" || days < 7 || days > 30) throw invalid("Value at 'pendingWindowInDays' failed to satisfy constraint");
			const key = permittedKey(keys, call);
			requireNotPending(key);
			key.state = "PendingDeletion";
			key.deletionDate = new Date(call.now.getTime() + days * day);
			return { KeyId: key.arn, KeyState: key.state, DeletionDate: key.deletionDate.getTime() / 1000, PendingWindowInDays: days };
		},
	},
	CancelKeyDeletion: {
		members: ["KeyId"],
		run: (keys, call) => {
			const key = permittedKey(keys, call);
			if (key.state !== "PendingDeletion") throw invalidState(key);
			key.state = "Disabled";
			key.deletionDate = undefined;
			return { KeyId: key.arn };
		},
	},
};

/** Does one operation. @throws AwsRefusal as KMS refuses */
export function runKmsOperation(keys: KmsKeys, call: KmsCall): Input {
	const operation = operations[call.operation];
	if (operation === undefined) throw new AwsRefusal("UnknownOperationException", "");
	const unknown = Object.keys(call.input).find((member) => !operation.members.includes(member));
	if (unknown !== undefined) throw invalid(`Unknown member ${unknown}`);
	return operation.run(keys, call);
}

function permittedKey(keys: KmsKeys, call: KmsCall): KmsKey {
	if (typeof call.input.KeyId !== "string")
		throw invalid("1 validation error detected: Value null at 'keyId' failed to satisfy constraint");
	return grantedKey(keys.find(call.input.KeyId), call);
}

function grantedKey(key: KmsKey | undefined, { operation, principal }: KmsCall): KmsKey {
	if (key === undefined) throw new AwsRefusal("NotFoundException", "Key does not exist");
	const granted = key.policy.some(
		(grant) => grant.principal === principal && (grant.operations === "*" || grant.operations.includes(operation)),
	);
	if (granted) return key;
	throw new AwsRefusal(
		"AccessDeniedException",
		`User: ${principal} is not authorized to perform: kms:${operation} on the resource because no resource-based policy allows the kms:${operation} action`,
	);
}

function usableKey(keys: KmsKeys, call: KmsCall): KmsKey {
	return requireUsable(permittedKey(keys, call));
}

function checkedKey(key: KmsKey | undefined, call: KmsCall): KmsKey {
	if (key === undefined) throw new AwsRefusal("InvalidCiphertextException", "");
	return requireUsable(grantedKey(key, call));
}

function requireUsable(key: KmsKey): KmsKey {
	if (key.state === "Disabled") throw new AwsRefusal("DisabledException", `${key.arn} is disabled.`);
	requireNotPending(key);
	return key;
}

function requireNotPending(key: KmsKey): void {
	if (key.state === "PendingDeletion") throw invalidState(key);
}

function invalidState(key: KmsKey): AwsRefusal {
	return new AwsRefusal(
		"KMSInvalidStateException",
		`${key.arn} is ${key.state === "PendingDeletion" ? "pending deletion" : "not pending deletion"}.`,
	);
}

function invalid(message: string): AwsRefusal {
	return new AwsRefusal("ValidationException", message);
}

function blob(input: Input, member: string): Buffer {
	const text = input[member];
	if (typeof text !== "string" || text === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
		throw invalid(`Value at '${member}' failed to satisfy constraint`);
	return Buffer.from(text, "base64");
}

function contextOf({ EncryptionContext = {} }: Input): EncryptionContext {
	const wrong = typeof EncryptionContext !== "object" || EncryptionContext === null;
	if (wrong || Object.values(EncryptionContext).some((value) => typeof value !== "string"))
		throw new AwsRefusal("SerializationException", "");
	return EncryptionContext as EncryptionContext;
}

function metadata(key: KmsKey): Input {
	const [, , , , account] = key.arn.split(":");
	return {
		AWSAccountId: account,
		Arn: key.arn,
		KeyId: key.id,
		CreationDate: key.createdAt.getTime() / 1000,
		Enabled: key.state === "Enabled",
		KeyState: key.state,
		KeyUsage: "ENCRYPT_DECRYPT",
		KeySpec: "SYMMETRIC_DEFAULT",
		KeyManager: "CUSTOMER",
		Origin: "AWS_KMS",
		MultiRegion: false,
		...(key.deletionDate === undefined ? {} : { DeletionDate: key.deletionDate.getTime() / 1000 }),
	};
}
