import { acceptInvitation, createInvitation, listInvitations, readInvitation, revokeInvitation } from "../../organizations/invitations.ts";
import { changeMember, listMembers, removeMember } from "../../organizations/members.ts";
import { createRole, deleteRole, listRoles, updateRole } from "../../organizations/roles.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";
import { signedIn } from "./session-handlers.ts";

type Names =
	| "listMembers"
	| "updateMember"
	| "deleteMember"
	| "listRoles"
	| "createRole"
	| "updateRole"
	| "deleteRole"
	| "listInvitations"
	| "createInvitation"
	| "deleteInvitation"
	| "readInvitation"
	| "acceptInvitation";

/** Who belongs to the organization, and what they may do. */
export function memberHandlers(platform: Platform): HandlersOf<Names> {
	return {
		listMembers: async ({ principal }) => ({ body: { items: await listMembers(platform, principal) } }),
		updateMember: async ({ principal, params, body, note }) => {
			note.facts = { role: body.role, limited: body.siteIds !== undefined || body.spaces !== undefined };
			const member = await changeMember(platform, principal, params.memberId, body);
			note.label = member.name;
			return { body: member };
		},
		deleteMember: async ({ principal, params, note }) => {
			note.facts = { revokedKeys: (await removeMember(platform, principal, params.memberId)).keys };
			return {};
		},
		listRoles: async ({ principal }) => ({ body: { items: await listRoles(platform, principal) } }),
		createRole: async ({ principal, body, note }) => {
			note.facts = { permissions: body.permissions.join(",") };
			const role = await createRole(platform, principal, body);
			note.target = { type: "role", id: role.id };
			note.label = role.name;
			return { body: role };
		},
		updateRole: async ({ principal, params, body, note }) => {
			note.facts = { permissions: body.permissions.join(",") };
			note.label = body.name;
			return { body: await updateRole(platform, principal, params.roleId, body) };
		},
		deleteRole: async ({ principal, params }) => {
			await deleteRole(platform, principal, params.roleId);
			return {};
		},
		listInvitations: async ({ principal }) => ({ body: { items: await listInvitations(platform, principal) } }),
		createInvitation: async ({ principal, body, origin, note }) => {
			note.facts = { role: body.role };
			const { invitation, token } = await createInvitation(platform, principal, body);
			note.target = { type: "invitation", id: invitation.id };
			note.label = invitation.name;
			// After the hash: the secret is never sent to a server, so no proxy writes it into its log.
			return { body: { invitation, url: `${origin}/invitation#${token}` } };
		},
		deleteInvitation: async ({ principal, params }) => {
			await revokeInvitation(platform, principal, params.invitationId);
			return {};
		},
		readInvitation: async ({ body }) => ({ body: await readInvitation(platform, body.token) }),
		acceptInvitation: async ({ body, ip, agent, note }) =>
			await signedIn(platform, await acceptInvitation(platform, body.token, { ip, agent }), note),
	};
}
