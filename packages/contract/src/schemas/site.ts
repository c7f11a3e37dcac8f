import { z } from "zod";
import { failure } from "../problem.ts";
import { app } from "./item.ts";
import { kindId, moment, snapshotId, typedText, uuid } from "./primitives.ts";
import { apiUsage, blindSpot } from "./run.ts";

const secret = z.string().min(1).max(4096);
const address = z.url({ protocol: /^https?$/ }).max(300);

/** The credential with which a site is read. */
const connectionInput = z
	.discriminatedUnion("type", [
		z.object({
			type: z.literal("api-token"),
			email: z.email().max(200),
			token: secret,
			/** When the token ends, as Atlassian said when it was made: somebody is told before. */
			expiresAt: moment.optional(),
			/** Where the API gateway is, for scoped tokens; Atlassian's own address when left out. */
			apiUrl: address.optional(),
		}),
		z.object({
			type: z.literal("oauth"),
			clientId: z.string().min(1).max(200),
			clientSecret: secret,
			refreshToken: secret,
			/** Where tokens are exchanged; Atlassian's own address when left out. */
			authUrl: address.optional(),
			/** Where the API gateway is; Atlassian's own address when left out. */
			apiUrl: address.optional(),
			/** Which of the grant's sites; may be left out when the address tells. */
			cloudId: z.string().min(1).max(100).optional(),
		}),
	])
	.meta({ id: "ConnectionInput" });
export type ConnectionInput = z.infer<typeof connectionInput>;

const promiseSeconds = z
	.int()
	.min(3600)
	.max(31 * 86_400);

export const siteInput = z
	.object({
		/** Taken from the site when left out. */
		name: typedText(100).min(1).optional(),
		url: address,
		connection: connectionInput,
		/** A folder of the server's machine; what the organization has chosen for its vaults when left out. */
		storage: z.object({ type: z.literal("folder"), folder: z.string().min(1).max(500) }).optional(),
		/** How old the newest good snapshot may be; 26 hours when left out, for a backup every day. */
		promiseSeconds: promiseSeconds.optional(),
	})
	.meta({ id: "SiteInput" });
export type SiteInput = z.infer<typeof siteInput>;

export const sitePatch = z
	.object({
		name: typedText(100).min(1),
		promiseSeconds,
		paused: z.boolean(),
		connection: connectionInput,
	})
	.partial()
	.refine((patch) => Object.keys(patch).length > 0, "Name at least one thing to change")
	.meta({ id: "SitePatch" });
export type SitePatch = z.infer<typeof sitePatch>;

const siteStatus = z.enum(["connected", "credential-problem", "unreachable", "paused"]);

/** One connected Atlassian Cloud site. */
export const site = z
	.object({
		id: uuid,
		name: z.string(),
		url: z.string(),
		status: siteStatus,
		apps: z.array(app),
		timeZone: z.string(),
		createdAt: moment,
		promiseSeconds: z.int(),
		lastGood: z.object({ snapshotId, at: moment }).nullable(),
		withinPromise: z.boolean(),
		runningRunId: uuid.nullable(),
		storage: z.object({ type: z.enum(["folder", "s3", "azure"]), description: z.string() }),
	})
	.meta({ id: "Site" });
export type Site = z.infer<typeof site>;

/** A kind on one site: what is held and what is not. */
const siteCoverage = z
	.object({
		kind: kindId,
		app,
		names: z.tuple([z.string(), z.string()]),
		live: z.int(),
		/** Held, and not shown by the site any more: deleted, or hidden from the connection's account. */
		deleted: z.int(),
		restorable: z.boolean(),
		blindSpots: z.array(blindSpot),
		/** Why the credential can't read it at all; null when it can. */
		gap: z.string().nullable(),
	})
	.meta({ id: "SiteCoverage" });
export type SiteCoverage = z.infer<typeof siteCoverage>;

export const siteDetail = site
	.extend({
		cloudId: z.string(),
		connection: z.object({
			type: z.enum(["api-token", "oauth"]),
			accountName: z.string().nullable(),
			checkedAt: moment.nullable(),
			problem: failure.nullable(),
			/** When the token ends, as far as somebody said so. */
			expiresAt: moment.nullable(),
			/** What will keep it from working, or what it sees no more; sentences. Found at the last look. */
			warnings: z.array(z.string()),
		}),
		gaps: z.array(z.object({ kind: kindId, reason: z.string() })),
		coverage: z.array(siteCoverage),
		/** Of the newest run. */
		api: apiUsage.nullable(),
		vault: z.object({ id: z.string(), snapshots: z.int(), packs: z.int(), storedBytes: z.int(), logicalBytes: z.int() }).nullable(),
	})
	.meta({ id: "SiteDetail" });
export type SiteDetail = z.infer<typeof siteDetail>;

/** What opens a vault when everything else is gone; shown this once. */
export const recoveryKit = z
	.object({
		code: z.string(),
		text: z.string(),
		/** Which group of the code, counted from 1, is to be given back as proof that it was kept. */
		proofGroup: z.int(),
	})
	.meta({ id: "RecoveryKit" });
export type RecoveryKit = z.infer<typeof recoveryKit>;

/** What connecting a site gives back, once: without the key file, the key service or the kit nobody can open the vault. */
export const siteCreated = z
	.object({
		site: siteDetail,
		/** Null where a key service opens the vault. */
		keyFile: z.object({ name: z.string(), content: z.string() }).nullable(),
		recoveryKit,
	})
	.meta({ id: "SiteCreated" });
export type SiteCreated = z.infer<typeof siteCreated>;
