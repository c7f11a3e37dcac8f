import { type Answer, ok, redirect } from "../http/answer.ts";
import { HttpError } from "../http/errors.ts";
import type { RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import type { Credentials, Grant } from "./credentials.ts";

/** Registers Atlassian's login: `/authorize` (consents at once), `/oauth/token`, accessible-resources and the cloud id. */
export function registerOAuth(router: Router, site: Site, credentials: Credentials): void {
	router.route("GET", "/authorize", (request) => authorize(request, site, credentials), "public");
	router.route("POST", "/oauth/token", (request) => exchange(request, credentials), "public");
	router.route("GET", "/oauth/token/accessible-resources", (request) => ok(resources(request, site)), []);
	router.route("GET", "/_edge/tenant_info", () => ok({ cloudId: site.cloudId }), "public");
}

const refused = (status: number, error: string, description: string): HttpError =>
	new HttpError(status, { error, error_description: description });

function authorize(request: RequestContext, site: Site, credentials: Credentials): Answer {
	const query = request.query;
	const redirectUri = query.get("redirect_uri") ?? "";
	if (query.get("client_id") !== credentials.clientId) throw refused(400, "invalid_request", "client_id is unknown");
	if (!/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(redirectUri))
		throw refused(400, "invalid_request", "redirect_uri is not registered");
	const target = new URL(redirectUri);
	const state = query.get("state");
	if (state !== null) target.searchParams.set("state", state);
	if (query.get("response_type") !== "code" || query.get("audience") !== "api.atlassian.com") {
		target.searchParams.set("error", "invalid_request");
	} else {
		const scopes = new Set((query.get("scope") ?? "").split(" ").filter((scope) => scope !== ""));
		target.searchParams.set(
			"code",
			credentials.createCode({ account: site.owner, scopes, redirectUri, challenge: query.get("code_challenge") ?? undefined }),
		);
	}
	return redirect(target.href, 302);
}

function exchange(request: RequestContext, credentials: Credentials): Answer {
	const given = { ...request.form, ...(typeof request.body === "object" && request.body !== null ? request.body : {}) } as Record<
		string,
		unknown
	>;
	const text = (name: string): string => (typeof given[name] === "string" ? given[name] : "");
	if (text("client_id") !== credentials.clientId || text("client_secret") !== credentials.clientSecret) {
		throw refused(401, "access_denied", "Unauthorized");
	}
	if (text("grant_type") === "authorization_code") {
		const code = credentials.takeCode(text("code"), text("redirect_uri"), text("code_verifier"));
		if (code === undefined) throw refused(403, "invalid_grant", "Invalid authorization code");
		const grant = credentials.createGrant(code.account, code.scopes);
		return tokens(grant, credentials.createAccessToken(grant));
	}
	if (text("grant_type") === "refresh_token") {
		const result = credentials.refresh(text("refresh_token"));
		if (result === "revoked") throw refused(403, "unauthorized_client", "refresh_token is invalid");
		if (result === "invalid") throw refused(403, "invalid_grant", "Unknown or invalid refresh token.");
		return tokens(result.grant, result.access);
	}
	throw refused(400, "unsupported_grant_type", "grant_type is not supported");
}

function tokens(grant: Grant, access: string): Answer {
	const json = { access_token: access, expires_in: 3600, token_type: "Bearer", scope: [...grant.scopes].join(" ") };
	return ok(grant.scopes.has("offline_access") ? { ...json, refresh_token: grant.refreshToken } : json);
}

function resources(request: RequestContext, site: Site): unknown {
	const scopes = [...request.caller.scopes].filter((scope) => scope !== "offline_access");
	const confluence = scopes.filter((scope) => scope.includes("confluence"));
	const jira = scopes.filter((scope) => !scope.includes("confluence"));
	const base = { id: site.cloudId, name: site.name, url: site.url, avatarUrl: `${site.url}/_media/avatar/site.png` };
	return [jira, confluence].filter((set) => set.length > 0).map((set) => ({ ...base, scopes: set }));
}
