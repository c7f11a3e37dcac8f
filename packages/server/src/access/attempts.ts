import { AppError } from "@skyeworx/core";
import { sql } from "kysely";
import { z } from "zod";
import { seal, unseal } from "../keys/seal.ts";
import { isSecure, type PublicAddress } from "./cookies.ts";
import { secretHash } from "./secrets.ts";
import type { AccessPorts } from "./sessions.ts";

/** As long as somebody may need at the identity provider or to find the security key. */
const attemptSeconds = 600;
const place = "sign-in-attempt";

const entra = { state: z.string(), nonce: z.string(), verifier: z.string() };

/** What is remembered of a sign-in that has begun, in the browser that began it, sealed. */
const attempt = z.discriminatedUnion("type", [
	z.object({ type: z.literal("entra"), ...entra, next: z.string() }),
	z.object({ type: z.literal("entra-link"), ...entra, organizationId: z.string(), userId: z.string(), mayClaim: z.boolean() }),
	z.object({
		type: z.literal("consent"),
		state: z.string(),
		verifier: z.string(),
		organizationId: z.string(),
		siteId: z.string(),
		userId: z.string(),
		/** The page to go back to; ours. */
		back: z.string(),
	}),
	z.object({
		type: z.literal("grant"),
		state: z.string(),
		verifier: z.string(),
		organizationId: z.string(),
		userId: z.string(),
		grantId: z.string(),
	}),
	z.object({ type: z.literal("passkey"), challenge: z.string() }),
	z.object({ type: z.literal("new-passkey"), challenge: z.string(), userId: z.string() }),
]);
export type Attempt = z.infer<typeof attempt>;
type OfType<T extends Attempt["type"]> = Extract<Attempt, { readonly type: T }>;

const sealed = z.object({ id: z.string(), attempt });

type AttemptPorts = AccessPorts & PublicAddress;

function cookieName(address: PublicAddress): string {
	return isSecure(address) ? "__Host-skyeworx_attempt" : "skyeworx_attempt";
}

/** Lax and not Strict: it must come along when the identity provider sends the browser back. */
function cookie(address: PublicAddress, value: string, seconds: number): string {
	return `${cookieName(address)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${isSecure(address) ? "; Secure" : ""}`;
}

/** Begins an attempt: gives the cookie in which the browser carries it. It is good for one use. */
export async function openAttempt(ports: AttemptPorts, content: Attempt): Promise<string> {
	const id = Buffer.from(ports.random.bytes(32)).toString("base64url");
	const now = ports.clock.now();
	const expires = new Date(now.getTime() + attemptSeconds * 1000);
	await sql`select open_sign_in_attempt(${secretHash(id)}, ${expires}, ${now})`.execute(ports.database);
	const bytes = seal(ports.keys.serverKey("sign-in"), place, Buffer.from(JSON.stringify({ id, attempt: content })));
	return cookie(ports, bytes.toString("base64url"), attemptSeconds);
}

/** The cookie's end. */
export function closedAttempt(address: PublicAddress): string {
	return cookie(address, "", 0);
}

/** Uses an attempt up. @throws AppError `sign-in-required` when there is none of these types, or it is too old or was used */
export async function useAttempt<T extends Attempt["type"]>(
	ports: AttemptPorts,
	cookies: Readonly<Record<string, string | undefined>>,
	types: readonly T[],
): Promise<OfType<T>> {
	const opened = open(ports, cookies[cookieName(ports)] ?? "");
	if (opened === undefined || !types.some((type) => type === opened.attempt.type)) throw noAttempt();
	const { rows } = await sql<{ used: boolean }>`select use_sign_in_attempt(${secretHash(opened.id)}, ${ports.clock.now()}) as used`.execute(
		ports.database,
	);
	if (rows[0]?.used !== true) throw noAttempt();
	return opened.attempt as OfType<T>;
}

function open(ports: AttemptPorts, value: string): z.infer<typeof sealed> | undefined {
	try {
		const bytes = unseal(ports.keys.serverKey("sign-in"), place, Buffer.from(value, "base64url"));
		return sealed.parse(JSON.parse(bytes.toString()));
	} catch {
		return undefined;
	}
}

function noAttempt(): AppError {
	return new AppError("sign-in-required", "This sign-in was not begun in this browser, or it took too long", { hint: "Begin again." });
}
