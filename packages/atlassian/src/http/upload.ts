import type { UploadFile } from "./http-client.ts";

const encoder = new TextEncoder();

/** Quotes a file name as browsers do (HTML's multipart/form-data algorithm). */
function quoted(name: string): string {
	return name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

export interface MultipartBody {
	readonly contentType: string;
	/** Bytes of the whole body. */
	readonly size: number;
	open(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Lays out a multipart/form-data body that is streamed, never held in memory. */
export function multipart(boundary: string, files: readonly UploadFile[], fields: Readonly<Record<string, string>> = {}): MultipartBody {
	const parts: { readonly head: Uint8Array; readonly file: UploadFile | undefined }[] = [];
	for (const [name, value] of Object.entries(fields)) {
		const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`;
		parts.push({ head: encoder.encode(head), file: undefined });
	}
	for (const file of files) {
		const disposition = `form-data; name="${quoted(file.field)}"; filename="${quoted(file.fileName)}"`;
		const head = `--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${file.mediaType}\r\n\r\n`;
		parts.push({ head: encoder.encode(head), file });
	}
	const end = encoder.encode(`--${boundary}--\r\n`);
	const lineEnd = encoder.encode("\r\n");
	const size = parts.reduce((sum, part) => sum + part.head.length + (part.file === undefined ? 0 : part.file.size + 2), end.length);
	return {
		contentType: `multipart/form-data; boundary=${boundary}`,
		size,
		async *open(signal) {
			for (const part of parts) {
				yield part.head;
				if (part.file === undefined) continue;
				yield* part.file.open(signal);
				yield lineEnd;
			}
			yield end;
		},
	};
}
