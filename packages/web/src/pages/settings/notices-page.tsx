import { Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { type Notice, type NoticeTarget, noticeRuleNames } from "@skyeworx/contract";
import { IconBell, IconCircleCheck, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { Page } from "../../shell/page.tsx";
import { AddNoticeTarget } from "./add-notice-target.tsx";

const typeNames: Readonly<Record<NoticeTarget["type"], string>> = { email: "E-mail", slack: "Slack", webhook: "Signed webhook" };

/** What was noticed, and who is told what. */
export function NoticesPage(): ReactNode {
	const may = useMe().permissions.includes("policy.edit");
	const [adding, add] = useDisclosure(false);
	const button = (
		<Button leftSection={<IconPlus size={15} aria-hidden />} onClick={add.open}>
			Tell somebody
		</Button>
	);
	return (
		<Page>
			<PageHead title="Notices" sub="What was noticed, and who is told about it" actions={may ? button : null} />
			<Stack gap="md">
				{may ? <Targets /> : null}
				<Noticed />
			</Stack>
			<AddNoticeTarget opened={adding} close={add.close} />
		</Page>
	);
}

function Targets(): ReactNode {
	const targets = useQuery(queries.noticeTargets(useClient()));
	return (
		<Panel flush title="Who is told">
			<QueryView query={targets}>
				{(list) =>
					list.length === 0 ? (
						<EmptyState title="Nobody is told yet" icon={<IconBell size={32} />}>
							Send notices to an e-mail address, to Slack, or to a webhook of your own.
						</EmptyState>
					) : (
						<DataTable
							caption="Who is told"
							rows={list}
							rowKey={(one) => one.id}
							columns={[
								{ label: "By", cell: (one) => typeNames[one.type] },
								{ label: "To", cell: (one) => one.to },
								{ label: "When", wide: true, cell: (one) => one.rules.map((rule) => noticeRuleNames[rule]).join("; ") },
								{ label: "How", cell: (one) => (one.digestHour === null ? "at once" : `once a day, at ${one.digestHour}:00 UTC`) },
								{ label: "Deeds", silent: true, cell: (one) => <TargetDeeds target={one} /> },
							]}
						/>
					)
				}
			</QueryView>
		</Panel>
	);
}

function TargetDeeds({ target }: { readonly target: NoticeTarget }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const test = useMutation({
		mutationFn: () => client.testNoticeTarget({ params: { targetId: target.id } }),
		onSuccess: ({ delivered, problem }) =>
			notifications.show(
				delivered
					? { color: "moss", title: `The test arrived at ${target.to}`, message: "Notices arrive there." }
					: { color: "brick", title: `The test did not arrive at ${target.to}`, message: problem ?? "", autoClose: 12_000 },
			),
		onError: tellFailure,
	});
	return (
		<Group gap="xs" wrap="nowrap">
			<Button variant="default" loading={test.isPending} onClick={() => test.mutate()} aria-label={`Send a test to ${target.to}`}>
				Send a test
			</Button>
			<ConfirmButton
				name={`Remove ${target.to}`}
				question={`Tell ${target.to} no more?`}
				consequence={
					target.type === "webhook"
						? "Nothing is sent there from now on, and the secret that signs it is forgotten: added again, it has another."
						: "Nothing is sent there from now on. It can be added again."
				}
				keep="Go on telling"
				confirm={`Tell ${target.to} no more`}
				deed={() => client.deleteNoticeTarget({ params: { targetId: target.id } })}
				done={() => void cache.invalidateQueries({ queryKey: ["notice-targets"] })}
			>
				Remove
			</ConfirmButton>
		</Group>
	);
}

function Noticed(): ReactNode {
	const notices = useQuery(queries.notices(useClient()));
	return (
		<Panel flush title="What was noticed">
			<QueryView query={notices}>
				{(list) =>
					list.length === 0 ? (
						<Text size="sm" p="md" component="div">
							<ToneMark tone="ok" icon={<IconCircleCheck size={15} />}>
								Nothing yet
							</ToneMark>
						</Text>
					) : (
						<DataTable
							caption="What was noticed"
							rows={list}
							rowKey={(one) => one.id}
							columns={[
								{ label: "What", wide: true, cell: (one) => <What notice={one} /> },
								{ label: "Rule", cell: (one) => noticeRuleNames[one.rule] },
								{ label: "Since", cell: (one) => <When at={one.raisedAt} /> },
								{ label: "Until", cell: (one) => <Until notice={one} /> },
							]}
						/>
					)
				}
			</QueryView>
		</Panel>
	);
}

function What({ notice }: { readonly notice: Notice }): ReactNode {
	return (
		<>
			<strong>{notice.title}</strong>
			<div style={{ color: "var(--sw-quiet)", fontSize: 12 }}>{notice.detail}</div>
		</>
	);
}

function Until({ notice }: { readonly notice: Notice }): ReactNode {
	if (notice.clearedAt === null) return "still so";
	return notice.clearedAt === notice.raisedAt ? "—" : <When at={notice.clearedAt} />;
}
