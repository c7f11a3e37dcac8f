import { z } from "zod";
import { moment, typedText, uuid } from "./primitives.ts";

const address = z.url({ protocol: /^https?$/ }).max(300);

/** One's own OAuth 2.0 (3LO) app, where the server has none. */
const ownApp = z.object({
	clientId: z.string().min(1).max(200),
	clientSecret: z.string().min(1).max(4096),
	/** Where people agree and tokens are exchanged; Atlassian's own address when left out. */
	authUrl: address.optional(),
	/** Where the API gateway is; Atlassian's own address when left out. */
	apiUrl: address.optional(),
});
export type OwnApp = z.infer<typeof ownApp>;

export const grantInput = z.object({ app: ownApp.optional() }).meta({ id: "GrantInput" });

/** How a site can be connected without a token that somebody pastes. */
export const grantWays = z.object({
	/** Whether the server is an OAuth app of its own; otherwise whoever connects names one. */
	hasApp: z.boolean(),
	/** To be registered with the app in Atlassian's developer console. */
	callbackUrl: z.string(),
	/** Scopes to read: all that is asked for when a site is connected. */
	scopes: z.array(z.string()),
});
export type GrantWays = z.infer<typeof grantWays>;

/** What a person agreed to at Atlassian: good for connecting one of these sites, for less than an hour. */
export const grant = z
	.object({
		id: uuid,
		sites: z.array(
			z.object({
				cloudId: z.string(),
				name: z.string(),
				url: z.string(),
				/** Whether the organization has connected it already. */
				connected: z.boolean(),
			}),
		),
		expiresAt: moment,
	})
	.meta({ id: "Grant" });
export type Grant = z.infer<typeof grant>;

export const grantedSiteInput = z.object({ cloudId: z.string().min(1).max(100), name: typedText(100).min(1).optional() });

/** Where a site's set-up stands; what comes first in this order is not done yet. */
const setupStep = z.enum(["found", "kit", "policy", "backup", "trial", "done"]);
export type SetupStep = z.infer<typeof setupStep>;

export const setup = z
	.object({
		siteId: uuid,
		step: setupStep,
		/** Which group of the recovery code is asked for; null where nobody kept that. */
		proofGroup: z.int().nullable(),
		/** The first backup: the newest run, whatever became of it. */
		runId: uuid.nullable(),
		/** Restores of this site that brought something back. */
		restored: z.int(),
	})
	.meta({ id: "Setup" });
export type Setup = z.infer<typeof setup>;
