import { isAppError } from "@skyeworx/core";
import type { AppSite } from "../app-reader.ts";
import type { ApiCall, HttpClient } from "../http/http-client.ts";
import { timeAt } from "../record/json-access.ts";

const keyPath = "/wiki/api/v2/admin-key";
/** The longest that Atlassian gives one [openapi: AdminKeyRequest]. */
const minutes = 60;
const renewBefore = 5 * 60_000;
const header = { "Atl-Confluence-With-Admin-Key": "true" };

/** What is known of the connection's admin key. */
export interface AdminKey {
	/** Whether calls are made under a key just now: then view restrictions hide no page. */
	readonly held: boolean;
}

class AdminKeyHolder implements AdminKey {
	private readonly site: AppSite;
	private until = 0;
	private refused = false;
	private turn: Promise<void> = Promise.resolve();

	constructor(site: AppSite) {
		this.site = site;
		// Atlassian gives none to apps.
		this.refused = site.credential !== "api-token";
	}

	get held(): boolean {
		return this.until > this.site.ports.clock.now().getTime();
	}

	/** The headers for a call; asks for a key when there is none, once when it is refused. */
	async headers(signal: AbortSignal | undefined): Promise<Readonly<Record<string, string>>> {
		const mine = this.turn.then(() => this.renew(signal));
		this.turn = mine.catch(() => {});
		await mine;
		return this.held ? header : {};
	}

	private async renew(signal: AbortSignal | undefined): Promise<void> {
		const { client, ports } = this.site;
		if (this.refused || this.until - ports.clock.now().getTime() > renewBefore) return;
		try {
			const body = { durationInMinutes: minutes };
			const { json } = await client.call({ method: "POST", path: keyPath, body, idempotent: true, signal });
			this.until = timeAt(json, "expirationTime") ?? 0;
			this.refused = this.until === 0;
		} catch (error) {
			// The account is no administrator, or the plan has no such keys.
			if (!isAppError(error, "not-found") && !isAppError(error, "site-refused") && !isAppError(error, "scope-missing")) throw error;
			this.refused = true;
		}
	}
}

/**
 * A client whose calls of Confluence are made under an admin key where the connection's account may have one (an administrator's
 * API token, Premium or Enterprise): without it, pages with view restrictions are missing from every answer, silently, and a
 * restore would take a hidden page for a deleted one.
 */
export function withAdminKey(site: AppSite): { readonly client: HttpClient; readonly key: AdminKey } {
	const { client } = site;
	const key = new AdminKeyHolder(site);
	const under = async <T extends Omit<ApiCall, "body" | "upload">>(call: T): Promise<T> => {
		if (!call.path.startsWith("/wiki/") || call.path === keyPath) return call;
		const headers = await key.headers(call.signal);
		return Object.keys(headers).length === 0 ? call : { ...call, headers: { ...call.headers, ...headers } };
	};
	return {
		key,
		client: {
			call: async (call) => await client.call(await under(call)),
			read: async (call, schema) => await client.read(await under(call), schema),
			download: async (call, from) => await client.download(await under(call), from),
			location: async (call) => await client.location(await under(call)),
			cloudId: (signal) => client.cloudId(signal),
			usage: () => client.usage(),
			close: () => client.close(),
		},
	};
}
