import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Credential, openConnector } from "@skyeworx/atlassian";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import type { Connector } from "@skyeworx/engine";

export interface SimulatedSite {
	readonly url: string;
	readonly email: string;
	readonly apiToken: string;
	connect(siteUrl?: string): Connector;
	/** Requests since the last reset, by `METHOD template`. */
	requests(): Promise<Readonly<Record<string, number>>>;
	resetRequests(): Promise<void>;
	/** Calls an operation as the site's owner. */
	call(method: string, path: string, body?: unknown): Promise<unknown>;
	stop(): Promise<void>;
}

/** Starts the simulator as a process of its own, as Atlassian would be. */
export async function startSimulatedSite(seed: "small" | number, pages?: number): Promise<SimulatedSite> {
	const main = join(import.meta.dirname, "../packages/simulator/src/main-simulator.ts");
	const size = ["--seed", String(seed), ...(pages === undefined ? [] : ["--pages", String(pages)])];
	const child = spawn(process.execPath, ["--max-old-space-size=8192", main, "--port", "0", ...size, "--json"], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const ready = await readyLine(child.stdout);
	const authorization = `Basic ${Buffer.from(`${ready.email}:${ready.apiToken}`).toString("base64")}`;
	const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
		const headers: Record<string, string> = { authorization, accept: "application/json" };
		if (body !== undefined) headers["content-type"] = "application/json";
		const response = await fetch(ready.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
		return text === "" ? undefined : JSON.parse(text);
	};
	return {
		...ready,
		call,
		connect: (siteUrl = ready.url) => connect(siteUrl, ready),
		requests: async () => ((await call("GET", "/_simulator/requests")) as { counts: Record<string, number> }).counts,
		resetRequests: async () => {
			await call("DELETE", "/_simulator/requests");
		},
		async stop() {
			const ended = new Promise((resolve) => child.once("exit", resolve));
			child.kill("SIGTERM");
			await ended;
		},
	};
}

interface Ready {
	readonly url: string;
	readonly email: string;
	readonly apiToken: string;
	readonly cloudId: string;
}

async function readyLine(output: NodeJS.ReadableStream): Promise<Ready> {
	for await (const line of createInterface({ input: output })) {
		const said = JSON.parse(line) as Ready & { type: string };
		if (said.type === "ready") return said;
	}
	throw new Error("the simulator ended before it was ready");
}

function connect(siteUrl: string, { email, apiToken, cloudId }: Ready): Connector {
	const credential: Credential = { type: "api-token", email, token: apiToken };
	return openConnector({
		connection: { siteUrl, cloudId, authUrl: siteUrl, apiUrl: siteUrl, type: "api-token" },
		credentials: { load: async () => credential, replace: async () => {}, exclusive: async (work) => await work() },
		ports: { clock: systemClock, random: systemRandom, log: quietLog },
	});
}
