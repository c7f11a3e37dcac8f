import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { AuditPorts } from "./record.ts";

/** Signs an organization's checkpoints. */
export interface SigningKey {
	/** PEM (SPKI). */
	readonly publicKey: string;
	readonly privateKey: KeyObject;
}

function place(organizationId: string): string {
	return `audit_keys.private/${organizationId}`;
}

/** The organization's key, made when it is first needed. It never changes: old signatures stay good. */
export async function signingKey(ports: AuditPorts, organizationId: string): Promise<SigningKey> {
	const sealer = await ports.keys.sealer(organizationId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const known = (await read(scoped)) ?? (await make(ports, scoped, organizationId));
		return {
			publicKey: pemOf(known.public_key),
			privateKey: createPrivateKey({
				key: Buffer.from(sealer.openBytes(place(organizationId), known.sealed_private_key)),
				format: "der",
				type: "pkcs8",
			}),
		};
	});
}

async function read(scoped: Scoped) {
	return await scoped.selectFrom("audit_keys").select(["public_key", "sealed_private_key"]).executeTakeFirst();
}

async function make(ports: AuditPorts, scoped: Scoped, organizationId: string) {
	const { publicKey, privateKey } = generateKeyPairSync("ed25519");
	const sealer = await ports.keys.sealer(organizationId);
	await scoped
		.insertInto("audit_keys")
		.values({
			organization_id: organizationId,
			public_key: publicKey.export({ format: "der", type: "spki" }),
			sealed_private_key: sealer.bytes(place(organizationId), privateKey.export({ format: "der", type: "pkcs8" })),
			created_at: ports.clock.now(),
		})
		// Of two who make one at once, the first one's counts.
		.onConflict((conflict) => conflict.doNothing())
		.execute();
	const kept = await read(scoped);
	if (kept === undefined) throw new Error("the signing key was not kept");
	return kept;
}

function pemOf(der: Buffer): string {
	return createPublicKey({ key: der, format: "der", type: "spki" }).export({ format: "pem", type: "spki" }).toString();
}

/** Hex SHA-256 of a public key, to compare over another way. */
export function fingerprintOf(publicKey: string): string {
	return createHash("sha256")
		.update(createPublicKey(publicKey).export({ format: "der", type: "spki" }))
		.digest("hex");
}
