import { inspect } from "node:util";
import { startKeyVaultSimulator, startKmsSimulator } from "@skyeworx/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { seededRandom, steppingClock } from "../../vault.fixture.ts";
import { awsKeyService } from "./aws-key-service.ts";
import { azureKeyService } from "./azure-key-service.ts";
import { probeKey } from "./probe-key.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0)) await close();
});

const user = "arn:aws:iam::999988887777:user/skyeworx";
const role = { arn: "arn:aws:iam::111122223333:role/skyeworx-vault", trusts: user, externalId: "customer-4711" };
const context = { vaultId: "v".repeat(26), slotId: "0123456789abcdef" };
const secret = new Uint8Array(32).fill(5);

async function kms() {
	const simulator = await startKmsSimulator();
	closers.push(() => simulator.close());
	const credentials = simulator.addUser(user);
	const keyArn = simulator.createKey([{ principal: user, operations: ["Encrypt", "Decrypt"] }]);
	const aws = { credentials, endpoint: simulator.endpoint, stsEndpoint: simulator.endpoint };
	const service = awsKeyService({ type: "kms-aws", keyArn, aws });
	return { simulator, credentials, keyArn, aws, service };
}

describe("a key of AWS KMS", () => {
	it("opens what it wrapped, for the same slot only", async () => {
		const { simulator, service, keyArn } = await kms();
		const wrapped = await service.wrap(secret, context);
		expect(wrapped.keyId).toBe(keyArn);
		expect(Buffer.from(wrapped.sealedSecret).includes(Buffer.from(secret))).toBe(false);
		expect(await service.unwrap(wrapped, context)).toEqual(secret);
		expect(await service.unwrap(wrapped, { ...context, slotId: "another" })).toBeUndefined();
		expect(simulator.requests.map(({ operation, input }) => [operation, input.EncryptionContext])).toEqual([
			["Encrypt", context],
			["Decrypt", context],
			["Decrypt", { ...context, slotId: "another" }],
		]);
	});

	it("does not open what another key wrapped", async () => {
		const { simulator, service, aws } = await kms();
		const otherArn = simulator.createKey([{ principal: user, operations: "*" }]);
		const wrapped = await awsKeyService({ type: "kms-aws", keyArn: otherArn, aws }).wrap(secret, context);
		expect(await service.unwrap(wrapped, context)).toBeUndefined();
		expect(service.isKey(otherArn)).toBe(false);
	});

	it("is reached through a role of the customer's account, with its external id", async () => {
		const { simulator, keyArn, aws, credentials } = await kms();
		simulator.addRole(role);
		simulator.setPolicy(keyArn, [{ principal: role.arn, operations: ["Encrypt", "Decrypt"] }]);
		const through = (externalId?: string) =>
			awsKeyService({
				type: "kms-aws",
				keyArn,
				aws: { ...aws, credentials, role: { arn: role.arn, ...(externalId === undefined ? {} : { externalId }) } },
			});
		const wrapped = await through(role.externalId).wrap(secret, context);
		expect(await through(role.externalId).unwrap(wrapped, context)).toEqual(secret);
		expect(simulator.requests.at(-1)?.principal).toBe(role.arn);
		for (const wrong of [undefined, "customer-4712"])
			await expect(through(wrong).unwrap(wrapped, context)).rejects.toMatchObject({
				code: "vault-key-revoked",
				facts: { reason: "AccessDenied" },
			});
		await expect(awsKeyService({ type: "kms-aws", keyArn, aws }).unwrap(wrapped, context)).rejects.toMatchObject({
			code: "vault-key-revoked",
			facts: { reason: "AccessDeniedException" },
		});
		simulator.removeRole(role.arn);
		await expect(through(role.externalId).unwrap(wrapped, context)).rejects.toMatchObject({ code: "vault-key-revoked" });
	});

	it("says whether it is withdrawn, out of reach, or asked by a stranger", async () => {
		const { simulator, service, keyArn, aws, credentials: own } = await kms();
		const wrapped = await service.wrap(secret, context);
		const failure = (): Promise<readonly unknown[]> =>
			service.unwrap(wrapped, context).then(
				() => ["opened"],
				(error) => [error.code, error.facts.reason],
			);
		simulator.setState(keyArn, "Disabled");
		expect(await failure()).toEqual(["vault-key-revoked", "DisabledException"]);
		simulator.setState(keyArn, "PendingDeletion");
		expect(await failure()).toEqual(["vault-key-revoked", "KMSInvalidStateException"]);
		simulator.setState(keyArn, "Enabled");
		simulator.setPolicy(keyArn, [{ principal: user, operations: ["Encrypt"] }]);
		expect(await failure()).toEqual(["vault-key-revoked", "AccessDeniedException"]);
		simulator.setPolicy(keyArn, [{ principal: user, operations: "*" }]);
		for (const code of ["ThrottlingException", "KMSInternalException", "DependencyTimeoutException", "KeyUnavailableException"]) {
			simulator.setFault(() => ({ code, status: 500 }));
			expect(await failure()).toEqual(["vault-key-unavailable", code]);
		}
		for (const fault of ["reset-before", "reset-after"] as const) {
			simulator.setFault(() => fault);
			expect((await failure())[0]).toBe("vault-key-unavailable");
		}
		simulator.setFault(undefined);
		expect(await service.unwrap(wrapped, context)).toEqual(secret);
		const stranger = { accessKeyId: "AKIA0000000000000000", secretAccessKey: "x" };
		const liar = { ...own, secretAccessKey: "wrong" };
		for (const [credentials, reason] of [
			[stranger, "UnrecognizedClientException"],
			[liar, "InvalidSignatureException"],
		] as const)
			await expect(awsKeyService({ type: "kms-aws", keyArn, aws: { ...aws, credentials } }).unwrap(wrapped, context)).rejects.toMatchObject(
				{ code: "credential-rejected", facts: { reason } },
			);
		simulator.forgetKey(keyArn);
		expect(await failure()).toEqual(["vault-key-revoked", "NotFoundException"]);
	});

	it("can be tried, and the right that is missing is named", async () => {
		const { simulator, keyArn, aws } = await kms();
		const ports = { clock: steppingClock(), random: seededRandom("probe") };
		const unlock = { type: "kms-aws", keyArn, aws } as const;
		await probeKey(unlock, ports);
		for (const [operations, permission] of [
			[["Decrypt"], "kms:Encrypt"],
			[["Encrypt"], "kms:Decrypt"],
		] as const) {
			simulator.setPolicy(keyArn, [{ principal: user, operations }]);
			await expect(probeKey(unlock, ports)).rejects.toMatchObject({
				code: "vault-key-revoked",
				facts: { permission },
				hint: expect.stringContaining(permission),
			});
		}
		const shutOut = { ...unlock, aws: { ...aws, role: { arn: role.arn } } };
		await expect(probeKey(shutOut, ports)).rejects.toMatchObject({ code: "vault-key-revoked", facts: { permission: "sts:AssumeRole" } });
	});

	it("is named by its own ARN, in whose region it is asked", async () => {
		const { keyArn, aws } = await kms();
		for (const wrong of ["alias/backup", keyArn.replace(":key/", ":alias/"), "1234"])
			expect(() => awsKeyService({ type: "kms-aws", keyArn: wrong })).toThrow(expect.objectContaining({ code: "bad-input" }));
		// Signed for another region, which the simulator's signature check refuses.
		const elsewhere = awsKeyService({ type: "kms-aws", keyArn: keyArn.replace("eu-central-1", "us-east-1"), aws });
		await expect(elsewhere.wrap(secret, context)).rejects.toMatchObject({ facts: { reason: "InvalidSignatureException" } });
		const copies = ["eu-central-1", "us-east-1"].map((region) => `arn:aws:kms:${region}:111122223333:key/mrk-0123456789abcdef`);
		expect(awsKeyService({ type: "kms-aws", keyArn: copies[0] ?? "" }).isKey(copies[1] ?? "")).toBe(true);
	});
});

async function keyVault() {
	const simulator = await startKeyVaultSimulator();
	closers.push(() => simulator.close());
	const token = simulator.token(["get", "wrapKey", "unwrapKey"]);
	const versioned = simulator.createKey("backup");
	const keyId = versioned.replace(/\/[0-9a-f]{32}$/, "");
	const azure = (bearer: string) => ({
		certificateAuthority: simulator.certificateAuthority,
		credential: { getToken: async () => ({ token: bearer, expiresOnTimestamp: Date.UTC(2100, 0) }) },
	});
	const service = (bearer = token) => azureKeyService({ type: "kms-azure", keyId, azure: azure(bearer) });
	return { simulator, token, versioned, keyId, azure, service };
}

describe("an error of a key service", () => {
	it("holds no token, secret or signature of the request that failed", async () => {
		const aws = await kms();
		aws.simulator.addRole(role);
		const access = { ...aws.aws, role: { arn: role.arn, externalId: role.externalId } };
		const azure = await keyVault();
		const wrapped = await azure.service().wrap(secret, context);
		const forbidden = azure.simulator.token(["get"]);
		for (const failing of [
			awsKeyService({ type: "kms-aws", keyArn: aws.keyArn, aws: access }).wrap(secret, context),
			azure.service(forbidden).unwrap(wrapped, context),
		]) {
			const error = await failing.catch((caught: unknown) => caught);
			const text = inspect(error, { depth: 20, showHidden: true });
			expect(text).toMatch(/vault-key-revoked/);
			for (const hidden of [aws.credentials.secretAccessKey, forbidden, "Signature=", "x-amz-security-token", "Bearer "])
				expect(text).not.toContain(hidden);
		}
	});
});

describe("a key of Azure Key Vault", () => {
	it("opens what it wrapped, also after the key got a newer version", async () => {
		const { simulator, versioned, service } = await keyVault();
		const wrapped = await service().wrap(secret, context);
		expect(wrapped.keyId).toBe(versioned);
		const newer = simulator.createKey("backup");
		expect(await service().unwrap(wrapped, context)).toEqual(secret);
		expect((await service().wrap(secret, context)).keyId).toBe(newer);
		expect(await service().unwrap({ ...wrapped, keyId: newer }, context)).toBeUndefined();
	});

	it("is never asked at an address that only a slot names", async () => {
		const { service, versioned } = await keyVault();
		expect(service().isKey(versioned)).toBe(true);
		for (const foreign of [
			versioned.replace("127.0.0.1", "localhost"),
			versioned.replace("/backup/", "/other/"),
			"https://example.com/keys/backup",
		])
			expect(service().isKey(foreign)).toBe(false);
	});

	it("says whether it is withdrawn, out of reach, or asked by a stranger", async () => {
		const { simulator, versioned, service, token } = await keyVault();
		const wrapped = await service().wrap(secret, context);
		const failure = (bearer = token) =>
			service(bearer)
				.unwrap(wrapped, context)
				.catch((error) => error.code);
		simulator.setEnabled(versioned, false);
		expect(await failure()).toBe("vault-key-revoked");
		simulator.setEnabled(versioned, true);
		expect(await failure(simulator.token(["get", "wrapKey"]))).toBe("vault-key-revoked");
		for (const status of [429, 500, 503] as const) {
			simulator.setFault(status);
			expect(await failure()).toBe("vault-key-unavailable");
		}
		simulator.setFault(undefined);
		expect(await service().unwrap(wrapped, context)).toEqual(secret);
		expect(await failure("no such token")).toBe("credential-rejected");
		simulator.deleteKey("backup");
		expect(await failure()).toBe("vault-key-revoked");
		await simulator.close();
		expect(await failure()).toBe("vault-key-unavailable");
	});

	it("is named by an https identifier", () => {
		for (const keyId of ["backup", "http://acme.vault.azure.net/keys/backup", "https://acme.vault.azure.net/secrets/backup"])
			expect(() => azureKeyService({ type: "kms-azure", keyId })).toThrow(expect.objectContaining({ code: "bad-input" }));
	});
});
