import { z } from "zod";
import { role } from "../permissions.ts";
import { limitInput, limits, onlyOneLimit, onlyOneLimitSaid } from "./limits.ts";
import { moment, typedText, uuid } from "./primitives.ts";

/** How one can sign in here. */
export const signInWays = z
	.object({
		/** Microsoft Entra ID. */
		entra: z.boolean(),
		/** Why passkeys don't work at this address; null when they do. */
		passkeyProblem: z.string().nullable(),
		/** The demo's password. */
		password: z.boolean(),
	})
	.meta({ id: "SignInWays" });
export type SignInWays = z.infer<typeof signInWays>;

/** What `navigator.credentials` is to be asked (WebAuthn Level 3, JSON). */
export const passkeyOptions = z.object({ options: z.record(z.string(), z.unknown()) }).meta({ id: "PasskeyOptions" });

/** What the authenticator answered (WebAuthn Level 3, JSON). */
export const passkeyAnswer = z
	.object({
		id: z.string().min(1).max(2000),
		rawId: z.string().min(1).max(2000),
		type: z.literal("public-key"),
		response: z.record(z.string().max(50), z.unknown()),
		clientExtensionResults: z.record(z.string().max(50), z.unknown()).optional(),
		authenticatorAttachment: z.enum(["platform", "cross-platform"]).optional(),
	})
	.meta({ id: "PasskeyAnswer" });
export type PasskeyAnswer = z.infer<typeof passkeyAnswer>;

export const passkey = z.object({ id: uuid, name: z.string(), createdAt: moment, lastUsedAt: moment.nullable() }).meta({ id: "Passkey" });
export type Passkey = z.infer<typeof passkey>;

export const passkeyInput = z.object({ name: typedText(60).min(1), answer: passkeyAnswer }).meta({ id: "PasskeyInput" });

const roleId = z.union([role, uuid]);

/** Which role the members of a group hold. */
const groupRole = z
	.object({
		/** The group's object id in Entra ID, or the external id under which it was provisioned. */
		group: typedText(200).min(1),
		role: roleId,
		...limits,
	})
	.meta({ id: "GroupRole" });
export type GroupRole = z.infer<typeof groupRole>;

/** Who may sign in through the identity provider, and as what. */
export const identity = z
	.object({
		/** Whether this server knows an Entra ID application. */
		entraConfigured: z.boolean(),
		/** The one Entra tenant whose people belong here; null until an administrator has linked it. */
		tenantId: z.string().nullable(),
		/** The first that fits counts. */
		groupRoles: z.array(groupRole),
		/** For people of the tenant whom no group fits; null keeps them out. */
		defaultRole: roleId.nullable(),
	})
	.meta({ id: "Identity" });
export type Identity = z.infer<typeof identity>;

export const identityPatch = z
	.object({
		groupRoles: z
			.array(z.object({ group: typedText(200).min(1), role: roleId, ...limitInput }).refine(onlyOneLimit, onlyOneLimitSaid))
			.max(200),
		defaultRole: roleId.nullable(),
	})
	.meta({ id: "IdentityPatch" });

/** With what an identity provider provisions people and groups over SCIM 2.0 at `/scim/v2`. */
export const scimToken = z
	.object({
		id: uuid,
		/** The first characters, to recognize it by. */
		prefix: z.string(),
		createdAt: moment,
		lastUsedAt: moment.nullable(),
	})
	.meta({ id: "ScimToken" });
export type ScimToken = z.infer<typeof scimToken>;

/** The secret is shown this once. */
export const scimTokenCreated = z.object({ token: scimToken, secret: z.string(), url: z.string() }).meta({ id: "ScimTokenCreated" });
