import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import { apiPrefix } from "@skyeworx/contract";
import { AppError, type Random } from "@skyeworx/core";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Metrics } from "../metrics/metrics.ts";
import { registerScim, scimPrefix } from "../scim/register-scim.ts";
import type { Handlers } from "./call.ts";
import { registerDocs } from "./docs.ts";
import { sendProblem } from "./problem.ts";
import { type RegisterPorts, registerEndpoints } from "./register.ts";
import { sharedCounts } from "./request-counts.ts";
import { contentSecurity } from "./security.ts";
import { addressGroup, Strangers } from "./strangers.ts";
import { registerWeb } from "./web.ts";

export interface AppOptions extends Omit<RegisterPorts, "strangers"> {
	readonly handlers: Handlers;
	readonly version: string;
	/** Requests a minute and caller, over all processes; of callers whom nobody knows a tenth. */
	readonly rateLimit: number;
	/** Whether there are other processes to count with. */
	readonly shared: boolean;
	/** Folder of the built web UI; undefined serves the API alone. */
	readonly webFolder: string | undefined;
	/** Whether `X-Forwarded-For` of a proxy in front is believed. */
	readonly trustProxy: boolean;
	readonly metrics: Metrics;
	/** Whether requests may be sent here. */
	readonly ready: () => Promise<boolean>;
}

const maxBodyBytes = 1024 * 1024;
/** Of the requests that a known caller may send in a minute, who is not known may send one in so many. */
const strangersShare = 10;

/** Builds the HTTP server; nothing listens yet. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
	const app = fastify({
		logger: false,
		genReqId: () => requestId(options.random),
		bodyLimit: maxBodyBytes,
		trustProxy: options.trustProxy,
		requestTimeout: 120_000,
		routerOptions: { maxParamLength: 2000 },
		frameworkErrors: (error, request, reply) => {
			sendProblem(options.log, error, request, reply);
		},
		forceCloseConnections: true,
	});
	app.setValidatorCompiler(validatorCompiler);
	app.setSerializerCompiler(serializerCompiler);
	app.decorateRequest("principal", null);
	app.setErrorHandler((error, request, reply) => {
		sendProblem(options.log, error, request, reply);
	});
	app.addHook("onSend", async (request, reply) => {
		reply.header("x-request-id", request.id);
		if (isGuarded(request.url) && !reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
	});
	app.addHook("onResponse", async (request, reply) => {
		// The route's pattern, never the address: that holds ids and what people search for.
		options.metrics.request(request.method, request.routeOptions.url ?? "none", reply.statusCode, reply.elapsedTime / 1000);
	});
	refuseOpenRoutes(app);
	registerHealth(app, options.ready);
	acceptEmptyJson(app);
	await app.register(helmet, contentSecurity);
	await app.register(cookie);
	await app.register(rateLimit, rateLimits(options));
	app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => {
		sendProblem(options.log, notThere(request.method, request.url), request, reply);
	});
	const strangers = new Strangers(options, Math.max(1, Math.ceil(options.rateLimit / strangersShare)));
	await app.register(
		async (api) => {
			registerEndpoints(api, { ...options, strangers }, options.handlers);
			await registerDocs(api, options);
		},
		{ prefix: apiPrefix },
	);
	await registerScim(app, { ...options, strangers });
	if (options.webFolder !== undefined) await registerWeb(app, options.webFolder, options.log);
	return app;
}

/** For load balancers: whether the process lives, and whether it may be given requests. */
function registerHealth(app: FastifyInstance, ready: () => Promise<boolean>): void {
	app.get("/health/live", async (_request, reply) => reply.type("text/plain").send("live\n"));
	app.get("/health/ready", async (_request, reply) => {
		const now = await ready();
		return reply
			.code(now ? 200 : 503)
			.type("text/plain")
			.send(now ? "ready\n" : "not ready\n");
	});
}

function requestId(random: Random): string {
	return Buffer.from(random.bytes(10)).toString("base64url");
}

function notThere(method: string, url: string): AppError {
	return new AppError("not-found", `There is nothing at ${method} ${url.split("?")[0]?.slice(0, 200)}`, {
		hint: "The API documentation at /api/docs lists what there is.",
	});
}

function isGuarded(url: string): boolean {
	return url.startsWith(`${apiPrefix}/`) || url.startsWith(`${scimPrefix}/`);
}

/** A route below `/api` or `/scim` that does not say who may call it stops the start. The documentation's own files are open. */
function refuseOpenRoutes(app: FastifyInstance): void {
	app.addHook("onRoute", (route) => {
		const open = route.config?.access !== undefined || !isGuarded(route.url) || route.url.startsWith(`${apiPrefix}/docs/assets/`);
		if (!open) throw new Error(`route ${String(route.method)} ${route.url} declares no access`);
	});
}

/** An empty body is no body: `curl -X POST -H 'content-type: application/json'` is not an error. */
function acceptEmptyJson(app: FastifyInstance): void {
	const parse = app.getDefaultJsonParser("error", "error");
	app.removeContentTypeParser("text/plain");
	app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
		if (body === "") done(null, undefined);
		else void parse(request, body as string, done);
	});
}

function rateLimits(options: AppOptions) {
	return {
		max: options.rateLimit,
		timeWindow: 60_000,
		...(options.shared && { store: sharedCounts(options) }),
		// By what was found to be true of the caller: a header that anybody can vary would be a new count each time.
		keyGenerator: (request: FastifyRequest) =>
			request.principal === null ? addressGroup(request.ip) : `${request.principal.organizationId}/${request.principal.actor.id}`,
		errorResponseBuilder: (_request: unknown, context: { after: string }) =>
			new AppError("too-many-requests", "Too many requests in a short time", { hint: `Wait ${context.after}.` }),
	};
}
