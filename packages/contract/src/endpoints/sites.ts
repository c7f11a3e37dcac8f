import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { kindCoverage } from "../schemas/coverage.ts";
import { overview } from "../schemas/overview.ts";
import { cursor, listOf, pageLimit, pageOf, uuid } from "../schemas/primitives.ts";
import { site, siteCreated, siteDetail, siteInput, sitePatch } from "../schemas/site.ts";

const params = z.object({ siteId: uuid });

/** The connected sites and how they are. */
export const siteEndpoints = {
	getOverview: endpoint({
		method: "GET",
		path: "/overview",
		tag: "Overview",
		summary: "One sentence of health, what needs attention, each site's age against its promise",
		description: "Sites and attention come worst first, a page of each; the sentence is about all sites.",
		access: "status.see",
		query: z.object({ cursor: cursor.optional(), limit: pageLimit(50, 200) }),
		status: 200,
		response: overview,
	}),
	getCoverage: endpoint({
		method: "GET",
		path: "/coverage",
		tag: "Overview",
		summary: "What is protected, kind by kind, and how faithfully each field comes back",
		access: "status.see",
		status: 200,
		response: listOf(kindCoverage),
	}),
	listSites: endpoint({
		method: "GET",
		path: "/sites",
		tag: "Sites",
		summary: "List the connected sites, oldest first",
		access: "status.see",
		query: z.object({ cursor: cursor.optional(), limit: pageLimit(100, 500) }),
		status: 200,
		response: pageOf(site),
	}),
	createSite: endpoint({
		method: "POST",
		path: "/sites",
		tag: "Sites",
		summary: "Connect a site: check the credential, make its vault and its keys",
		description: "The key file and the recovery kit are given back this once.",
		access: "site.connect",
		body: siteInput,
		status: 201,
		response: siteCreated,
		idempotent: true,
		audit: "site.create",
	}),
	getSite: endpoint({
		method: "GET",
		path: "/sites/:siteId",
		tag: "Sites",
		summary: "One site with its connection, coverage, blind spots, API usage and storage",
		access: "status.see",
		params,
		status: 200,
		response: siteDetail,
	}),
	updateSite: endpoint({
		method: "PATCH",
		path: "/sites/:siteId",
		tag: "Sites",
		summary: "Change a site's name, promise, credential, or pause it",
		access: "site.connect",
		params,
		body: sitePatch,
		status: 200,
		response: siteDetail,
		audit: "site.update",
	}),
	checkSite: endpoint({
		method: "POST",
		path: "/sites/:siteId/check",
		tag: "Sites",
		summary: "Ask the site now whether the credential still works and what it can see",
		access: "site.connect",
		params,
		status: 200,
		response: siteDetail,
		audit: "site.check",
	}),
} as const;
