import { beginGrant, connectGranted, grantWays, readGrant } from "../../sites/grants.ts";
import { readSite } from "../../sites/read-sites.ts";
import { changeSetup, readSetup } from "../../sites/setup.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names = "getGrantWays" | "createGrant" | "getGrant" | "connectGranted" | "getSetup" | "updateSetup";

/** Connecting a site by agreeing at Atlassian, and its set-up step by step. */
export function grantHandlers(platform: Platform): HandlersOf<Names> {
	return {
		getGrantWays: async ({ origin }) => ({ body: grantWays(platform, origin) }),
		createGrant: async ({ principal, body, origin }) => {
			const { url, cookie, scopes } = await beginGrant(platform, principal, { app: body.app, origin });
			return { body: { url, scopes: [...scopes] }, headers: { "set-cookie": cookie } };
		},
		getGrant: async ({ principal, params }) => ({ body: await readGrant(platform, principal, params.grantId) }),
		connectGranted: async ({ principal, params, body, note }) => {
			const { cloudId, name } = body;
			const { siteId, keyFile, recoveryKit } = await connectGranted(platform, principal, { grantId: params.grantId, cloudId, name });
			note.target = { type: "site", id: siteId };
			return { body: { site: await readSite(platform, principal, siteId), keyFile, recoveryKit } };
		},
		getSetup: async ({ principal, params }) => ({ body: await readSetup(platform, principal, params.siteId) }),
		updateSetup: async ({ principal, params, body, note }) => {
			note.target = { type: "site", id: params.siteId };
			note.facts = { did: body.did };
			return { body: await changeSetup(platform, principal, params.siteId, body.did) };
		},
	};
}
