import type { IncomingMessage, ServerResponse } from "node:http";
import { type Caller, holdsScopes } from "../auth/caller.ts";
import type { Credentials } from "../auth/credentials.ts";
import type { ContractCheck, Violation } from "../contract/violation.ts";
import type { Faults } from "../faults/faults.ts";
import type { Limits } from "../limits/limits.ts";
import { anonymous } from "../site/accounts.ts";
import type { Site } from "../site/site.ts";
import type { Answer } from "./answer.ts";
import { readBody } from "./body.ts";
import { HttpError, productError } from "./errors.ts";
import type { RequestContext } from "./request.ts";
import type { RequestLog } from "./request-log.ts";
import type { Route, Router } from "./router.ts";
import { faultBefore, send } from "./send.ts";

/** Reads that Atlassian takes as POST, because what they ask for does not fit into an address. */
const readsByPost =
	/\/(?:search\/(?:jql|approximate-count)|bulkfetch|(?:comment|worklog)\/list|users-bulk|convert-ids-to-types|object\/aql(?:\/totalcount)?|workflowscheme\/(?:read|update\/mappings))$/;

/** What the pipeline works with. */
export interface PipelineParts {
	readonly site: Site;
	readonly router: Router;
	readonly credentials: Credentials;
	readonly faults: Faults;
	readonly limits: Limits;
	readonly log: RequestLog;
	readonly contract: ContractCheck | undefined;
	readonly violations: Violation[];
}

interface Address {
	readonly path: string;
	readonly query: string;
	/** How this address asks for credentials. */
	readonly credentials: "basic" | "bearer";
	readonly base: string;
	/** False when a gateway address names another site. */
	readonly known: boolean;
}

/** Addresses that no OAuth app may use, whatever its scopes. */
const forTokensOnly = /^\/(automation|jira\/forms)\//;

const nobody: Caller = { account: anonymous, kind: "anonymous", scopes: new Set() };

/** Steering and the small HTML pages: they answer while the site is down, and nobody counts them. */
const forPeopleOnly = /^\/($|_simulator\/|browse\/|jira\/assets($|\/)|projects($|\/)|secure\/|wiki($|\/spaces($|\/)|\/x\/))/;

/** Handles one request from its first byte to its last: fault, login, scopes, limits, body, handler, contract, answer. */
export async function handle(parts: PipelineParts, message: IncomingMessage, response: ServerResponse): Promise<void> {
	const method = message.method ?? "GET";
	const address = addressOf(parts.site, message.url ?? "/");
	const found = parts.router.find(method === "HEAD" ? "GET" : method, address.path);
	const internal = forPeopleOnly.test(address.path);
	const fault = internal ? undefined : parts.faults.take(method, address.query === "" ? address.path : `${address.path}?${address.query}`);
	if (fault?.delayMs !== undefined) await parts.site.clock.wait(fault.delayMs);
	let answer: Answer;
	let template = address.path;
	let headers: Record<string, string> = {};
	try {
		const early = faultBefore(fault, address.path);
		if (early === "reset") {
			parts.log.add({ at: parts.site.clock.now(), method, template, path: address.path, query: address.query, status: 0, fault: "reset" });
			message.socket.destroy();
			return;
		}
		if (found.kind === "route") template = found.route.template;
		if (early !== undefined) throw early;
		if (!address.known) throw new HttpError(404, { code: 404, message: "Not Found" });
		if (found.kind === "method-not-allowed") throw productError(address.path, 405, { allow: found.allow.join(", ") });
		if (found.kind === "not-found") throw new HttpError(404, { message: `null for uri: ${address.path}`, "status-code": 404 });
		const done = await run(parts, { message, address, route: found.route, params: found.params });
		answer = done.answer;
		headers = done.headers;
	} catch (error) {
		if (message.destroyed && !message.complete) return;
		if (!(error instanceof HttpError)) parts.violations.push(crash(method, template, error));
		answer = error instanceof HttpError ? { status: error.status, json: error.body, headers: error.headers } : internalError(address.path);
	}
	if (method !== "GET" && method !== "HEAD" && !readsByPost.test(template)) parts.log.noteWrite();
	if (!internal) {
		const status = fault?.kind === "lost-answer" ? 0 : answer.status;
		parts.log.add({ at: parts.site.clock.now(), method, template, path: address.path, query: address.query, status, fault: fault?.kind });
	}
	if (!message.readableEnded) message.resume();
	send({ response, answer, headers, fault, headOnly: method === "HEAD" });
}

const internalError = (path: string): Answer => ({ status: 500, json: productError(path, 500).body });

const crash = (method: string, template: string, error: unknown): Violation => ({
	operation: `${method} ${template}`,
	side: "simulator",
	pointer: "",
	message: error instanceof Error ? (error.stack ?? error.message) : String(error),
});

interface Work {
	readonly message: IncomingMessage;
	readonly address: Address;
	readonly route: Route;
	readonly params: Record<string, string>;
}

async function run(parts: PipelineParts, work: Work): Promise<{ answer: Answer; headers: Record<string, string> }> {
	const { message, address, route } = work;
	const caller = admit(parts, work);
	const read = await readBody(message);
	const request: RequestContext = {
		method: route.method,
		path: address.path,
		params: work.params,
		query: new URLSearchParams(address.query),
		headers: message.headers,
		body: read.json,
		files: read.files,
		form: read.form,
		caller,
		base: address.base,
	};
	let answer: Answer;
	try {
		answer = await route.handler(request);
	} catch (error) {
		if (!(error instanceof HttpError)) throw error;
		answer = { status: error.status, json: error.body, headers: error.headers };
	}
	if (parts.contract !== undefined) parts.violations.push(...parts.contract.check(route, request, answer));
	const headers = parts.limits.charge(caller, route, answer);
	if (caller.kind !== "anonymous") headers["x-aaccountid"] = caller.account.accountId;
	return { answer, headers };
}

const scopeMissing = (): HttpError => new HttpError(401, { code: 401, message: "Unauthorized; scope does not match" });

function admit(parts: PipelineParts, work: Work): Caller {
	const { message, address, route } = work;
	if (route.scopes === "public") return nobody;
	const asks = route.template.startsWith("/oauth/") ? "bearer" : address.credentials;
	const caller = parts.credentials.authenticate(message.headers.authorization, asks);
	if (caller === undefined) {
		const { authorization } = message.headers;
		if (forTokensOnly.test(route.template) && parts.credentials.authenticate(authorization, "bearer") !== undefined) throw scopeMissing();
		if (asks === "bearer") throw new HttpError(401, { code: 401, message: "Unauthorized" });
		throw new HttpError(
			401,
			{ message: "Client must be authenticated to access this resource.", "status-code": 401 },
			{ "www-authenticate": 'OAuth realm="Atlassian"', "x-seraph-loginreason": "AUTHENTICATED_FAILED" },
		);
	}
	if (!holdsScopes(caller, route.scopes)) throw scopeMissing();
	parts.limits.admit(caller, route);
	return message.headers["atl-confluence-with-admin-key"] === "true" ? { ...caller, withAdminKey: true } : caller;
}

function addressOf(site: Site, url: string): Address {
	const mark = url.indexOf("?");
	const path = mark < 0 ? url : url.slice(0, mark);
	const query = mark < 0 ? "" : url.slice(mark + 1);
	const gateway = /^\/ex\/(jira|confluence)\/([^/]+)(\/.*)$/.exec(path);
	if (gateway === null) return { path, query, credentials: "basic", base: site.url, known: true };
	const [, product, cloudId, rest = "/"] = gateway;
	const known = cloudId === site.cloudId && rest.startsWith("/wiki/") === (product === "confluence") && !rest.startsWith("/_simulator");
	return { path: rest, query, credentials: "bearer", base: `${site.url}/ex/${product}/${cloudId}`, known };
}
