import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { grant, grantedSiteInput, grantInput, grantWays, setup } from "../schemas/grant.ts";
import { uuid } from "../schemas/primitives.ts";
import { siteCreated } from "../schemas/site.ts";

const siteParams = z.object({ siteId: uuid });
const grantParams = z.object({ grantId: uuid });

/** Connecting a site by agreeing at Atlassian, and its set-up step by step. */
export const grantEndpoints = {
	getGrantWays: endpoint({
		method: "GET",
		path: "/grants/ways",
		tag: "Sites",
		summary: "Whether this server is an OAuth app of its own, and what one of yours has to be registered with",
		access: "site.connect",
		status: 200,
		response: grantWays,
	}),
	createGrant: endpoint({
		method: "POST",
		path: "/grants",
		tag: "Sites",
		summary: "Begin to connect a site by agreeing at Atlassian: scopes to read, and none to write",
		description: "The browser goes to `url`, and comes back to the set-up. For people who are signed in: a grant is theirs.",
		access: "site.connect",
		body: grantInput,
		status: 200,
		response: z.object({ url: z.string(), scopes: z.array(z.string()) }),
		audit: "connection.grant-begin",
	}),
	getGrant: endpoint({
		method: "GET",
		path: "/grants/:grantId",
		tag: "Sites",
		summary: "The sites that somebody agreed to, for whoever did",
		access: "site.connect",
		params: grantParams,
		status: 200,
		response: grant,
	}),
	connectGranted: endpoint({
		method: "POST",
		path: "/grants/:grantId/sites",
		tag: "Sites",
		summary: "Connect one of a grant's sites: make its vault and its keys; uses the grant up",
		description: "The key file and the recovery kit are given back this once.",
		access: "site.connect",
		params: grantParams,
		body: grantedSiteInput,
		status: 201,
		response: siteCreated,
		idempotent: true,
		audit: "site.create",
	}),
	getSetup: endpoint({
		method: "GET",
		path: "/sites/:siteId/setup",
		tag: "Sites",
		summary: "Where a site's set-up stands",
		access: "site.connect",
		params: siteParams,
		status: 200,
		response: setup,
	}),
	updateSetup: endpoint({
		method: "POST",
		path: "/sites/:siteId/setup",
		tag: "Sites",
		summary: "Go on with a site's set-up: what was found was looked at, or the rest is left out",
		access: "site.connect",
		params: siteParams,
		body: z.object({ did: z.enum(["looked", "finished"]) }),
		status: 200,
		response: setup,
		audit: "site.setup",
	}),
} as const;
