import { AppError, parseJson } from "@skyeworx/core";
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { unreachable } from "./failure.ts";
import type { ApiCall } from "./http-client.ts";
import { type Transport, WireFailure } from "./transport.ts";

const tenant = z.object({ cloudId: z.string().min(1) });

/** Automation and forms have addresses of their own at the gateway's root, with the site's id inside: `{cloudId}`. */
function liesApart(path: string): boolean {
	return path.startsWith("/automation/") || path.startsWith("/jira/forms/");
}

/** Knows where a call goes: to the site itself, or through the gateway by cloudId. */
export class Address {
	private readonly connection: Connection;
	private readonly transport: Transport;
	private finding: Promise<string> | undefined;
	/** Scoped API tokens work only through the gateway; the client switches when the site's own host rejects one. */
	private gateway: boolean;

	constructor(connection: Connection, transport: Transport) {
		this.connection = { ...connection, siteUrl: connection.siteUrl.replace(/\/+$/, "") };
		this.transport = transport;
		this.gateway = connection.type === "oauth";
	}

	/** Calls go through the gateway from now on. */
	useGateway(): void {
		this.gateway = true;
	}

	get throughGateway(): boolean {
		return this.gateway;
	}

	/** The site's id, asked from the site once when the connection does not name it. */
	cloudId(signal: AbortSignal): Promise<string> {
		if (this.connection.cloudId !== undefined) return Promise.resolve(this.connection.cloudId);
		this.finding ??= this.askCloudId(signal).catch((error: unknown) => {
			this.finding = undefined;
			throw error;
		});
		return this.finding;
	}

	/** The full address of a call. */
	async resolve(call: Pick<ApiCall, "path" | "parameters" | "query">, signal: AbortSignal): Promise<URL> {
		// Everything of OAuth itself (`/oauth/...`) lies at the gateway's root.
		if (call.path.startsWith("/oauth/")) return locate(this.apiUrl, call);
		if (liesApart(call.path))
			return locate(this.apiUrl, { ...call, parameters: { ...call.parameters, cloudId: await this.cloudId(signal) } });
		// Assets is not on the site's own host: API tokens are taken at the gateway's root, apps come by cloudId.
		if (!this.gateway) return locate(call.path.startsWith("/jsm/") ? this.apiUrl : this.connection.siteUrl, call);
		const app = call.path.startsWith("/wiki/") ? "confluence" : "jira";
		return locate(`${this.apiUrl}/ex/${app}/${encodeURIComponent(await this.cloudId(signal))}`, call);
	}

	/** A site on plain http is a stand-in for Atlassian's: it is its own gateway, and no credential of it is shown to Atlassian. */
	private get apiUrl(): string {
		const { apiUrl, siteUrl } = this.connection;
		return (apiUrl ?? (siteUrl.startsWith("https:") ? "https://api.atlassian.com" : siteUrl)).replace(/\/+$/, "");
	}

	private async askCloudId(signal: AbortSignal): Promise<string> {
		const operation = "GET /_edge/tenant_info";
		const url = new URL(`${this.connection.siteUrl}/_edge/tenant_info`);
		try {
			const answer = await this.transport.send({ url, method: "GET", headers: { accept: "application/json" }, timeout: 30_000, signal });
			const text = new TextDecoder().decode(await answer.bytes());
			if (answer.status === 404) throw noSite(operation);
			if (answer.status >= 400) throw unreachable(operation, answer.status);
			const parsed = tenant.safeParse(parseJson(text));
			if (!parsed.success) throw noSite(operation);
			return parsed.data.cloudId;
		} catch (error) {
			if (error instanceof WireFailure) throw unreachable(operation, undefined, error);
			if (error instanceof SyntaxError) throw noSite(operation);
			throw error;
		}
	}
}

/** Whatever answers there, it is not Atlassian: a mistyped address, or a proxy in between. */
function noSite(operation: string): AppError {
	return new AppError("site-unreachable", "There is no Atlassian site at this address", {
		hint: "Check the site's address: it is like https://acme.atlassian.net.",
		facts: { operation },
	});
}

function locate(base: string, call: Pick<ApiCall, "path" | "parameters" | "query">): URL {
	const path = call.path.replaceAll(/\{([\w-]+)\}/g, (_whole, name: string) => {
		const value = call.parameters?.[name];
		if (value === undefined) throw new AppError("internal", `The call lacks the parameter ${name}`);
		return encodeURIComponent(value);
	});
	const url = new URL(base + path);
	for (const [name, value] of Object.entries(call.query ?? {})) {
		if (value === undefined) continue;
		for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
	}
	return url;
}
