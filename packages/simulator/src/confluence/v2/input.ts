import type { RequestContext } from "../../http/request.ts";
import type { BodyInput } from "../deeds/write-body.ts";
import { badRequest } from "../refusals.ts";

/** All values of a query parameter, given several times or separated by commas; undefined when it is absent. */
export function listParam(request: RequestContext, name: string): string[] | undefined {
	const given = request.query
		.getAll(name)
		.flatMap((value) => value.split(","))
		.map((value) => value.trim());
	return given.every((value) => value === "") ? undefined : given.filter((value) => value !== "");
}

/** A list of ids. @throws HttpError 400 for one that is no number, or too many */
export function idsParam(request: RequestContext, name: string, most = 250): string[] | undefined {
	const ids = listParam(request, name);
	if (ids === undefined) return undefined;
	if (ids.length > most) throw badRequest(`Too many values for '${name}': at most ${most} are allowed`);
	for (const id of ids)
		if (!/^\d+$/.test(id)) throw badRequest(`Provided value {${id}} for '${name}' is not the correct type. Expected type is long`);
	return ids;
}

/** One of the allowed values of a query parameter. @throws HttpError 400 for another one */
export function choiceParam<T extends string>(request: RequestContext, name: string, allowed: readonly T[]): T | undefined {
	const value = request.query.get(name);
	if (value === null || value === "") return undefined;
	const found = allowed.find((choice) => choice === value);
	if (found === undefined)
		throw badRequest(`Provided value {${value}} for '${name}' is not valid. Valid values are: [${allowed.join(", ")}]`);
	return found;
}

/** A list of allowed values. @throws HttpError 400 for another one */
export function choicesParam<T extends string>(request: RequestContext, name: string, allowed: readonly T[]): T[] | undefined {
	return listParam(request, name)?.map((value) => {
		const found = allowed.find((choice) => choice === value);
		if (found === undefined)
			throw badRequest(`Provided value {${value}} for '${name}' is not valid. Valid values are: [${allowed.join(", ")}]`);
		return found;
	});
}

/** A switch in the query: `true` or `false`. */
export function flag(request: RequestContext, name: string, otherwise = false): boolean {
	const value = request.query.get(name);
	return value === null ? otherwise : value === "true";
}

/** A JSON object in the body. @throws HttpError 400 when it is missing or something else */
export function objectBody(request: RequestContext): Readonly<Record<string, unknown>> {
	const { body } = request;
	if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest("A JSON object is required as the request body");
	return body as Readonly<Record<string, unknown>>;
}

/** A string of an object; undefined when absent or null; numbers are taken as ids. @throws HttpError 400 for another type */
export function textOfField(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
	const value = fields[name];
	if (value === undefined || value === null) return undefined;
	if (typeof value === "number") return String(value);
	if (typeof value !== "string") throw badRequest(`'${name}' must be a string`);
	return value;
}

/** `body` of a write: `{representation, value}`, or nested by representation. @throws HttpError 400 when it is neither */
export function bodyInput(fields: Readonly<Record<string, unknown>>): BodyInput | undefined {
	const value = fields.body;
	if (value === undefined || value === null) return undefined;
	if (typeof value !== "object") throw badRequest("'body' must be an object");
	const given = value as Record<string, unknown>;
	const nested = ["storage", "atlas_doc_format", "wiki", "raw"]
		.map((name) => given[name])
		.find((inner) => typeof inner === "object" && inner !== null);
	const { representation, value: text } = (nested ?? given) as Record<string, unknown>;
	if (typeof representation !== "string" || typeof text !== "string") throw badRequest("'body' must hold a representation and a value");
	return { representation, value: text };
}

/** `version` of a write. @throws HttpError 400 when its number is missing */
export function versionInput(fields: Readonly<Record<string, unknown>>): { number: number; message: string } {
	const version = fields.version;
	const { number, message } = (typeof version === "object" && version !== null ? version : {}) as Record<string, unknown>;
	if (typeof number !== "number" || !Number.isInteger(number)) throw badRequest("'version.number' is required and must be an integer");
	return { number, message: typeof message === "string" ? message : "" };
}
