import { confluenceError, type HttpError } from "../http/errors.ts";

/** 404 as Confluence v2 gives it, also to callers who may not see the object. */
export const notFound = (what: string): HttpError => confluenceError(404, "NOT_FOUND", "Not Found", `Could not find ${what}`);

/** 400 as Confluence v2 gives it. */
export const badRequest = (title: string, code = "INVALID_REQUEST_PARAMETER"): HttpError => confluenceError(400, code, title);

/** 403 as Confluence v2 gives it. */
export const forbidden = (title: string): HttpError => confluenceError(403, "FORBIDDEN", title);

/** 409: the version is not the next one. */
export const conflict = (current: number, given: unknown): HttpError =>
	confluenceError(
		409,
		"CONFLICT",
		`Version must be incremented when updating a page. Current Version: [${current}]. Provided version: [${String(given)}]`,
	);

/** 400: another page of the space has this title. */
export const titleTaken = (type: string): HttpError =>
	badRequest(`A ${type} with this title already exists: A ${type} already exists with the same TITLE in this space`);
