import { Button, Group, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Invitation, Member } from "@skyeworx/contract";
import { IconPlus, IconUsers } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { Page } from "../../shell/page.tsx";
import { InviteMember } from "./invite-member.tsx";
import { limitText } from "./limit-fields.tsx";
import { MemberRole } from "./member-role.tsx";
import { RolesPanel } from "./roles-panel.tsx";

/** Who belongs to the organization, and what they may do. */
export function MembersPage(): ReactNode {
	const { permissions } = useMe();
	if (!permissions.includes("members.manage")) {
		return (
			<Page>
				<PageHead title="People and roles" />
				<EmptyState title="You may not manage people">An owner or administrator of your organization can.</EmptyState>
			</Page>
		);
	}
	return (
		<Page>
			<Managed />
		</Page>
	);
}

function Managed(): ReactNode {
	const client = useClient();
	const members = useQuery(queries.members(client));
	const invitations = useQuery(queries.invitations(client));
	const [inviting, invite] = useDisclosure(false);
	const open = invitations.data?.filter((one) => one.status === "open" || one.status === "expired") ?? [];
	return (
		<>
			<PageHead
				title="People and roles"
				sub="Who belongs to the organization, what they may do, and where"
				actions={
					<Button leftSection={<IconPlus size={15} aria-hidden />} onClick={invite.open}>
						Invite somebody
					</Button>
				}
			/>
			<Stack gap="md">
				<QueryView query={members}>
					{(list) => (
						<Panel flush title="Members">
							<Members members={list} />
						</Panel>
					)}
				</QueryView>
				{open.length === 0 ? null : (
					<Panel flush title="Invitations">
						<Invitations invitations={open} />
					</Panel>
				)}
				<RolesPanel />
			</Stack>
			<InviteMember opened={inviting} close={invite.close} />
		</>
	);
}

function Members({ members }: { readonly members: readonly Member[] }): ReactNode {
	if (members.length === 0) return <EmptyState title="Nobody yet" icon={<IconUsers size={32} />} />;
	return (
		<DataTable
			caption="Members"
			rows={members}
			rowKey={(one) => one.id}
			columns={[
				{ label: "Name", cell: (one) => one.name },
				{ label: "E-mail", cell: (one) => one.email ?? "—" },
				{ label: "Role", cell: (one) => `${one.roleName}${one.roleFrom === "groups" ? " (by group)" : ""}` },
				{ label: "Limited to", cell: (one) => limitText(one) },
				{ label: "Signs in with", cell: waysOf },
				{ label: "Last sign-in", cell: (one) => <When at={one.lastSignInAt} /> },
				{
					label: "Deeds",
					silent: true,
					cell: (one) => (
						<Group gap="xs" wrap="nowrap">
							<MemberRole member={one} />
							<Remove member={one} />
						</Group>
					),
				},
			]}
		/>
	);
}

function waysOf(member: Member): string {
	if (!member.active) return "switched off";
	const ways = [member.entra ? "Microsoft" : "", member.passkeys > 0 ? "passkey" : ""].filter((way) => way !== "");
	return ways.length === 0 ? "—" : ways.join(", ");
}

function Remove({ member }: { readonly member: Member }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	return (
		<ConfirmButton
			name={`Remove ${member.name}`}
			question={`Remove ${member.name}?`}
			consequence={`Sessions end at once, and the API keys that ${member.name} made are revoked. What they did stays in the audit log.`}
			keep="Keep"
			confirm={`Remove ${member.name}`}
			deed={() => client.deleteMember({ params: { memberId: member.id } })}
			done={() => void cache.invalidateQueries({ queryKey: ["members"] })}
		>
			Remove
		</ConfirmButton>
	);
}

function Invitations({ invitations }: { readonly invitations: readonly Invitation[] }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	return (
		<DataTable
			caption="Invitations"
			rows={invitations}
			rowKey={(one) => one.id}
			columns={[
				{ label: "Name", cell: (one) => one.name },
				{ label: "E-mail", cell: (one) => one.email },
				{ label: "Role", cell: (one) => one.roleName },
				{ label: "Limited to", cell: (one) => limitText(one) },
				{ label: "Until", cell: (one) => (one.status === "expired" ? "expired" : <When at={one.expiresAt} />) },
				{
					label: "Deeds",
					silent: true,
					cell: (one) => (
						<ConfirmButton
							name={`Revoke the invitation of ${one.name}`}
							question={`Revoke the invitation of ${one.name}?`}
							consequence={`The link that was made for ${one.email} opens nothing any more. Another can be made.`}
							keep="Keep it"
							confirm="Revoke the invitation"
							deed={() => client.deleteInvitation({ params: { invitationId: one.id } })}
							done={() => void cache.invalidateQueries({ queryKey: ["invitations"] })}
						>
							Revoke
						</ConfirmButton>
					),
				},
			]}
		/>
	);
}
