import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it went over the wire. */
export interface RecordedRequest {
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
}

/** Stands between a client and a site and writes down every request, so that a bare client can make the same ones. */
export async function recordingProxy(target: string): Promise<{ url: string; recorded: readonly RecordedRequest[]; close(): void }> {
	const recorded: RecordedRequest[] = [];
	const { hostname, port } = new URL(target);
	const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
	async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks);
		const headers: Record<string, string> = {};
		for (const name of ["authorization", "accept", "content-type"]) {
			const value = incoming.headers[name];
			if (typeof value === "string") headers[name] = value;
		}
		recorded.push({ method: incoming.method ?? "GET", path: incoming.url ?? "/", headers, body });
		const sent = { ...incoming.headers, host: `${hostname}:${port}` };
		const onward = forward({ hostname, port, method: incoming.method, path: incoming.url, headers: sent }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(outgoing);
		});
		onward.on("error", () => outgoing.destroy());
		onward.end(body);
	}
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		recorded,
		close: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}
