import { isIP } from "node:net";
import {
	type AuthenticationResponseJSON,
	generateAuthenticationOptions,
	generateRegistrationOptions,
	type RegistrationResponseJSON,
	verifyAuthenticationResponse,
	verifyRegistrationResponse,
} from "@simplewebauthn/server";
import type { Passkey, PasskeyAnswer } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { type Selectable, sql } from "kysely";
import type { PasskeyRow } from "../data/access-tables.ts";
import { isDuplicate, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { noSuch, type Principal } from "./principal.ts";
import { type AccessPorts, type NewSession, ownUser, type SigningIn, startSession } from "./sessions.ts";

const mostPasskeys = 20;

function namePlace(passkeyId: string): string {
	return `passkeys.name/${passkeyId}`;
}

/** Why passkeys don't work at an address; undefined when they do. */
export function passkeyProblem(origin: string): string | undefined {
	const { hostname, protocol } = new URL(origin);
	if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) return "Passkeys need a name instead of a number: on this machine open localhost.";
	if (protocol !== "https:" && hostname !== "localhost") return "Passkeys need https.";
	return undefined;
}

function requireUsable(origin: string): string {
	const problem = passkeyProblem(origin);
	if (problem !== undefined) throw new AppError("bad-input", problem);
	return new URL(origin).hostname;
}

/** What the browser asks the authenticator when a passkey is made. */
export async function newPasskeyOptions(ports: AccessPorts, principal: Principal, origin: string) {
	const userId = ownUser(principal);
	const known = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.selectFrom("passkeys").select(["credential_id", "transports"]).where("user_id", "=", userId).execute(),
	);
	if (known.length >= mostPasskeys)
		throw new AppError("conflict", `Nobody needs more than ${mostPasskeys} passkeys`, { hint: "Delete one." });
	return await generateRegistrationOptions({
		rpName: "Skyeworx",
		rpID: requireUsable(origin),
		userName: principal.email ?? principal.actor.name,
		userDisplayName: principal.actor.name,
		userID: new TextEncoder().encode(userId),
		attestationType: "none",
		excludeCredentials: known.map((row) => ({ id: row.credential_id.toString("base64url") })),
		authenticatorSelection: { residentKey: "required", userVerification: "required" },
	});
}

interface NewPasskey {
	readonly name: string;
	readonly answer: PasskeyAnswer;
	readonly challenge: string;
	readonly origin: string;
}

/** Keeps a new passkey. @throws AppError `bad-input` when the answer does not fit, `conflict` when it is known already */
export async function createPasskey(ports: AccessPorts, principal: Principal, made: NewPasskey): Promise<Passkey> {
	const { organizationId } = principal;
	const verified = await verifyRegistrationResponse({
		response: { clientExtensionResults: {}, ...made.answer } as unknown as RegistrationResponseJSON,
		expectedChallenge: made.challenge,
		expectedOrigin: made.origin,
		expectedRPID: requireUsable(made.origin),
		requireUserVerification: true,
	}).catch(() => ({ verified: false as const }));
	if (!verified.verified) throw new AppError("bad-input", "The passkey's answer does not fit", { hint: "Begin again." });
	const { id: credentialId, publicKey, counter, transports } = verified.registrationInfo.credential;
	const id = ports.random.uuid();
	const sealer = await ports.keys.sealer(organizationId);
	const row = await withOrganization(ports.database, organizationId, (scoped) =>
		scoped
			.insertInto("passkeys")
			.values({
				id,
				organization_id: organizationId,
				user_id: ownUser(principal),
				credential_id: Buffer.from(credentialId, "base64url"),
				public_key: Buffer.from(publicKey),
				counter,
				transports: [...(transports ?? [])],
				sealed_name: sealer.text(namePlace(id), made.name),
				created_at: ports.clock.now(),
				last_used_at: null,
			})
			.returningAll()
			.executeTakeFirstOrThrow(),
	).catch((error: unknown) => {
		throw isDuplicate(error) ? new AppError("conflict", "This passkey is known already") : error;
	});
	return passkeyBody(sealer, row);
}

/** The caller's own passkeys, oldest first. */
export async function listPasskeys(ports: AccessPorts, principal: Principal): Promise<Passkey[]> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const rows = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.selectFrom("passkeys").selectAll().where("user_id", "=", ownUser(principal)).orderBy("created_at").execute(),
	);
	return rows.map((row) => passkeyBody(sealer, row));
}

/** @throws AppError `not-found` */
export async function deletePasskey(ports: AccessPorts, principal: Principal, passkeyId: string): Promise<void> {
	const gone = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.deleteFrom("passkeys").where("id", "=", passkeyId).where("user_id", "=", ownUser(principal)).executeTakeFirst(),
	);
	if (gone.numDeletedRows === 0n) throw noSuch("passkey");
}

function passkeyBody(sealer: Sealer, row: Selectable<PasskeyRow>): Passkey {
	return {
		id: row.id,
		name: sealer.openText(namePlace(row.id), row.sealed_name),
		createdAt: row.created_at.toISOString(),
		lastUsedAt: row.last_used_at?.toISOString() ?? null,
	};
}

/** What the browser asks the authenticator when somebody signs in; names nobody, so nobody learns who has an account. */
export async function passkeySignInOptions(origin: string) {
	return await generateAuthenticationOptions({ rpID: requireUsable(origin), userVerification: "required" });
}

interface Proof {
	readonly answer: PasskeyAnswer;
	readonly challenge: string;
	readonly origin: string;
}

/** Whose passkey an answer names; undefined when nobody's. */
export async function ownerOfPasskey(ports: AccessPorts, answer: PasskeyAnswer): Promise<PasskeyOwner | undefined> {
	const { rows } = await sql<{
		id: string;
		organization_id: string;
		user_id: string;
	}>`select * from find_passkey(${Buffer.from(answer.id, "base64url")})`.execute(ports.database);
	return rows[0] === undefined ? undefined : { passkeyId: rows[0].id, organizationId: rows[0].organization_id, userId: rows[0].user_id };
}

export interface PasskeyOwner {
	readonly passkeyId: string;
	readonly organizationId: string;
	readonly userId: string;
}

/** Signs in with what a passkey answered. @throws AppError `sign-in-required` when it proves nothing */
export async function signInWithPasskey(
	ports: AccessPorts,
	owner: PasskeyOwner,
	proof: Proof,
	browser: Pick<SigningIn, "ip" | "agent">,
): Promise<NewSession> {
	await withOrganization(ports.database, owner.organizationId, async (scoped) => {
		// Locked: of two answers with one counter only one counts.
		const row = await scoped.selectFrom("passkeys").selectAll().where("id", "=", owner.passkeyId).forUpdate().executeTakeFirst();
		if (row === undefined) throw refused();
		const verified = await verifyAuthenticationResponse({
			response: { clientExtensionResults: {}, ...proof.answer } as unknown as AuthenticationResponseJSON,
			expectedChallenge: proof.challenge,
			expectedOrigin: proof.origin,
			expectedRPID: requireUsable(proof.origin),
			requireUserVerification: true,
			credential: {
				id: row.credential_id.toString("base64url"),
				publicKey: new Uint8Array(row.public_key),
				counter: row.counter,
			},
		}).catch(() => ({ verified: false as const }));
		if (!verified.verified || !("authenticationInfo" in verified)) throw refused();
		await scoped
			.updateTable("passkeys")
			.set({ counter: verified.authenticationInfo.newCounter, last_used_at: ports.clock.now() })
			.where("id", "=", row.id)
			.execute();
	});
	return await startSession(ports, { organizationId: owner.organizationId, userId: owner.userId, method: "passkey", ...browser });
}

/** The one way to say that a passkey did not open the door. */
export function refused(): AppError {
	return new AppError("sign-in-required", "This passkey is not known here", { hint: "Use another one, or sign in another way." });
}
