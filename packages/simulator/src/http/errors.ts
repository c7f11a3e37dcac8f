/** An answer that is not a success, thrown by handlers; `body` is sent as JSON. */
export class HttpError extends Error {
	readonly status: number;
	readonly body: unknown;
	readonly headers: Readonly<Record<string, string>>;

	constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
		super(`HTTP ${status}`);
		this.name = "HttpError";
		this.status = status;
		this.body = body;
		this.headers = headers;
	}
}

/** Makes an error in the shape of Jira: `{errorMessages, errors}`. */
export function jiraError(status: number, messages: string | readonly string[], errors: Readonly<Record<string, string>> = {}): HttpError {
	return new HttpError(status, { errorMessages: typeof messages === "string" ? [messages] : messages, errors });
}

/** Makes an error in the shape of Confluence v2: `{errors: [{status, code, title, detail}]}`. */
export function confluenceError(status: number, code: string, title: string, detail: string | null = null): HttpError {
	return new HttpError(status, { errors: [{ status, code, title, detail }] });
}

/** Makes an error in the shape of Confluence v1: `{statusCode, data, message}`. */
export function confluenceV1Error(status: number, message: string): HttpError {
	return new HttpError(status, {
		statusCode: status,
		data: {
			authorized: status !== 401 && status !== 403,
			valid: status !== 400,
			allowedInReadOnlyMode: true,
			errors: [],
			successful: false,
		},
		message: `com.atlassian.confluence.api.service.exceptions.api: ${message}`,
	});
}

const messages: Readonly<Record<number, string>> = {
	401: "Unauthorized",
	403: "Forbidden",
	404: "Not Found",
	405: "Method Not Allowed",
	429: "Rate limit exceeded.",
	500: "Internal server error",
	503: "Service Unavailable",
};

/** An error with the body that the product under `path` gives: each of the three has a shape of its own. */
export function productError(path: string, status: number, headers: Record<string, string> = {}): HttpError {
	const message = messages[status] ?? "";
	const code = message.replace(/\W+/g, "_").replace(/_$/, "").toUpperCase();
	const shaped = path.startsWith("/wiki/api/v2/")
		? confluenceError(status, code, message)
		: path.startsWith("/wiki/")
			? confluenceV1Error(status, message)
			: jiraError(status, message);
	return new HttpError(status, shaped.body, headers);
}
