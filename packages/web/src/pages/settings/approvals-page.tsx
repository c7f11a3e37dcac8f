import { Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { type Approval, type ApprovalDeed, approvalDeeds } from "@skyeworx/contract";
import { IconUserCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { Page } from "../../shell/page.tsx";

const deeds: Readonly<Record<ApprovalDeed, string>> = {
	overwrite: "Restores that overwrite what is there now",
	delete: "Deletions, and undoing what a restore created",
	"key-change": "Changes of keys and stores",
};

const deedNames: Readonly<Record<Approval["deed"], string>> = {
	overwrite: "Overwrite",
	delete: "Delete",
	"key-change": "Change keys or stores",
	"approval-settings": "Switch the rule off",
};

const statuses: Readonly<Record<Approval["status"], string>> = {
	waiting: "Waiting",
	approved: "Agreed, not done yet",
	rejected: "Refused",
	used: "Done",
	expired: "Expired",
};

/** What waits for a second person, and what needs one. */
export function ApprovalsPage(): ReactNode {
	const approvals = useQuery(queries.approvals(useClient()));
	return (
		<Page>
			<PageHead title="Approvals" sub="What needs a second person waits here; nobody agrees to what they asked for themselves" />
			<Stack gap="md">
				<QueryView query={approvals}>
					{(list) =>
						list.length === 0 ? (
							<EmptyState title="Nothing waits for you" icon={<IconUserCheck size={32} />}>
								What you ask for, and what you may decide, is listed here.
							</EmptyState>
						) : (
							<Panel flush>
								<Rows approvals={list} />
							</Panel>
						)
					}
				</QueryView>
				<Rules />
			</Stack>
		</Page>
	);
}

function Rows({ approvals }: { readonly approvals: readonly Approval[] }): ReactNode {
	return (
		<DataTable
			caption="Approvals"
			rows={approvals}
			rowKey={(row) => row.id}
			columns={[
				{ label: "What", cell: (row) => deedNames[row.deed] },
				{ label: "Of", cell: (row) => row.label },
				{ label: "Asked by", cell: (row) => row.requestedBy.name },
				{ label: "Reason", cell: (row) => row.reason ?? "—" },
				{ label: "Asked", cell: (row) => <When at={row.createdAt} /> },
				{ label: "Until", cell: (row) => <When at={row.expiresAt} /> },
				{ label: "State", cell: (row) => (row.decidedBy === null ? statuses[row.status] : `${statuses[row.status]} · ${row.decidedBy}`) },
				{ label: "Deeds", silent: true, cell: (row) => (row.mayDecide ? <Decide approval={row} /> : null) },
			]}
		/>
	);
}

function Decide({ approval }: { readonly approval: Approval }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const params = { approvalId: approval.id };
	const decide = useMutation({
		mutationFn: (deed: "approve" | "reject") => client[deed]({ params }),
		onSettled: () => void cache.invalidateQueries({ queryKey: ["approvals"] }),
		onError: tellFailure,
	});
	const what = `${deedNames[approval.deed].toLowerCase()} ${approval.label}`;
	return (
		<Group gap="xs" wrap="nowrap">
			<Button loading={decide.isPending} onClick={() => decide.mutate("approve")} aria-label={`Agree: ${what}`}>
				Agree
			</Button>
			<Button variant="default" disabled={decide.isPending} onClick={() => decide.mutate("reject")} aria-label={`Refuse: ${what}`}>
				Refuse
			</Button>
		</Group>
	);
}

function Rules(): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const { permissions } = useMe();
	const organization = useQuery(queries.organization(client));
	const change = useMutation({
		mutationFn: (approvals: ApprovalDeed[]) => client.updateOrganization({ body: { approvals } }),
		onSuccess: (now) => cache.setQueryData(["organization"], now),
		onError: (error) => {
			tellFailure(error);
			void cache.invalidateQueries({ queryKey: ["approvals"] });
		},
	});
	const may = permissions.includes("members.manage");
	return (
		<Panel title="What needs a second person">
			<QueryView query={organization} loading={3}>
				{({ approvals }) => (
					<Stack gap="xs">
						{approvalDeeds.map((deed) => (
							<Checkbox
								key={deed}
								label={deeds[deed]}
								checked={approvals.includes(deed)}
								disabled={!may || change.isPending}
								onChange={(event) =>
									change.mutate(event.currentTarget.checked ? [...approvals, deed] : approvals.filter((one) => one !== deed))
								}
							/>
						))}
						<Text size="sm" c="dimmed">
							{may ? "Switching one of these off needs a second person, too." : "An owner or administrator can change this."}
						</Text>
					</Stack>
				)}
			</QueryView>
		</Panel>
	);
}
