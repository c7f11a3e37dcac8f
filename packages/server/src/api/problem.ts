import type { Problem } from "@skyeworx/contract";
import { AppError, httpStatus, type Log, toAppError } from "@skyeworx/core";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { databaseError } from "../data/database.ts";

const family = "urn:skyeworx:problem:";

/** Writes an error as a problem (RFC 9457); never the cause, never a stack. */
function toProblem(error: unknown, requestId: string): Problem {
	if (isFastifyError(error)) return refusedRequest(error, requestId);
	const known = toAppError(databaseError(error));
	const status = known.code === "cancelled" ? 409 : httpStatus(known.code);
	return {
		type: `${family}${known.code}`,
		title: titleOf(known.code),
		status,
		code: known.code,
		detail: known.message,
		hint: known.hint ?? null,
		requestId,
	};
}

/** `plan-outdated` becomes `Plan outdated`. */
function titleOf(code: string): string {
	return code.charAt(0).toUpperCase() + code.slice(1).replaceAll("-", " ");
}

function isFastifyError(error: unknown): error is FastifyError {
	return error instanceof Error && !(error instanceof AppError) && clientStatus((error as FastifyError).statusCode) !== undefined;
}

function clientStatus(status: number | undefined): number | undefined {
	return status !== undefined && status >= 400 && status < 500 ? status : undefined;
}

const plainWords: Readonly<Record<string, string>> = {
	FST_ERR_CTP_INVALID_JSON_BODY: "The body is not JSON",
	FST_ERR_CTP_BODY_TOO_LARGE: "The body is too large",
	FST_ERR_CTP_INVALID_MEDIA_TYPE: "The body must be JSON (content-type: application/json)",
	FST_ERR_CTP_INVALID_CONTENT_LENGTH: "The body is not as long as its content-length says",
	FST_ERR_BAD_URL: "The address can't be read",
};

function refusedRequest(error: FastifyError, requestId: string): Problem {
	const status = clientStatus(error.statusCode) ?? 400;
	const code = status === 429 ? "too-many-requests" : status === 404 ? "not-found" : "bad-input";
	const base = { type: `${family}${code}`, title: titleOf(code), status, code, requestId };
	if (!hasZodFastifySchemaValidationErrors(error)) {
		const detail = plainWords[error.code] ?? (error instanceof SyntaxError ? "The body is not JSON" : error.message);
		return {
			...base,
			detail,
			hint: status === 429 ? "Wait as long as Retry-After says." : "The API documentation at /api/docs shows what is expected.",
		};
	}
	const issues = error.validation.map((issue) => ({
		path: `${error.validationContext ?? ""}${issue.instancePath.replaceAll("/", ".")}`,
		message: issue.message ?? "is not valid",
	}));
	return {
		...base,
		detail: issues
			.map((issue) => `${issue.path}: ${issue.message}`)
			.slice(0, 3)
			.join("; "),
		hint: "The API documentation at /api/docs shows what is expected.",
		issues,
	};
}

/** Sends an error, and logs those that are ours. */
export function sendProblem(log: Log, error: unknown, request: FastifyRequest, reply: FastifyReply): Problem {
	const problem = toProblem(error, request.id);
	if (problem.status >= 500) {
		const cause = error instanceof AppError ? (error.cause ?? error) : error;
		log.error("request failed", {
			requestId: request.id,
			route: request.routeOptions.url,
			code: problem.code,
			cause: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
		});
	}
	if (problem.status === 401) reply.header("www-authenticate", 'Bearer realm="skyeworx"');
	reply.header("x-request-id", request.id);
	reply.code(problem.status).type("application/problem+json").serializer(JSON.stringify).send(problem);
	return problem;
}
