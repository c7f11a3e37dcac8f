import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { registerAdmin, type SimulatorControls } from "./admin/admin-routes.ts";
import { registerAssets } from "./assets/register-assets.ts";
import { allScopes } from "./auth/all-scopes.ts";
import { Credentials } from "./auth/credentials.ts";
import { registerOAuth } from "./auth/oauth-routes.ts";
import { registerConfluence } from "./confluence/register-confluence.ts";
import { loadContract } from "./contract/load-contract.ts";
import type { ContractCheck, Violation } from "./contract/violation.ts";
import { Faults } from "./faults/faults.ts";
import { handle, type PipelineParts } from "./http/pipeline.ts";
import { RequestLog } from "./http/request-log.ts";
import { Router } from "./http/router.ts";
import { registerJira } from "./jira/register-jira.ts";
import { Limits } from "./limits/limits.ts";
import { registerMedia } from "./media/media-routes.ts";
import { registerPages } from "./pages/register-pages.ts";
import type { SimulatorClock } from "./site/clock.ts";
import { createSite, type SeedSize } from "./site/create-site.ts";
import { packSite, unpackSite } from "./site/saved-site.ts";
import { snapshotState } from "./site/snapshot-state.ts";
import type { Switches } from "./site/switches.ts";

export interface SimulatorOptions {
	/** 0 (any free port) unless told. Loopback only. */
	readonly port?: number;
	/** `"small"`: about 2,000 work items and 400 pages; a number: that many work items; `"empty"`: accounts, configuration and empty Jira spaces only. */
	readonly seed: SeedSize;
	/** Pages in Confluence; as many as go with the seed when left out. */
	readonly pages?: number;
	/** What `pack` gave: the site goes on where it was, and `seed`, `switches` and `clock` are not looked at. */
	readonly saved?: Uint8Array;
	/** Whether the plan has Assets (Jira Service Management Premium): so it is unless told, but for an empty site. */
	readonly assets?: boolean;
	readonly switches?: Partial<Switches>;
	readonly clock?: SimulatorClock;
	/**
	 * Holds every request and answer against the official OpenAPI documents. `"collect"` notes violations in `violations`; `"throw"`
	 * also makes `stop()` reject when there are any. `"off"` unless told.
	 */
	readonly validate?: "throw" | "collect" | "off";
	/** Folder of the OpenAPI documents; found by the usual places unless told. @see findDocuments */
	readonly documents?: string;
}

export interface RunningSimulator extends SimulatorControls {
	readonly url: string;
	/** What a user of the site would be given: its address is `url`. */
	readonly site: { readonly cloudId: string; readonly email: string; readonly apiToken: string; readonly accountId: string };
	readonly oauth: { readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string };
	/** What broke the contract so far, and every crash of the simulator itself. */
	readonly violations: readonly Violation[];
	/** The official documents; undefined when validation is off or they are nowhere to be found. */
	readonly contract: ContractCheck | undefined;
	/** Makes a grant with only these scopes and gives its refresh token. */
	grant(scopes: readonly string[]): string;
	/** The whole site as JSON values, to prove that nothing else changed. */
	snapshotState(): unknown;
	/** The whole site with its credentials as bytes, to be started again with `saved`. */
	pack(): Buffer;
	/** Every route, for tests that walk them. */
	readonly router: Router;
	/** Closes the port and every connection. @throws with `validate: "throw"` when something broke the contract. */
	stop(): Promise<void>;
}

/** Starts Atlassian Cloud (Jira, JSM, Confluence and its login) on a loopback port. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
	const saved = options.saved === undefined ? undefined : unpackSite(options.saved);
	const site = saved?.site ?? createSite(options);
	const credentials = new Credentials(site, saved?.credentials);
	const controls: SimulatorControls = {
		state: site,
		credentials,
		faults: new Faults(),
		limits: new Limits(site.clock),
		log: new RequestLog(),
	};
	const router = new Router();
	registerAll(router, controls);
	const violations: Violation[] = [];
	const mode = options.validate ?? "off";
	const contract = mode === "off" ? undefined : await loadContract(options.documents);
	const parts: PipelineParts = { ...controls, site, router, contract, violations };
	const { server, sockets } = await listen(parts, options.port ?? 0);
	site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const first = credentials.ownerGrant([...allScopes(router), "offline_access"]);
	return {
		...controls,
		url: site.url,
		site: { cloudId: site.cloudId, email: site.owner.emailAddress, apiToken: credentials.ownerToken, accountId: site.owner.accountId },
		oauth: { clientId: credentials.clientId, clientSecret: credentials.clientSecret, refreshToken: first.refreshToken },
		violations,
		contract,
		router,
		grant: (scopes) => credentials.createGrant(site.owner, [...scopes, "offline_access"]).refreshToken,
		pack: () => packSite(site, credentials),
		snapshotState: () => snapshotState(site),
		async stop() {
			await close(server, sockets);
			if (mode === "throw" && violations.length > 0) throw new Error(`contract broken:\n${violations.map(describe).join("\n")}`);
		},
	};
}

/** Registers every product; each declares its own routes and their scopes. */
function registerAll(router: Router, controls: SimulatorControls): void {
	registerOAuth(router, controls.state, controls.credentials);
	registerJira(router, controls.state, controls.limits);
	registerMedia(router, controls.state);
	registerConfluence(router, controls.state);
	registerAssets(router, controls.state, controls.limits);
	registerPages(router, controls);
	registerAdmin(router, controls);
}

const describe = (violation: Violation): string => `${violation.operation} (${violation.side}) ${violation.pointer}: ${violation.message}`;

function listen(parts: PipelineParts, port: number): Promise<{ server: Server; sockets: Set<Socket> }> {
	const sockets = new Set<Socket>();
	const server = createServer({ keepAliveTimeout: 30_000, noDelay: true }, (message, response) => {
		handle(parts, message, response).catch(() => message.socket.destroy());
	});
	server.on("connection", (socket) => {
		sockets.add(socket);
		socket.on("error", () => socket.destroy());
		socket.on("close", () => sockets.delete(socket));
	});
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, "127.0.0.1", () => resolve({ server, sockets }));
	});
}

function close(server: Server, sockets: Set<Socket>): Promise<void> {
	return new Promise((resolve, reject) => {
		server.close((error) => (error === undefined ? resolve() : reject(error)));
		for (const socket of sockets) socket.destroy();
	});
}
