import type { IncomingMessage } from "node:http";
import busboy from "busboy";
import { HttpError } from "./errors.ts";
import type { UploadedFile } from "./request.ts";

/** A request's body, read completely. */
export interface Body {
	readonly json: unknown;
	readonly files: readonly UploadedFile[];
	readonly form: Readonly<Record<string, string>>;
	readonly size: number;
}

const nothing: Body = { json: undefined, files: [], form: {}, size: 0 };

/** Reads and parses a body by its content type. @throws HttpError 400 for malformed JSON or multipart, 415 for another type. */
export async function readBody(message: IncomingMessage): Promise<Body> {
	if (message.method === "GET" || message.method === "HEAD") return nothing;
	const type = message.headers["content-type"] ?? "";
	if (type.startsWith("multipart/form-data")) return readMultipart(message);
	const bytes = await readAll(message);
	if (bytes.length === 0) return nothing;
	if (type.includes("json") || type === "") return { ...nothing, json: parseJson(bytes), size: bytes.length };
	if (type.startsWith("application/x-www-form-urlencoded")) {
		return { ...nothing, form: Object.fromEntries(new URLSearchParams(bytes.toString("utf8"))), size: bytes.length };
	}
	throw new HttpError(415, { errorMessages: [`The content type ${type} is not supported.`], errors: {} });
}

function parseJson(bytes: Buffer): unknown {
	try {
		return JSON.parse(bytes.toString("utf8"));
	} catch {
		throw new HttpError(400, { errorMessages: ["There was an error parsing JSON. Check that your request body is valid."] });
	}
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of message) chunks.push(chunk as Buffer);
	return chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks);
}

function readMultipart(message: IncomingMessage): Promise<Body> {
	return new Promise((resolve, reject) => {
		const files: UploadedFile[] = [];
		const form: Record<string, string> = {};
		let size = 0;
		const refuse = (): void => reject(new HttpError(400, { errorMessages: ["The multipart body is malformed."], errors: {} }));
		let parser: ReturnType<typeof busboy>;
		try {
			parser = busboy({ headers: message.headers, defParamCharset: "utf8" });
		} catch {
			refuse();
			return;
		}
		parser.on("file", (field, stream, info) => {
			const chunks: Buffer[] = [];
			stream.on("data", (chunk: Buffer) => chunks.push(chunk));
			stream.on("end", () => {
				const bytes = Buffer.concat(chunks);
				size += bytes.length;
				files.push({ field, filename: info.filename ?? "file", mimeType: info.mimeType, bytes });
			});
		});
		parser.on("field", (name, value) => {
			form[name] = value;
		});
		parser.on("error", refuse);
		parser.on("close", () => resolve({ json: undefined, files, form, size }));
		message.on("aborted", refuse);
		message.pipe(parser);
	});
}
