import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "@skyeworx/core";
import type { Metrics } from "../metrics/metrics.ts";

export interface OperationsListener {
	readonly url: string;
	stop(): Promise<void>;
}

export interface OperationsOptions {
	readonly host: string;
	readonly port: number;
	readonly metrics: Metrics;
	/** Whether work may be given to this process. */
	readonly ready: () => Promise<boolean>;
}

/** Listens for those who run the server: /health/live, /health/ready and /metrics. Nothing of a customer is behind it. */
export async function listenForOperations(options: OperationsOptions): Promise<OperationsListener> {
	const server = createServer((request, response) => {
		const end = (status: number, type: string, text: string) => response.writeHead(status, { "content-type": type }).end(text);
		const answer = async () => {
			const path = request.url?.split("?")[0];
			if (request.method !== "GET" && request.method !== "HEAD") end(405, "text/plain", "GET only\n");
			else if (path === "/health/live") end(200, "text/plain", "live\n");
			else if (path === "/health/ready") {
				if (await options.ready()) end(200, "text/plain", "ready\n");
				else end(503, "text/plain", "not ready\n");
			} else if (path === "/metrics") end(200, options.metrics.contentType, await options.metrics.text());
			else end(404, "text/plain", "There are /health/live, /health/ready and /metrics\n");
		};
		answer().catch(() => end(500, "text/plain", "failed\n"));
	});
	await listening(server, options);
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
		async stop() {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

async function listening(server: Server, { host, port }: OperationsOptions): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		server.once("error", (cause) =>
			reject(new AppError("conflict", `Port ${port} of --ops-port can't be used`, { cause, hint: "Choose another one." })),
		);
		server.listen(port, host, () => resolve());
	});
}
