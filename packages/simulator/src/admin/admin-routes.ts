import type { Credentials } from "../auth/credentials.ts";
import type { FaultRule, Faults } from "../faults/faults.ts";
import { noContent, ok } from "../http/answer.ts";
import type { RequestLog } from "../http/request-log.ts";
import type { Router } from "../http/router.ts";
import type { Limits } from "../limits/limits.ts";
import type { Site } from "../site/site.ts";
import { snapshotState } from "../site/snapshot-state.ts";

/** Everything by which a test, a bench or the demo's pages steer the simulator. */
export interface SimulatorControls {
	/** The whole site in memory. */
	readonly state: Site;
	readonly credentials: Credentials;
	readonly faults: Faults;
	readonly limits: Limits;
	readonly log: RequestLog;
}

/** Registers the steering endpoint `/_simulator/...`; it needs no login, because the simulator listens on loopback only. */
export function registerAdmin(router: Router, controls: SimulatorControls): void {
	const { state: site, credentials, faults, limits, log } = controls;
	router.route("GET", "/_simulator/state", () => ok(snapshotState(site)), "public");
	router.route(
		"GET",
		"/_simulator/requests",
		() => ok({ total: log.total, counts: log.counts(), requests: log.entries.slice(-500) }),
		"public",
	);
	router.route("DELETE", "/_simulator/requests", () => (log.clear(), noContent()), "public");
	router.route("POST", "/_simulator/faults", (request) => (faults.inject(request.body as FaultRule), noContent()), "public");
	router.route("DELETE", "/_simulator/faults", () => (faults.clear(), noContent()), "public");
	router.route("GET", "/_simulator/switches", () => ok(site.switches), "public");
	router.route("PUT", "/_simulator/switches", (request) => ok(Object.assign(site.switches, request.body)), "public");
	router.route("GET", "/_simulator/limits", () => ok({ ...limits.settings, pointsUsed: limits.pointsUsed }), "public");
	router.route("PUT", "/_simulator/limits", (request) => ok(Object.assign(limits.settings, request.body)), "public");
	router.route("POST", "/_simulator/expire-access-tokens", () => (credentials.expireAccessTokens(), noContent()), "public");
	router.route("POST", "/_simulator/revoke-grants", () => (credentials.revokeGrants(), noContent()), "public");
	router.route("POST", "/_simulator/take-down", () => (faults.takeDown(), noContent()), "public");
	router.route("POST", "/_simulator/bring-up", () => (faults.bringUp(), noContent()), "public");
	router.route(
		"POST",
		"/_simulator/clock/advance",
		(request) => (site.clock.advance(Number(request.query.get("ms"))), ok({ now: site.clock.now() })),
		"public",
	);
}
