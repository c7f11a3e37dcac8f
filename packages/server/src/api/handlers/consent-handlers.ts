import type { RestorePlan } from "@skyeworx/contract";
import { AppError, toAppError } from "@skyeworx/core";
import { closedAttempt, useAttempt } from "../../access/attempts.ts";
import { requireSite } from "../../access/principal.ts";
import { readPlan } from "../../restores/read-plans.ts";
import { beginConsent, finishConsent } from "../../sites/consent.ts";
import { finishGrant } from "../../sites/grants.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";
import { somebody } from "./session-handlers.ts";

/** Scopes to write are granted when something is restored; browsers come back here with grants of every kind. */
export function consentHandlers(platform: Platform): HandlersOf<"createConsent" | "finishConsent"> {
	return {
		createConsent: async ({ principal, params, origin, note }) => {
			const plan = await readPlan(platform, principal, params.planId);
			const { consent } = plan;
			if (consent === null) throw new AppError("conflict", "The connection may do all that the plan needs");
			const { siteId, scopes } = consent;
			requireSite(principal, siteId);
			note.target = { type: "site", id: siteId };
			note.facts = { plan: params.planId, scopes: scopes.join(" ").slice(0, 500) };
			const { url, cookie } = await beginConsent(platform, principal, { siteId, scopes, origin, back: pageOf(plan) });
			return { body: { url, scopes }, headers: { "set-cookie": cookie } };
		},
		// Whoever comes here is a person's browser on its way: it is sent on, also when nothing came of it.
		finishConsent: async ({ cookies, origin, query, note }) => {
			const headers = { "set-cookie": closedAttempt(platform) };
			let back = "/restores";
			const came = { origin, code: query.code, state: query.state, error: query.error };
			try {
				const attempt = await useAttempt(platform, cookies, ["consent", "grant"]);
				back = attempt.type === "grant" ? "/setup" : attempt.back;
				note.by = somebody(attempt.organizationId);
				if (attempt.type === "grant") {
					note.by = await finishGrant(platform, attempt, came);
					return { status: 302, headers: { ...headers, location: `/setup?grant=${attempt.grantId}` } };
				}
				note.target = { type: "site", id: attempt.siteId };
				note.by = await finishConsent(platform, attempt, came);
				return { status: 302, headers: { ...headers, location: saying(back, "given") } };
			} catch (error) {
				note.failed = error;
				return { status: 302, headers: { ...headers, location: saying(back, toAppError(error).code) } };
			}
		},
	};
}

/** The page on which a plan is reviewed, as it was when it was made: the same plan is shown again. */
function pageOf({ id, target, ifExists, replayVersions }: RestorePlan): string {
	const search = new URLSearchParams({ plan: id });
	if (target.type === "copy") search.set("target", "copy");
	if (target.type === "copy" && target.spaceId !== undefined) search.set("space", target.spaceId);
	if (ifExists !== "overwrite") search.set("ifExists", ifExists);
	if (replayVersions) search.set("versions", "replayed");
	return `/restore?${search.toString()}`;
}

function saying(page: string, word: string): string {
	return `${page}${page.includes("?") ? "&" : "?"}consent=${word}`;
}
