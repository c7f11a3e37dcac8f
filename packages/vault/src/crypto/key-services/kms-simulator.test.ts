import {
	CancelKeyDeletionCommand,
	DecryptCommand,
	DescribeKeyCommand,
	DisableKeyCommand,
	EnableKeyCommand,
	EncryptCommand,
	GenerateDataKeyCommand,
	KMSClient,
	ListKeysCommand,
	ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { startKmsSimulator } from "@skyeworx/testkit";
import { afterEach, describe, expect, it } from "vitest";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0)) await close();
});

const user = "arn:aws:iam::111122223333:user/admin";

async function started() {
	const simulator = await startKmsSimulator();
	const credentials = simulator.addUser(user);
	const KeyId = simulator.createKey([{ principal: user, operations: "*" }]);
	const client = new KMSClient({ region: "eu-central-1", endpoint: simulator.endpoint, credentials, maxAttempts: 1 });
	closers.push(
		async () => client.destroy(),
		() => simulator.close(),
	);
	return { simulator, KeyId, client, credentials };
}

const named = (name: string) => expect.objectContaining({ name });

/** The simulator must be right, or everything that is proven on it is not: here AWS's own client judges it. */
describe("the simulated KMS", () => {
	it("gives data keys, and decrypts with the same encryption context only, with or without the key's name", async () => {
		const { client, KeyId } = await started();
		const EncryptionContext = { a: "1", b: "2" };
		const { Plaintext, CiphertextBlob } = await client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext }));
		expect(Plaintext).toHaveLength(32);
		const reordered = { b: "2", a: "1" };
		const opened = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: reordered }));
		expect([opened.Plaintext, opened.KeyId]).toEqual([Plaintext, KeyId]);
		for (const wrong of [undefined, { a: "1" }, { ...EncryptionContext, c: "3" }])
			await expect(
				client.send(new DecryptCommand({ CiphertextBlob, ...(wrong === undefined ? {} : { EncryptionContext: wrong }) })),
			).rejects.toEqual(named("InvalidCiphertextException"));
		const changed = Uint8Array.from(CiphertextBlob ?? []);
		changed[60] = (changed[60] ?? 0) ^ 1;
		await expect(client.send(new DecryptCommand({ CiphertextBlob: changed, EncryptionContext }))).rejects.toEqual(
			named("InvalidCiphertextException"),
		);
	});

	it("refuses another key than the one that encrypted, and more than 4 KB", async () => {
		const { client, simulator, KeyId } = await started();
		const other = simulator.createKey([{ principal: user, operations: "*" }]);
		const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(4096) }));
		await expect(client.send(new DecryptCommand({ KeyId: other, CiphertextBlob }))).rejects.toEqual(named("IncorrectKeyException"));
		await expect(client.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(4097) }))).rejects.toEqual(named("ValidationException"));
	});

	it("knows the life of a key: disabled, enabled, scheduled for deletion in 7 to 30 days, cancelled", async () => {
		const { client, KeyId } = await started();
		const state = async () => (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
		const encrypt = () => client.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(1) }));
		expect(await state()).toBe("Enabled");
		await client.send(new DisableKeyCommand({ KeyId }));
		expect(await state()).toBe("Disabled");
		await expect(encrypt()).rejects.toEqual(named("DisabledException"));
		await client.send(new EnableKeyCommand({ KeyId }));
		await encrypt();
		for (const PendingWindowInDays of [6, 31])
			await expect(client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }))).rejects.toEqual(
				named("ValidationException"),
			);
		const scheduled = await client.send(new ScheduleKeyDeletionCommand({ KeyId }));
		const made = (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.CreationDate;
		expect(Math.round(((scheduled.DeletionDate?.getTime() ?? 0) - (made?.getTime() ?? 0)) / 86_400_000)).toBe(30);
		await expect(encrypt()).rejects.toEqual(named("KMSInvalidStateException"));
		await expect(client.send(new EnableKeyCommand({ KeyId }))).rejects.toEqual(named("KMSInvalidStateException"));
		await client.send(new CancelKeyDeletionCommand({ KeyId }));
		expect(await state()).toBe("Disabled");
	});

	it("lets in only who signed: with a known key, the right secret, for this region, unchanged, now", async () => {
		const { client, simulator, KeyId, credentials } = await started();
		await expect(client.send(new ListKeysCommand({}))).rejects.toEqual(named("UnknownOperationException"));
		const as = (config: object) =>
			new KMSClient({ region: "eu-central-1", endpoint: simulator.endpoint, credentials, maxAttempts: 1, ...config });
		const describeKey = (other: KMSClient) => other.send(new DescribeKeyCommand({ KeyId })).finally(() => other.destroy());
		await expect(describeKey(as({ region: "us-east-1" }))).rejects.toEqual(named("InvalidSignatureException"));
		await expect(describeKey(as({ credentials: { ...credentials, secretAccessKey: "x" } }))).rejects.toEqual(
			named("InvalidSignatureException"),
		);
		await expect(describeKey(as({ credentials: { ...credentials, sessionToken: "x" } }))).rejects.toEqual(
			named("UnrecognizedClientException"),
		);
		await expect(describeKey(as({ systemClockOffset: -600_000 }))).rejects.toEqual(named("InvalidSignatureException"));
		const tampering = as({});
		tampering.middlewareStack.add(
			(next) => (args) => {
				const request = args.request as { body: string };
				request.body = request.body.replace(/.(?="\}$)/, (digit) => (digit === "0" ? "1" : "0"));
				return next(args);
			},
			{ step: "finalizeRequest", priority: "low" },
		);
		await expect(describeKey(tampering)).rejects.toEqual(named("InvalidSignatureException"));
		const stranger = simulator.addUser("arn:aws:iam::444455556666:user/stranger");
		await expect(describeKey(as({ credentials: stranger }))).rejects.toEqual(named("AccessDeniedException"));
	});
});
