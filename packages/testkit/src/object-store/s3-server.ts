import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { VersionedObjects } from "./versioned-objects.ts";

export interface S3Request {
	readonly method: string;
	/** Empty for the bucket itself. */
	readonly key: string;
	readonly query: URLSearchParams;
	readonly headers: IncomingMessage["headers"];
	readonly body: Buffer;
}

/** What goes wrong: an error without effect, the connection cut after the effect, or in the middle of the answer. */
export type S3Fault =
	| { readonly status: number; readonly code: string; readonly region?: string }
	| "lose-answer"
	| "cut-answer"
	| undefined;

export interface S3Server {
	readonly place: {
		readonly bucket: string;
		readonly prefix: string;
		readonly region: string;
		readonly endpoint: string;
		readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
	};
	readonly objects: VersionedObjects;
	readonly requests: readonly S3Request[];
	/** Decides for each request from now on. */
	setFault(fault: ((request: S3Request) => S3Fault) | undefined): void;
	stop(): Promise<void>;
}

const pageSize = 7;
const bucketName = "strict";
/** Its clock is so far from the host's, where nothing else is said: nothing may depend on their agreeing. */
const usualSkewDays = 100;

/** A server of one bucket that speaks S3 over HTTP, keeps what Amazon promises, and refuses bytes that do not fit their hashes. */
export async function startS3Server(options: { readonly versioned?: boolean; readonly skewDays?: number } = {}): Promise<S3Server> {
	const skew = (options.skewDays ?? usualSkewDays) * 86_400_000;
	const now = () => new Date(Date.now() + skew);
	const objects = new VersionedObjects({ versioned: options.versioned ?? true, now });
	const requests: S3Request[] = [];
	let fault: ((request: S3Request) => S3Fault) | undefined;
	const server = createServer((incoming, answer) => {
		void received(incoming).then((request) => {
			requests.push(request);
			const wrong = fault?.(request);
			answer.setHeader("date", now().toUTCString());
			if (typeof wrong === "object") {
				if (wrong.region !== undefined) answer.setHeader("x-amz-bucket-region", wrong.region);
				refuse(answer, wrong.status, wrong.code);
			} else if (wrong === "lose-answer") {
				respond(objects, request, sink());
				incoming.socket.destroy();
			} else if (wrong === "cut-answer") {
				answer.writeHead(200, { "content-length": "1000000" });
				answer.write("the beginning of what was asked for", () => incoming.socket.destroy());
			} else respond(objects, request, answer);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		place: {
			bucket: bucketName,
			prefix: "vaults/acme",
			region: "eu-central-1",
			endpoint,
			credentials: { accessKeyId: "STRICT", secretAccessKey: "strict" },
		},
		objects,
		requests,
		setFault(next) {
			fault = next;
		},
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

type Answer = Pick<ServerResponse, "setHeader" | "writeHead" | "end">;

/** Takes an answer that nobody will get. */
function sink(): Answer {
	return { setHeader: () => sink() as ServerResponse, writeHead: () => sink() as ServerResponse, end: () => sink() as ServerResponse };
}

async function received(incoming: IncomingMessage): Promise<S3Request> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk as Buffer);
	const url = new URL(incoming.url ?? "/", "http://s3");
	const [, bucket, ...key] = decodeURIComponent(url.pathname).split("/");
	if (bucket !== bucketName) throw new Error(`asked for the bucket ${bucket}`);
	return {
		method: incoming.method ?? "",
		key: key.join("/"),
		query: url.searchParams,
		headers: incoming.headers,
		body: Buffer.concat(chunks),
	};
}

function respond(objects: VersionedObjects, request: S3Request, answer: Answer): void {
	const { method, key, query } = request;
	if (query.has("uploads") || query.has("uploadId")) {
		refuse(answer, 501, "NotImplemented");
		return;
	}
	if (key === "") {
		respondForBucket(objects, request, answer);
		return;
	}
	if (method === "PUT" && query.has("retention")) retain(objects, request, answer);
	else if (method === "PUT") put(objects, request, answer);
	else if (method !== "DELETE") read(objects, request, answer);
	else if (objects.delete(key, query.get("versionId")) === "locked") refuse(answer, 403, "AccessDenied");
	else {
		answer.writeHead(204);
		answer.end();
	}
}

function respondForBucket(objects: VersionedObjects, { method, query }: S3Request, answer: Answer): void {
	if (method === "HEAD") {
		answer.writeHead(200, { "x-amz-bucket-region": "eu-central-1" });
		answer.end();
	} else if (query.has("versioning")) {
		xml(answer, `<VersioningConfiguration>${objects.versioned ? "<Status>Enabled</Status>" : ""}</VersioningConfiguration>`);
	} else if (query.has("versions")) listVersions(objects, query, answer);
	else listObjects(objects, query, answer);
}

function put(objects: VersionedObjects, { key, headers, body }: S3Request, answer: Answer): void {
	const digest = createHash("sha256").update(body).digest();
	if (headers["x-amz-content-sha256"] !== digest.toString("hex")) {
		refuse(answer, 400, "XAmzContentSHA256Mismatch");
		return;
	}
	if (headers["x-amz-checksum-sha256"] !== digest.toString("base64")) {
		refuse(answer, 400, "BadDigest");
		return;
	}
	const until = headers["x-amz-object-lock-retain-until-date"];
	const lockedUntil = typeof until === "string" ? new Date(until) : undefined;
	const made = objects.put(key, body, { onlyIfAbsent: headers["if-none-match"] === "*", lockedUntil });
	if (made === undefined) {
		refuse(answer, 412, "PreconditionFailed");
		return;
	}
	answer.writeHead(200, { "x-amz-checksum-sha256": digest.toString("base64"), "x-amz-version-id": made.versionId });
	answer.end();
}

function retain(objects: VersionedObjects, { key, query, body }: S3Request, answer: Answer): void {
	const version = objects.version(key, query.get("versionId"));
	if (version?.bytes === undefined) {
		refuse(answer, 404, "NoSuchKey");
		return;
	}
	const until = new Date(/<RetainUntilDate>([^<]+)</.exec(body.toString())?.[1] ?? "");
	if (version.lockedUntil !== undefined && version.lockedUntil > until) {
		refuse(answer, 403, "AccessDenied");
		return;
	}
	version.lockedUntil = until;
	answer.writeHead(200);
	answer.end();
}

function read(objects: VersionedObjects, { method, key, query, headers }: S3Request, answer: Answer): void {
	const version = objects.version(key, query.get("versionId"));
	if (version?.bytes === undefined) {
		refuse(answer, 404, method === "HEAD" ? "" : "NoSuchKey");
		return;
	}
	const { bytes, modifiedAt, versionId, lockedUntil } = version;
	const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "") ?? [];
	const start = from === undefined ? 0 : from === "" ? Math.max(0, bytes.length - Number(to)) : Number(from);
	const end = from === undefined || from === "" ? bytes.length : Math.min(bytes.length, Number(to) + 1);
	if (from !== undefined && start >= bytes.length) {
		refuse(answer, 416, "InvalidRange");
		return;
	}
	answer.writeHead(from === undefined ? 200 : 206, {
		"content-length": String(end - start),
		"last-modified": modifiedAt.toUTCString(),
		"x-amz-version-id": versionId,
		...(lockedUntil === undefined ? {} : { "x-amz-object-lock-retain-until-date": lockedUntil.toISOString() }),
	});
	answer.end(method === "HEAD" ? undefined : bytes.subarray(start, end));
}

function listObjects(objects: VersionedObjects, query: URLSearchParams, answer: Answer): void {
	const after = query.get("continuation-token") ?? "";
	const current = objects
		.all(query.get("prefix") ?? "")
		.filter((version) => objects.current(version.key) === version && version.bytes !== undefined);
	const found = current.filter(({ key }) => key > after);
	const page = found.slice(0, pageSize);
	const more = found.length > page.length;
	const rows = page.map(({ key, bytes, modifiedAt }) => `<Contents><Key>${key}</Key>${common(bytes, modifiedAt)}</Contents>`);
	const next = more ? `<NextContinuationToken>${page.at(-1)?.key}</NextContinuationToken>` : "";
	xml(answer, `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${rows.join("")}</ListBucketResult>`);
}

function listVersions(objects: VersionedObjects, query: URLSearchParams, answer: Answer): void {
	const all = objects.all(query.get("prefix") ?? "");
	const [key, id] = [query.get("key-marker"), query.get("version-id-marker")];
	const from = key === null ? 0 : all.findIndex((version) => version.key === key && version.versionId === id) + 1;
	const page = all.slice(from, from + pageSize);
	const more = from + page.length < all.length;
	const rows = page.map((version) => {
		const tag = version.bytes === undefined ? "DeleteMarker" : "Version";
		const latest = objects.current(version.key) === version;
		return `<${tag}><Key>${version.key}</Key><VersionId>${version.versionId}</VersionId><IsLatest>${latest}</IsLatest>${common(version.bytes, version.modifiedAt)}</${tag}>`;
	});
	const last = page.at(-1);
	const next = more ? `<NextKeyMarker>${last?.key}</NextKeyMarker><NextVersionIdMarker>${last?.versionId}</NextVersionIdMarker>` : "";
	xml(answer, `<ListVersionsResult><IsTruncated>${more}</IsTruncated>${next}${rows.join("")}</ListVersionsResult>`);
}

function common(bytes: Buffer | undefined, modifiedAt: Date): string {
	return `${bytes === undefined ? "" : `<Size>${bytes.length}</Size>`}<LastModified>${modifiedAt.toISOString()}</LastModified>`;
}

function xml(answer: Answer, text: string): void {
	answer.writeHead(200, { "content-type": "application/xml" });
	answer.end(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
}

function refuse(answer: Answer, status: number, code: string): void {
	answer.writeHead(status, { "content-type": "application/xml" });
	answer.end(
		code === "" ? undefined : `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>refused</Message></Error>`,
	);
}
