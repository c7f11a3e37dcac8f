/** What a handler gives back; exactly one of `json`, `text` and `bytes` is set, or none for an empty body. */
export interface Answer {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** A value that is serialised as JSON. */
	readonly json?: unknown;
	/** JSON that is already serialised (fast paths), or another text when `content-type` is given in `headers`. */
	readonly text?: string;
	readonly bytes?: Uint8Array;
	/** How many objects the answer holds, for the hourly points quota; 1 unless told. */
	readonly objects?: number;
}

/** Answers 200 with a JSON value. */
export function ok(json: unknown, objects?: number): Answer {
	return objects === undefined ? { status: 200, json } : { status: 200, json, objects };
}

/** Answers 201 with a JSON value. */
export function created(json: unknown): Answer {
	return { status: 201, json };
}

/** Answers 204 without a body. */
export function noContent(): Answer {
	return { status: 204 };
}

/** Answers with a `Location`, 303 unless another status is told. */
export function redirect(location: string, status = 303): Answer {
	return { status, headers: { location } };
}

/** Answers with bytes; honours a single `Range: bytes=a-b` as Atlassian's media service does (206, or 416 when outside). */
export function ranged(
	bytes: Uint8Array,
	options: { readonly range: string | undefined; readonly headers: Readonly<Record<string, string>> },
): Answer {
	const headers = { ...options.headers, "accept-ranges": "bytes" };
	const match = options.range === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(options.range);
	if (match === null || (match[1] === "" && match[2] === "")) return { status: 200, headers, bytes };
	const size = bytes.byteLength;
	const from = match[1] === "" ? Math.max(0, size - Number(match[2])) : Number(match[1]);
	const to = match[1] === "" || match[2] === "" ? size - 1 : Math.min(size - 1, Number(match[2]));
	if (from >= size || from > to) return { status: 416, headers: { "content-range": `bytes */${size}` } };
	return { status: 206, headers: { ...headers, "content-range": `bytes ${from}-${to}/${size}` }, bytes: bytes.subarray(from, to + 1) };
}
