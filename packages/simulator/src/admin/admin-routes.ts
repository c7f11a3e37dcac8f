import type { Credentials } from "../auth/credentials.ts";
import { type Faults, readFaultRule } from "../faults/faults.ts";
import { noContent, ok } from "../http/answer.ts";
import { jiraError } from "../http/errors.ts";
import type { RequestContext } from "../http/request.ts";
import type { RequestLog } from "../http/request-log.ts";
import type { Method, Router } from "../http/router.ts";
import { moveIssue } from "../jira/issue/move-issue.ts";
import { findIssue, findProject } from "../jira/model/find.ts";
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

/** Checks that every given member exists and has the type of the present one. @throws HttpError 400 */
function knownMembers(present: object, given: unknown): object {
	if (typeof given !== "object" || given === null) throw jiraError(400, "The body must be an object.");
	for (const [name, value] of Object.entries(given)) {
		const known = (present as Record<string, unknown>)[name];
		if (known === undefined || typeof known !== typeof value)
			throw jiraError(400, [], { [name]: `There is no switch of this name and type.` });
	}
	return given;
}

/** Registers the steering endpoint `/_simulator/...`; it needs no login, because the simulator listens on loopback only. */
export function registerAdmin(router: Router, controls: SimulatorControls): void {
	const { state: site, credentials, faults, limits, log } = controls;
	const act = (path: string, method: Method, deed: (request: RequestContext) => unknown): void => {
		router.route(
			method,
			`/_simulator/${path}`,
			(request) => {
				const result = deed(request);
				return result === undefined ? noContent() : ok(result);
			},
			"public",
		);
	};
	act("state", "GET", () => snapshotState(site));
	act("requests", "GET", () => ({ total: log.total, counts: log.counts(), requests: log.entries.slice(-500) }));
	act("requests", "DELETE", () => log.clear());
	act("faults", "POST", (request) => faults.inject(readFaultRule(request.body)));
	act("faults", "DELETE", () => faults.clear());
	act("switches", "GET", () => site.switches);
	act("switches", "PUT", (request) => Object.assign(site.switches, knownMembers(site.switches, request.body)));
	act("limits", "GET", () => ({ ...limits.settings, pointsUsed: limits.pointsUsed }));
	act("limits", "PUT", (request) => Object.assign(limits.settings, knownMembers(limits.settings, request.body)));
	act("api-tokens", "POST", () => ({ email: site.owner.emailAddress, apiToken: credentials.createApiToken(site.owner) }));
	act("expire-access-tokens", "POST", () => credentials.expireAccessTokens());
	act("revoke-grants", "POST", () => credentials.revokeGrants());
	act("take-down", "POST", () => faults.takeDown());
	act("bring-up", "POST", () => faults.bringUp());
	act("jira/move", "POST", (request) => {
		const issue = findIssue(site, request.query.get("issue") ?? "");
		moveIssue(site, { issue, project: findProject(site, request.query.get("project") ?? ""), author: site.owner.accountId });
		return { id: String(issue.id), key: issue.key };
	});
	act("clock/advance", "POST", (request) => {
		site.clock.advance(Number(request.query.get("ms")));
		return { now: site.clock.now() };
	});
}
