import { type Endpoint, type EndpointName, endpoints } from "@skyeworx/contract";
import { AppError, type Log, toAppError } from "@skyeworx/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Principal } from "../access/principal.ts";
import { recordAudit } from "../audit/record.ts";
import { databaseError } from "../data/database.ts";
import { type AuthenticatePorts, authenticate, authorize, credentialOf, refuseForeignOrigin } from "./authenticate.ts";
import type { AuditNote, Call, Handlers } from "./call.ts";
import { once } from "./idempotency.ts";
import { addressGroup, type Strangers } from "./strangers.ts";

export interface RegisterPorts extends AuthenticatePorts {
	readonly log: Log;
	readonly strangers: Strangers;
	/** Tries to sign in a minute and address. */
	readonly signInLimit: number;
}

/** Untyped once more: the types were checked where the handlers were written. */
type AnyHandler = (call: Call<Endpoint>) => Promise<{
	readonly body?: unknown;
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string | string[]>>;
	readonly stream?: unknown;
}>;

/**
 * Registers every endpoint of the contract. Each has an access rule, or the server does not start; what is said by the
 * rule is checked before the handler runs and whatever comes of it is in the audit log.
 */
export function registerEndpoints(app: FastifyInstance, ports: RegisterPorts, handlers: Handlers): void {
	for (const [name, endpoint] of Object.entries(endpoints) as [EndpointName, Endpoint][]) {
		const handler = handlers[name] as unknown as AnyHandler | undefined;
		if (handler === undefined) throw new Error(`endpoint ${name} has no handler`);
		register(app, ports, endpoint, handler);
	}
}

function register(app: FastifyInstance, ports: RegisterPorts, endpoint: Endpoint, handler: AnyHandler): void {
	app.route({
		method: endpoint.method,
		url: endpoint.path,
		config: { access: endpoint.access, ...(endpoint.limit !== undefined && { rateLimit: signInRate(ports) }) },
		schema: {
			...(endpoint.params !== undefined && { params: endpoint.params }),
			querystring: endpoint.query ?? z.object({}),
			...(endpoint.body !== undefined && { body: endpoint.body }),
			...responseSchemas(endpoint),
		},
		// Before the body is read and parsed: nobody learns what is expected without being allowed to ask. The limit comes in between: who
		// is known is counted by what they are, everybody else by where they come from, refused or not.
		onRequest: async (request, reply) => {
			if (endpoint.access !== "anyone") request.principal = await admitted(ports, endpoint, { request, reply });
		},
		preParsing: async (request) => {
			if (endpoint.access === "anyone") refuseForeignOrigin(ports, request);
		},
		handler: async (request, reply) => await answer(ports, endpoint, handler, { request, reply }),
	});
}

function responseSchemas(endpoint: Endpoint) {
	if (typeof endpoint.response === "string") return {};
	const later = endpoint.laterStatus === undefined ? {} : { [endpoint.laterStatus]: endpoint.response };
	return { response: { [endpoint.status]: endpoint.response, ...later } };
}

/** Counted by address alone: whoever guesses has no credential to count by. */
function signInRate({ signInLimit }: RegisterPorts) {
	return { max: signInLimit, timeWindow: 60_000, keyGenerator: (request: FastifyRequest) => `sign-in ${addressGroup(request.ip)}` };
}

async function admitted(ports: RegisterPorts, endpoint: Endpoint, { request, reply }: Exchange): Promise<Principal> {
	const principal = await ports.strangers.admit(request, reply, credentialOf(ports, request), () => authenticate(ports, request, reply));
	try {
		authorize(principal, endpoint.access, request.params);
	} catch (error) {
		await auditOutcome(ports, { endpoint, principal, request, note: {}, error });
		throw error;
	}
	return principal;
}

interface Exchange {
	readonly request: FastifyRequest;
	readonly reply: FastifyReply;
}

async function answer(ports: RegisterPorts, endpoint: Endpoint, handler: AnyHandler, { request, reply }: Exchange) {
	const { principal } = request;
	const note: AuditNote = {};
	const call = {
		principal,
		params: request.params,
		query: request.query,
		body: request.body,
		requestId: request.id,
		ip: request.ip,
		agent: request.headers["user-agent"],
		cookies: request.cookies,
		origin: ports.publicUrl ?? `${request.protocol}://${request.host}`,
		note,
		signal: goneSignal(reply),
	};
	try {
		const result = await runOnce(ports, endpoint, request, () => handler(call as unknown as Call<Endpoint>));
		await auditOutcome(ports, { endpoint, principal, request, note, error: note.failed });
		reply.headers({ ...result.headers });
		if (result.stream !== undefined) return reply.code(endpoint.status).send(result.stream);
		return reply.code(result.status ?? endpoint.status).send(result.body);
	} catch (error) {
		await auditOutcome(ports, { endpoint, principal, request, note, error });
		throw error;
	}
}

async function runOnce(
	ports: RegisterPorts,
	endpoint: Endpoint,
	request: FastifyRequest,
	work: () => ReturnType<AnyHandler>,
): ReturnType<AnyHandler> {
	const key = request.headers["idempotency-key"];
	if (endpoint.idempotent !== true || key === undefined || request.principal === null) return await work();
	if (typeof key !== "string" || !/^[\x21-\x7e]{1,200}$/.test(key)) {
		throw new AppError("bad-input", "The Idempotency-Key must be 1 to 200 visible ASCII characters");
	}
	const about = { key, method: request.method, url: request.url, body: request.body };
	return await once(ports, request.principal, about, async () => {
		const { body, status } = await work();
		return { body, status: status ?? endpoint.status };
	});
}

function goneSignal(reply: FastifyReply): AbortSignal {
	const controller = new AbortController();
	reply.raw.once("close", () => {
		if (!reply.raw.writableFinished) controller.abort();
	});
	return controller.signal;
}

interface AuditedExchange {
	readonly endpoint: Endpoint;
	readonly principal: Principal | null;
	readonly request: FastifyRequest;
	readonly note: AuditNote;
	readonly error?: unknown;
}

const refusals = new Set(["not-permitted", "sign-in-required", "approval-required"]);

/** An action that can't be written into the audit log is not done silently: the caller gets the error. */
async function auditOutcome(ports: RegisterPorts, { endpoint, principal, request, note, error }: AuditedExchange): Promise<void> {
	const by = principal ?? note.by;
	if (endpoint.audit === undefined || by === undefined) return;
	const failure = error === undefined ? undefined : toAppError(databaseError(error));
	const target = note.target ?? targetOf(request.params);
	await recordAudit(ports, {
		organizationId: by.organizationId,
		actor: by.actor,
		action: endpoint.audit,
		...(target !== undefined && { target }),
		...(note.label !== undefined && { label: note.label }),
		...(note.reason !== undefined && { reason: note.reason }),
		outcome: failure === undefined ? "success" : refusals.has(failure.code) ? "denied" : "failure",
		...(failure !== undefined && { error: { code: failure.code, detail: failure.message } }),
		facts: { ...note.facts, ...(principal !== null && { via: principal.via }) },
		ip: request.ip,
		requestId: request.id,
	});
}

function targetOf(params: unknown): AuditNote["target"] {
	const entries = Object.entries((params ?? {}) as Record<string, unknown>);
	const names = Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
	if (names.kind !== undefined && names.id !== undefined) return { type: "item", id: `${names.kind}/${names.id}` };
	const own = entries.findLast(([name]) => name.endsWith("Id"));
	return own === undefined ? undefined : { type: own[0].slice(0, -2), id: String(own[1]).slice(0, 300) };
}

declare module "fastify" {
	interface FastifyRequest {
		principal: Principal | null;
	}
	interface FastifyContextConfig {
		access?: Endpoint["access"] | "scim";
	}
}
