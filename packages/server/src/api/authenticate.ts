import type { Access } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { findApiKey } from "../access/api-keys.ts";
import { type PublicAddress, sessionCookie, sessionCookieName } from "../access/cookies.ts";
import { type Principal, requirePermission, requireSite } from "../access/principal.ts";
import { type AccessPorts, findSession } from "../access/sessions.ts";

export type AuthenticatePorts = AccessPorts & PublicAddress;

/**
 * Says who asks; a browser whose session was rotated gets its new cookie with the answer.
 * @throws AppError `sign-in-required`; `not-permitted` for a request that another site made the browser send
 */
export async function authenticate(ports: AuthenticatePorts, request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
	const principal = await whoAsks(ports, request, reply);
	if (principal !== undefined) return principal;
	throw new AppError("sign-in-required", "Sign in first, or send an API key", {
		hint: "Open the sign-in link that the server printed, or send the header Authorization: Bearer skx_…",
	});
}

async function whoAsks(ports: AuthenticatePorts, request: FastifyRequest, reply: FastifyReply): Promise<Principal | undefined> {
	const { authorization } = request.headers;
	if (authorization !== undefined) {
		const secret = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
		return secret === undefined ? undefined : await findApiKey(ports, secret, request.ip);
	}
	const token = request.cookies[sessionCookieName(ports)];
	if (token === undefined || token === "") return undefined;
	refuseForeignOrigin(ports, request);
	const session = await findSession(ports, token, request.ip);
	if (session?.renewed !== undefined) reply.header("set-cookie", sessionCookie(ports, session.renewed));
	return session?.principal;
}

/**
 * A cookie goes with requests that other sites make the browser send: a change needs a body type that no form can send
 * (or none) and an origin that is ours.
 */
export function refuseForeignOrigin(address: PublicAddress, request: FastifyRequest): void {
	if (request.method === "GET" || request.method === "HEAD") return;
	const { origin } = request.headers;
	const site = request.headers["sec-fetch-site"];
	const ours = [request.headers.host, hostOf(address.publicUrl ?? "")];
	const foreign =
		(site !== undefined && site !== "same-origin" && site !== "none") || (origin !== undefined && !isOneOf(ours, hostOf(origin)));
	if (!foreign) return;
	throw new AppError("not-permitted", "The request came from another site", { hint: "Use the Skyeworx pages themselves, or an API key." });
}

function isOneOf(hosts: readonly (string | undefined)[], host: string | undefined): boolean {
	return host !== undefined && hosts.includes(host);
}

function hostOf(origin: string): string | undefined {
	return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** What a request brings to say who asks; empty without any. */
export function credentialOf(address: PublicAddress, request: FastifyRequest): string {
	return request.headers.authorization ?? request.cookies[sessionCookieName(address)] ?? "";
}

/** @throws AppError `not-permitted`, `not-found` for a site beyond the credential's limits */
export function authorize(principal: Principal, access: Access, params: unknown): void {
	if (access !== "anyone" && access !== "signed-in") requirePermission(principal, access);
	const siteId = (params as { siteId?: unknown } | undefined)?.siteId;
	if (typeof siteId === "string") requireSite(principal, siteId);
}
