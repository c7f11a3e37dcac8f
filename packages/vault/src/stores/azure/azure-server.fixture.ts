import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type ObjectVersion, VersionedObjects } from "@skyeworx/testkit";
import type { AzurePlace } from "./azure-place.ts";

interface Asked {
	readonly method: string;
	/** Empty for the container itself. */
	readonly key: string;
	readonly query: URLSearchParams;
	readonly headers: IncomingMessage["headers"];
	readonly body: Buffer;
}

export interface AzureServer {
	readonly place: AzurePlace;
	readonly objects: VersionedObjects;
	/** Answers all requests from now on with this error, without effect; undefined ends it. */
	setFault(fault: { readonly status: number; readonly code: string } | undefined): void;
	/** Number of requests so far. */
	asked(): number;
	stop(): Promise<void>;
}

const pageSize = 6;

/** One container with version-level immutability, as the REST reference of Azure Blob Storage documents it. */
export async function startAzureServer(): Promise<AzureServer> {
	const objects = new VersionedObjects({ versioned: true, now: () => new Date() });
	let fault: { readonly status: number; readonly code: string } | undefined;
	let count = 0;
	const server = createServer((incoming, answer) => {
		void received(incoming).then((asked) => {
			count++;
			answer.setHeader("date", new Date().toUTCString());
			answer.setHeader("x-ms-version", "2026-02-06");
			if (fault !== undefined) refuse(answer, fault.status, fault.code);
			else respond(objects, asked, answer);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/strictaccount`;
	const key = Buffer.from("strict").toString("base64");
	return {
		place: { account: "strictaccount", container: "strict", prefix: "vaults/acme", endpoint, credentials: { type: "account-key", key } },
		objects,
		setFault(next) {
			fault = next;
		},
		asked: () => count,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

async function received(incoming: IncomingMessage): Promise<Asked> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk as Buffer);
	const url = new URL(incoming.url ?? "/", "http://azure");
	const key = decodeURIComponent(url.pathname).split("/").slice(3).join("/");
	return { method: incoming.method ?? "", key, query: url.searchParams, headers: incoming.headers, body: Buffer.concat(chunks) };
}

function respond(objects: VersionedObjects, asked: Asked, answer: ServerResponse): void {
	const { method, key, query } = asked;
	if (key === "" && query.get("comp") === "list") list(objects, query, answer);
	else if (key === "") end(answer, 200, { "x-ms-immutable-storage-with-versioning-enabled": "true", etag: '"1"' });
	else if (method === "PUT" && query.get("comp") === "immutabilityPolicies") setPolicy(objects, asked, answer);
	else if (method === "PUT") put(objects, asked, answer);
	else if (method === "DELETE") remove(objects, asked, answer);
	else read(objects, asked, answer);
}

function put(objects: VersionedObjects, { key, headers, body }: Asked, answer: ServerResponse): void {
	if (headers["content-md5"] !== createHash("md5").update(body).digest("base64")) {
		refuse(answer, 400, "Md5Mismatch");
		return;
	}
	const onlyIfAbsent = headers["if-none-match"] === "*";
	const made = objects.put(key, body, { onlyIfAbsent, lockedUntil: untilIn(headers) });
	if (made === undefined) refuse(answer, 409, "BlobAlreadyExists");
	else end(answer, 201, { etag: '"1"', "x-ms-version-id": made.versionId, "last-modified": made.modifiedAt.toUTCString() });
}

function setPolicy(objects: VersionedObjects, { key, query, headers }: Asked, answer: ServerResponse): void {
	const version = objects.version(key, query.get("versionid"));
	if (version?.bytes === undefined) {
		refuse(answer, 404, "BlobNotFound");
		return;
	}
	const until = untilIn(headers);
	if (version.lockedUntil !== undefined && until !== undefined && version.lockedUntil > until) {
		refuse(answer, 409, "BlobImmutableDueToPolicy");
		return;
	}
	version.lockedUntil = until;
	end(answer, 200, { "x-ms-immutability-policy-until-date": until?.toUTCString() ?? "" });
}

function untilIn(headers: IncomingMessage["headers"]): Date | undefined {
	const until = headers["x-ms-immutability-policy-until-date"];
	return typeof until === "string" ? new Date(until) : undefined;
}

/** Plainly deleted, the current version becomes an older one; it can't be deleted by its id before that. */
function remove(objects: VersionedObjects, { key, query }: Asked, answer: ServerResponse): void {
	const id = query.get("versionid");
	const version = objects.version(key, id);
	if (version?.bytes === undefined) refuse(answer, 404, "BlobNotFound");
	else if (id !== null && objects.current(key) === version) refuse(answer, 403, "OperationNotAllowedOnRootBlob");
	else if (objects.delete(key, id) === "locked") refuse(answer, 409, "BlobImmutableDueToPolicy");
	else end(answer, 202, {});
}

function read(objects: VersionedObjects, { method, key, query, headers }: Asked, answer: ServerResponse): void {
	const version = objects.version(key, query.get("versionid"));
	if (version?.bytes === undefined) {
		refuse(answer, 404, "BlobNotFound");
		return;
	}
	const { bytes } = version;
	const range = headers["x-ms-range"] ?? headers.range;
	const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(typeof range === "string" ? range : "") ?? [];
	const start = Number(from ?? 0);
	if (from !== undefined && start >= bytes.length) {
		refuse(answer, 416, "InvalidRange");
		return;
	}
	const stop = to === undefined || to === "" ? bytes.length : Math.min(bytes.length, Number(to) + 1);
	end(
		answer,
		from === undefined ? 200 : 206,
		{ ...factsOf(version), "content-length": String(stop - start) },
		method === "HEAD" ? undefined : bytes.subarray(start, stop),
	);
}

function factsOf(version: ObjectVersion): Record<string, string> {
	return {
		etag: '"1"',
		"last-modified": version.modifiedAt.toUTCString(),
		"x-ms-version-id": version.versionId,
		"x-ms-blob-type": "BlockBlob",
		...(version.lockedUntil === undefined ? {} : { "x-ms-immutability-policy-until-date": version.lockedUntil.toUTCString() }),
	};
}

/** The oldest version of a name first. */
function list(objects: VersionedObjects, query: URLSearchParams, answer: ServerResponse): void {
	const versions = query.get("include")?.includes("versions") === true;
	const all = objects
		.all(query.get("prefix") ?? "")
		.filter((version) => version.bytes !== undefined && (versions || objects.current(version.key) === version))
		.map((version, index, { length }) => ({ version, index, length }))
		.sort((a, b) => (a.version.key < b.version.key ? -1 : a.version.key > b.version.key ? 1 : b.index - a.index));
	const from = Number(query.get("marker") ?? 0);
	const rows = all.slice(from, from + pageSize).map(({ version }) => {
		const id = versions
			? `<VersionId>${version.versionId}</VersionId>${objects.current(version.key) === version ? "<IsCurrentVersion>true</IsCurrentVersion>" : ""}`
			: "";
		return `<Blob><Name>${version.key}</Name>${id}<Properties><Last-Modified>${version.modifiedAt.toUTCString()}</Last-Modified><Etag>1</Etag><Content-Length>${version.bytes?.length}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`;
	});
	const next = from + pageSize < all.length ? String(from + pageSize) : "";
	const text = `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://azure/" ContainerName="strict"><Blobs>${rows.join("")}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
	end(answer, 200, { "content-type": "application/xml" }, text);
}

function end(answer: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body?: string | Buffer): void {
	answer.writeHead(status, headers);
	answer.end(body);
}

function refuse(answer: ServerResponse, status: number, code: string): void {
	const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>refused</Message></Error>`;
	end(answer, status, { "x-ms-error-code": code, "content-type": "application/xml" }, text);
}
