import { z } from "zod";
import { permission, role } from "../permissions.ts";
import { limitInput, limits, onlyOneLimit, onlyOneLimitSaid } from "./limits.ts";
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
		/** A built-in role; null for a custom one and for keys. */
		role: role.nullable(),
		roleName: z.string().nullable(),
		permissions: z.array(permission),
		...limits,
		organization: z.object({ id: uuid, name: z.string() }),
		/** Set when this server runs with a simulated site: where its own pages are. */
		simulatorUrl: z.string().nullable(),
		version: z.string(),
	})
	.meta({ id: "Me" });
export type Me = z.infer<typeof me>;

/** One place where somebody is signed in. */
export const session = z
	.object({
		id: uuid,
		/** Whether it is the one that asks. */
		current: z.boolean(),
		/** `passkey`, `entra`, `link`, `password`, `invitation`. */
		method: z.string(),
		ip: z.string().nullable(),
		/** What the browser called itself. */
		agent: z.string().nullable(),
		createdAt: moment,
		lastSeenAt: moment,
		expiresAt: moment,
	})
	.meta({ id: "Session" });
export type Session = z.infer<typeof session>;

/** An address or a network in CIDR notation; the server looks closer. */
const network = z
	.string()
	.max(50)
	.regex(/^[0-9A-Fa-f:.]+(?:\/\d{1,3})?$/, "Write an address or a network, for example 203.0.113.7 or 10.0.0.0/8");

export const apiKeyInput = z
	.object({
		name: typedText(100).min(1),
		permissions: z.array(permission).min(1).max(50),
		...limitInput,
		expiresAt: moment.optional(),
		/** Networks that it may be used from: `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`; anywhere when left out. */
		addresses: z.array(network).min(1).max(50).optional(),
	})
	.refine(onlyOneLimit, onlyOneLimitSaid)
	.meta({ id: "ApiKeyInput" });
export type ApiKeyInput = z.infer<typeof apiKeyInput>;

export const apiKey = z
	.object({
		id: uuid,
		name: z.string(),
		/** The first characters, to recognize it by. */
		prefix: z.string(),
		permissions: z.array(permission),
		...limits,
		/** Networks that it may be used from; null for anywhere. */
		addresses: z.array(z.string()).nullable(),
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
