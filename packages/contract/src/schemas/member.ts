import { z } from "zod";
import { permission, role } from "../permissions.ts";
import { limitInput, limits, onlyOneLimit, onlyOneLimitSaid } from "./limits.ts";
import { moment, typedText, uuid } from "./primitives.ts";

/** A built-in role by its name, or a custom one by its id. */
const roleId = z.union([role, uuid]).meta({ id: "RoleId" });
export type RoleId = z.infer<typeof roleId>;

/** A role as members hold it. */
export const roleBody = z
	.object({
		id: roleId,
		name: z.string(),
		builtIn: z.boolean(),
		permissions: z.array(permission),
		/** How many hold it. */
		members: z.int(),
	})
	.meta({ id: "RoleBody" });
export type RoleBody = z.infer<typeof roleBody>;

export const roleInput = z
	.object({ name: typedText(60).min(1), permissions: z.array(permission).min(1).max(50) })
	.meta({ id: "RoleInput" });

/** Somebody who belongs to the organization. */
export const member = z
	.object({
		id: uuid,
		name: z.string(),
		email: z.string().nullable(),
		role: roleId,
		roleName: z.string(),
		...limits,
		/** Whether somebody gave the role, or the groups of the identity provider say it. */
		roleFrom: z.enum(["given", "groups"]),
		/** False when switched off by the identity provider: then nobody signs in as this member. */
		active: z.boolean(),
		passkeys: z.int(),
		/** Whether the member signs in with Microsoft Entra ID. */
		entra: z.boolean(),
		createdAt: moment,
		lastSignInAt: moment.nullable(),
	})
	.meta({ id: "Member" });
export type Member = z.infer<typeof member>;

export const memberPatch = z
	.object({ role: roleId, /* Limits that are left out are lifted. */ ...limitInput })
	.refine(onlyOneLimit, onlyOneLimitSaid)
	.meta({ id: "MemberPatch" });
export type MemberPatch = z.infer<typeof memberPatch>;

export const invitationInput = z
	.object({
		name: typedText(100).min(1),
		email: z.email().max(200),
		role: roleId,
		...limitInput,
		/** After that the link is worthless. */
		expiresInHours: z
			.int()
			.min(1)
			.max(24 * 30)
			.default(72),
	})
	.refine(onlyOneLimit, onlyOneLimitSaid)
	.meta({ id: "InvitationInput" });
export type InvitationInput = z.output<typeof invitationInput>;

export const invitation = z
	.object({
		id: uuid,
		name: z.string(),
		email: z.string(),
		role: roleId,
		roleName: z.string(),
		...limits,
		createdAt: moment,
		expiresAt: moment,
		status: z.enum(["open", "accepted", "revoked", "expired"]),
	})
	.meta({ id: "Invitation" });
export type Invitation = z.infer<typeof invitation>;

/** The link is shown this once. */
export const invitationCreated = z.object({ invitation, url: z.string() }).meta({ id: "InvitationCreated" });

/** The secret part of an invitation's link. */
export const invitationToken = z.object({ token: z.string().min(1).max(200) }).meta({ id: "InvitationToken" });

/** What the one who holds the link may know before accepting. */
export const invitationOffer = z
	.object({ organization: z.string(), name: z.string(), email: z.string(), roleName: z.string(), expiresAt: moment })
	.meta({ id: "InvitationOffer" });
export type InvitationOffer = z.infer<typeof invitationOffer>;
