import { z } from "zod";
import { permission, role } from "../permissions.ts";
import { moment, typedText, uuid } from "./primitives.ts";

/** A code from a sign-in link (works once), or the local password. */
export const sessionInput = z
	.union([z.object({ code: z.string().min(1).max(200) }).strict(), z.object({ password: z.string().min(1).max(200) }).strict()])
	.meta({ id: "SessionInput" });

/** Who is asking and what they may do. */
export const me = z
	.object({
		via: z.enum(["session", "api-key"]),
		name: z.string(),
		email: z.string().nullable(),
		role: role.nullable(),
		permissions: z.array(permission),
		/** Sites that this credential is limited to; null for all. */
		siteIds: z.array(uuid).nullable(),
		organization: z.object({ id: uuid, name: z.string() }),
		/** Set when this server runs with a simulated site: where its own pages are. */
		simulatorUrl: z.string().nullable(),
		version: z.string(),
	})
	.meta({ id: "Me" });
export type Me = z.infer<typeof me>;

export const apiKeyInput = z
	.object({
		name: typedText(100).min(1),
		permissions: z.array(permission).min(1).max(50),
		siteIds: z.array(uuid).min(1).max(1000).optional(),
		expiresAt: moment.optional(),
	})
	.meta({ id: "ApiKeyInput" });
export type ApiKeyInput = z.infer<typeof apiKeyInput>;

export const apiKey = z
	.object({
		id: uuid,
		name: z.string(),
		/** The first characters, to recognize it by. */
		prefix: z.string(),
		permissions: z.array(permission),
		siteIds: z.array(uuid).nullable(),
		createdAt: moment,
		expiresAt: moment.nullable(),
		lastUsedAt: moment.nullable(),
	})
	.meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof apiKey>;

/** The secret is shown this once. */
export const apiKeyCreated = z.object({ apiKey, secret: z.string() }).meta({ id: "ApiKeyCreated" });

export const health = z
	.object({ status: z.enum(["ok", "degraded"]), version: z.string(), database: z.enum(["ok", "unreachable"]), at: moment })
	.meta({ id: "Health" });
