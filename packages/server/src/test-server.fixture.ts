import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiKey, type Client, createClient, type OwnApp, type Permission, permissions, type Run } from "@skyeworx/contract";
import { type Clock, quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { createApiKey } from "./access/api-keys.ts";
import type { EntraApplication } from "./access/entra.ts";
import { createOrganization } from "./access/new-organization.ts";
import type { Principal } from "./access/principal.ts";
import { type RunningPostgres, startEmbeddedPostgres } from "./data/postgres/embedded-postgres.ts";
import type { CollectTimes } from "./jobs/work-ports.ts";
import type { NoticeSettings } from "./notify/deliver.ts";
import { type OpenPlatform, openPlatform, type RunningServer, serve } from "./server.ts";
import type { SiteBackends } from "./sites/backends.ts";
import { type OwnAws, realBackends } from "./sites/real-backends.ts";
import { TestSite } from "./test-site.fixture.ts";

/** The real time, and as much ahead of it as a test likes. */
class TestClock implements Clock {
	/** Milliseconds. */
	ahead = 0;
	now(): Date {
		return new Date(systemClock.now().getTime() + this.ahead);
	}
	monotonic = systemClock.monotonic;
	sleep = systemClock.sleep;
}

/** One organization of a test and the way to act for it. */
export interface TestOrganization {
	readonly organizationId: string;
	readonly userId: string;
	readonly owner: Principal;
	readonly apiKey: string;
	readonly client: Client;
}

/** Somebody who is signed in with a browser. */
export interface TestMember {
	readonly client: Client;
	readonly jar: CookieJar;
}

/** Keeps cookies between requests as a browser does, as far as one site needs it. */
export class CookieJar {
	readonly cookies = new Map<string, string>();

	get header(): string {
		return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
	}

	readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
		const headers = new Headers(init.headers);
		if (this.cookies.size > 0) headers.set("cookie", this.header);
		const response = await fetch(url, { ...init, headers });
		for (const line of response.headers.getSetCookie()) {
			const [pair = ""] = line.split(";");
			const name = pair.slice(0, pair.indexOf("="));
			if (/max-age=0(;|$)/i.test(line)) this.cookies.delete(name);
			else this.cookies.set(name, pair.slice(pair.indexOf("=") + 1));
		}
		return response;
	};
}

/** A whole server on a real PostgreSQL in a temporary folder, with sites in memory. */
export class TestServer {
	readonly folder = mkdtempSync(join(tmpdir(), "skyeworx-server-"));
	readonly site = new TestSite();
	readonly clock = new TestClock();
	readonly #ports = { clock: this.clock, random: systemRandom, log: quietLog };
	readonly masterKey = systemRandom.bytes(32);
	readonly password = "a long local password";
	#postgres: RunningPostgres | undefined;
	#platform: OpenPlatform | undefined;
	#running: RunningServer | undefined;
	#local: { organizationId: string; userId: string } | undefined;
	rateLimit = 100_000;
	trustProxy = false;
	notices: NoticeSettings | undefined;
	signInLimit = 100_000;
	/** In the place of the site in memory: a simulated one. */
	backends: Partial<SiteBackends> = {};
	/** Readers of a test need no time. */
	collecting: CollectTimes = { grace: 0 };
	entra: EntraApplication | undefined;
	publicUrl: string | undefined;
	atlassianApp: OwnApp | undefined;
	/** How the server enters AWS accounts: a simulator's addresses. */
	aws: OwnAws | undefined;
	/** Milliseconds after which a key service is asked again. */
	keyLifetime: number | undefined;

	get ownerUrl(): string {
		if (this.#postgres === undefined) throw new Error("start the server first");
		return this.#postgres.url;
	}

	get platform(): OpenPlatform {
		if (this.#platform === undefined) throw new Error("start the server first");
		return this.#platform;
	}

	get url(): string {
		if (this.#running === undefined) throw new Error("start the server first");
		return this.#running.url;
	}

	/** Starts (again) on the same data. */
	async start(options: { readonly concurrency?: number } = {}): Promise<void> {
		this.#postgres ??= await startEmbeddedPostgres({ folder: this.folder, ...this.#ports });
		this.#platform = await openPlatform({
			...this.#ports,
			dataFolder: this.folder,
			ownerUrl: this.#postgres.url,
			masterKey: this.masterKey,
			backends: {
				...realBackends({
					...this.#ports,
					privateStorage: true,
					...(this.aws !== undefined && { aws: this.aws }),
					...(this.keyLifetime !== undefined && { keyLifetime: this.keyLifetime }),
				}),
				kinds: this.site.connector().kinds,
				connect: () => this.site.connector(),
				...this.backends,
			},
			privateStorage: true,
			storageRoots: [],
			siteAddresses: "any",
			notices: this.notices,
			collecting: this.collecting,
		});
		this.#local ??= await createOrganization(this.#platform, { name: "Local", ownerName: "Local owner" });
		this.#running = await serve(this.#platform, {
			host: "127.0.0.1",
			port: 0,
			version: "0.0.0",
			webFolder: undefined,
			rateLimit: this.rateLimit,
			trustProxy: this.trustProxy,
			local: { ...this.#local, password: this.password },
			signInLimit: this.signInLimit,
			entra: this.entra,
			publicUrl: this.publicUrl,
			atlassianApp: this.atlassianApp,
			simulatorUrl: undefined,
			concurrency: options.concurrency ?? 2,
			alone: true,
		});
	}

	async stopServer(): Promise<void> {
		await this.#running?.stop();
		this.#running = undefined;
	}

	async close(): Promise<void> {
		await this.stopServer();
		await this.#postgres?.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}

	async organization(name: string): Promise<TestOrganization> {
		const made = await createOrganization(this.platform, { name, ownerName: `Owner of ${name}` });
		const owner: Principal = {
			organizationId: made.organizationId,
			actor: { type: "user", id: made.userId, name: `Owner of ${name}` },
			via: "session",
			role: "owner",
			roleName: "Owner",
			email: null,
			permissions: new Set(permissions),
			siteIds: null,
			spaces: null,
			sessionId: null,
		};
		const { secret } = await this.keyOf(owner, permissions);
		return { ...made, owner, apiKey: secret, client: this.client(secret) };
	}

	async keyOf(
		owner: Principal,
		allowed: readonly Permission[],
		siteIds?: readonly string[],
	): Promise<{ readonly apiKey: ApiKey; readonly secret: string }> {
		return await createApiKey(this.platform, owner, {
			name: "test",
			permissions: [...allowed],
			...(siteIds !== undefined && { siteIds: [...siteIds] }),
		});
	}

	/** Invites somebody, accepts, and gives the way to act as them. */
	async member(organization: TestOrganization, invited: Partial<Parameters<Client["createInvitation"]>[0]["body"]>): Promise<TestMember> {
		const body = { name: "Ada Rowan", email: "ada@example.com", role: "viewer" as const, ...invited };
		const { url } = await organization.client.createInvitation({ body });
		const jar = new CookieJar();
		const client = createClient({ baseUrl: this.url, fetch: jar.fetch });
		await client.acceptInvitation({ body: { token: new URL(url).hash.slice(1) } });
		return { client, jar };
	}

	client(apiKey?: string): Client {
		return createClient({ baseUrl: this.url, fetch: (url, init) => fetch(url, init), ...(apiKey !== undefined && { apiKey }) });
	}

	/** Connects the test site for an organization. */
	async connect(organization: TestOrganization): Promise<string> {
		const connection = { type: "api-token" as const, email: "mira@example.com", token: "secret-token" };
		return (await organization.client.createSite({ body: { url: "http://127.0.0.1:9", connection } })).site.id;
	}

	/** An organization whose one site, of one page, is backed up. */
	async backedUpHome(): Promise<{ readonly home: TestOrganization; readonly siteId: string }> {
		const home = await this.organization("Home");
		this.site.pages.set("1", { title: "Plan", body: "text" });
		const siteId = await this.connect(home);
		await this.backUp(home.client, siteId);
		return { home, siteId };
	}

	/** Backs the site up and waits for the end. */
	async backUp(client: Client, siteId: string): Promise<Run> {
		const { id } = await client.createBackup({ params: { siteId } });
		return await this.ended(client, id);
	}

	async ended(client: Client, runId: string): Promise<Run> {
		for (;;) {
			const run = await client.getRun({ params: { runId } });
			if (run.finishedAt !== null) return run;
			await systemClock.sleep(20);
		}
	}
}
