import type { Session } from "@skyeworx/contract";
import { AppError, type Clock, type Random } from "@skyeworx/core";
import { type Selectable, sql } from "kysely";
import { recordAudit } from "../audit/record.ts";
import type { SessionRow } from "../data/access-tables.ts";
import { type Database, type Scoped, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import { heldRole, limitsOf, permittedWithin } from "./limits.ts";
import { noSuch, type Principal } from "./principal.ts";
import { newSecret, secretHash } from "./secrets.ts";

export interface AccessPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly clock: Clock;
	readonly random: Random;
}

/** However busy: after so long one signs in anew. */
const absoluteSeconds = 12 * 3600;
/** Without any request. */
const idleSeconds = 2 * 3600;
/** A token is worth so long; then the next request gets another. */
const rotateSeconds = 15 * 60;
/** Requests that were under way while the token was rotated still carry the old one. */
const graceSeconds = 60;
/** Writing the time of every request would be a write for every request. */
const seenEverySeconds = 60;

export interface NewSession {
	readonly token: string;
	readonly seconds: number;
	readonly principal: Principal;
}

/** Who signs in, from where and how. */
export interface SigningIn {
	readonly organizationId: string;
	readonly userId: string;
	readonly method: "link" | "password" | "passkey" | "entra" | "invitation";
	readonly ip?: string | undefined;
	/** What the browser calls itself. */
	readonly agent?: string | undefined;
}

function agentPlace(sessionId: string): string {
	return `sessions.agent/${sessionId}`;
}

/** Starts a session of a user who has proven who they are. @throws AppError `not-permitted` for a member who is switched off */
export async function startSession(ports: AccessPorts, who: SigningIn): Promise<NewSession> {
	const token = newSecret(ports.random, "");
	const now = ports.clock.now();
	const id = ports.random.uuid();
	const sealer = await ports.keys.sealer(who.organizationId);
	const principal = await withOrganization(ports.database, who.organizationId, async (scoped) => {
		const found = await principalOf(ports, scoped, { ...who, sessionId: id });
		if (found === undefined || (await isBeingErased(scoped))) throw switchedOff();
		await scoped
			.insertInto("sessions")
			.values({
				id,
				organization_id: who.organizationId,
				user_id: who.userId,
				token_hash: secretHash(token),
				created_at: now,
				expires_at: new Date(now.getTime() + absoluteSeconds * 1000),
				rotated_at: now,
				last_seen_at: now,
				method: who.method,
				ip: who.ip ?? null,
				sealed_agent: who.agent === undefined ? null : sealer.text(agentPlace(id), who.agent.slice(0, 300)),
			})
			.execute();
		await scoped.updateTable("users").set({ last_sign_in_at: now }).where("id", "=", who.userId).execute();
		return found;
	});
	return { token, seconds: absoluteSeconds, principal };
}

/** Nobody comes back into an organization whose deletion was confirmed. */
async function isBeingErased(scoped: Scoped): Promise<boolean> {
	return (await scoped.selectFrom("deletions").select("state").where("state", "=", "erasing").executeTakeFirst()) !== undefined;
}

function switchedOff(): AppError {
	return new AppError("not-permitted", "This account does not exist any more, or is switched off", {
		hint: "Ask an administrator of your organization.",
	});
}

/** What a cookie stands for. */
export interface FoundSession {
	readonly principal: Principal;
	/** Set when the token was rotated: what the browser gets instead. */
	readonly renewed: { readonly token: string; readonly seconds: number } | undefined;
}

/**
 * Finds the session of a cookie; undefined when there is none any more. A token that was rotated away, however long ago, ends the
 * session with all its tokens and is written into the audit log: one of the two who have it copied it.
 */
export async function findSession(ports: AccessPorts, token: string, ip?: string): Promise<FoundSession | undefined> {
	const hash = secretHash(token);
	const { rows } = await sql<{
		id: string;
		organization_id: string;
		is_previous: boolean;
	}>`select * from find_session_token(${hash})`.execute(ports.database);
	const found = rows[0];
	if (found === undefined) return undefined;
	const now = ports.clock.now();
	let replayed: Principal | undefined;
	const session = await withOrganization(ports.database, found.organization_id, async (scoped) => {
		const row = await scoped.selectFrom("sessions").selectAll().where("id", "=", found.id).executeTakeFirst();
		if (row === undefined) return undefined;
		const who = { organizationId: row.organization_id, userId: row.user_id, sessionId: row.id };
		const isOver = row.expires_at <= now || secondsSince(lastSeen(row), now) > idleSeconds;
		const isReplay = found.is_previous && !isUnderWay(row, hash, now);
		if (isOver || isReplay) {
			// Of two who bring it at once, one ends the session and tells of it.
			const ended = await scoped.deleteFrom("sessions").where("id", "=", row.id).executeTakeFirst();
			if (!isOver && ended.numDeletedRows > 0n) replayed = await principalOf(ports, scoped, who);
			return undefined;
		}
		const principal = await principalOf(ports, scoped, who);
		if (principal === undefined) return undefined;
		return { principal, renewed: found.is_previous ? undefined : await keepUp(ports, scoped, row, now) };
	});
	if (replayed !== undefined) await tellReplay(ports, replayed, { sessionId: found.id, ip });
	return session;
}

/** A request that began before the last rotation still carries the token from before; no older one is under way. */
function isUnderWay(row: Selectable<SessionRow>, hash: Uint8Array, now: Date): boolean {
	const isLast = row.previous_token_hash !== null && Buffer.compare(row.previous_token_hash, hash) === 0;
	return isLast && secondsSince(row.rotated_at ?? row.created_at, now) <= graceSeconds;
}

/** Whose session it was is known; who brought the token is not. */
async function tellReplay(
	ports: AccessPorts,
	{ organizationId, actor }: Principal,
	{ sessionId, ip }: { readonly sessionId: string; readonly ip: string | undefined },
): Promise<void> {
	await recordAudit(ports, {
		organizationId,
		actor,
		action: "session.replay",
		target: { type: "session", id: sessionId },
		outcome: "denied",
		error: { code: "sign-in-required", detail: "A token that had been replaced came again: the session and all its tokens were ended" },
		...(ip !== undefined && { ip }),
	});
}

function lastSeen(row: Selectable<SessionRow>): Date {
	return row.last_seen_at ?? row.created_at;
}

function secondsSince(then: Date, now: Date): number {
	return (now.getTime() - then.getTime()) / 1000;
}

/** Notes that the session is alive, and rotates its token when it is old. Of two requests at once only one rotates it. */
async function keepUp(ports: AccessPorts, scoped: Scoped, row: Selectable<SessionRow>, now: Date): Promise<FoundSession["renewed"]> {
	const byToken = scoped.updateTable("sessions").where("id", "=", row.id).where("token_hash", "=", row.token_hash);
	if (secondsSince(row.rotated_at ?? row.created_at, now) < rotateSeconds) {
		if (secondsSince(lastSeen(row), now) > seenEverySeconds) await byToken.set({ last_seen_at: now }).execute();
		return undefined;
	}
	const token = newSecret(ports.random, "");
	const rotated = await byToken
		.set({ token_hash: secretHash(token), previous_token_hash: row.token_hash, rotated_at: now, last_seen_at: now })
		.executeTakeFirst();
	if (rotated.numUpdatedRows === 0n) return undefined;
	await scoped
		.insertInto("session_tokens")
		.values({ token_hash: row.token_hash, organization_id: row.organization_id, session_id: row.id })
		.execute();
	return { token, seconds: Math.max(1, Math.round(secondsSince(now, row.expires_at))) };
}

/** Ends the caller's own session, at once. */
export async function endSession(ports: AccessPorts, principal: Principal): Promise<void> {
	const { sessionId } = principal;
	if (sessionId === null) return;
	await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		await scoped.deleteFrom("sessions").where("id", "=", sessionId).execute();
	});
}

/** The caller's sessions, the newest first. */
export async function listSessions(ports: AccessPorts, principal: Principal): Promise<Session[]> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const now = ports.clock.now();
	const rows = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped
			.selectFrom("sessions")
			.selectAll()
			.where("user_id", "=", ownUser(principal))
			.where("expires_at", ">", now)
			.orderBy("created_at", "desc")
			.execute(),
	);
	return rows
		.filter((row) => secondsSince(lastSeen(row), now) <= idleSeconds)
		.map((row) => ({
			id: row.id,
			current: row.id === principal.sessionId,
			method: row.method ?? "link",
			ip: row.ip,
			agent: row.sealed_agent === null ? null : sealer.openText(agentPlace(row.id), row.sealed_agent),
			createdAt: row.created_at.toISOString(),
			lastSeenAt: lastSeen(row).toISOString(),
			expiresAt: row.expires_at.toISOString(),
		}));
}

/** Ends one of the caller's sessions, at once. @throws AppError `not-found` */
export async function revokeSession(ports: AccessPorts, principal: Principal, sessionId: string): Promise<void> {
	const ended = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.deleteFrom("sessions").where("id", "=", sessionId).where("user_id", "=", ownUser(principal)).executeTakeFirst(),
	);
	if (ended.numDeletedRows === 0n) throw noSuch("session");
}

/** The user behind a session. @throws AppError `not-permitted` for API keys, which have none */
export function ownUser(principal: Principal): string {
	if (principal.actor.type === "user") return principal.actor.id;
	throw new AppError("not-permitted", "An API key has no sessions and no passkeys of its own", { hint: "Sign in as a person." });
}

interface Who {
	readonly organizationId: string;
	readonly userId: string;
	readonly sessionId: string | null;
}

/** Somebody as they are now, with what they may do now; undefined for who is not there or not active. */
export async function principalOf(ports: AccessPorts, scoped: Scoped, who: Who): Promise<Principal | undefined> {
	const user = await scoped.selectFrom("users").selectAll().where("id", "=", who.userId).executeTakeFirst();
	if (user === undefined || !user.active) return undefined;
	const sealer = await ports.keys.sealer(who.organizationId);
	const role = await heldRole(scoped, sealer, user);
	return {
		organizationId: who.organizationId,
		actor: { type: "user", id: user.id, name: sealer.openText(`users.name/${user.id}`, user.sealed_name) },
		via: "session",
		role: role.builtIn,
		roleName: role.name,
		email: user.sealed_email === null ? null : sealer.openText(`users.email/${user.id}`, user.sealed_email),
		permissions: permittedWithin(role.permissions, user),
		...limitsOf(user),
		sessionId: who.sessionId,
	};
}
