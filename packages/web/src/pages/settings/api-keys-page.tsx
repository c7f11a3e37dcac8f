import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ApiKey } from "@skyeworx/contract";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import panel from "../../parts/panel.module.css";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { Page } from "../../shell/page.tsx";
import { limitText } from "./limit-fields.tsx";
import { MakeApiKey } from "./make-api-key.tsx";
import { permissionsText } from "./permission-fields.tsx";

/** Keys for programs. */
export function ApiKeysPage(): ReactNode {
	const { permissions } = useMe();
	if (!permissions.includes("api-keys.manage")) {
		return (
			<Page>
				<PageHead title="API keys" />
				<EmptyState title="You may not manage API keys">An owner or admin of your organization can.</EmptyState>
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
	const keys = useQuery(queries.apiKeys(useClient()));
	const [making, make] = useDisclosure(false);
	const button = (
		<Button leftSection={<IconPlus size={15} aria-hidden />} onClick={make.open}>
			Make an API key
		</Button>
	);
	return (
		<>
			<PageHead
				title="API keys"
				sub="For the command line tool, scripts and other programs: everything that this UI does can be done through the REST API"
				actions={button}
			/>
			<QueryView query={keys}>
				{(list) =>
					list.length === 0 ? (
						<EmptyState title="There is no API key yet" icon={<IconKey size={32} />} action={button}>
							A key has its own permissions, and never more than its maker.
						</EmptyState>
					) : (
						<Panel flush>
							<Rows keys={list} />
						</Panel>
					)
				}
			</QueryView>
			<MakeApiKey opened={making} close={make.close} />
		</>
	);
}

function Rows({ keys }: { readonly keys: readonly ApiKey[] }): ReactNode {
	return (
		<DataTable
			caption="API keys"
			rows={keys}
			rowKey={(key) => key.id}
			columns={[
				{ label: "Name", cell: (key) => key.name },
				{ label: "Begins with", cell: (key) => <span className={panel.mono}>{key.prefix}…</span> },
				{ label: "May", wide: true, cell: (key) => permissionsText(key.permissions) },
				{ label: "Limited to", cell: (key) => limitText(key) },
				{ label: "Works from", cell: (key) => key.addresses?.join(", ") ?? "anywhere" },
				{ label: "Made", cell: (key) => <When at={key.createdAt} /> },
				{ label: "Last used", cell: (key) => <When at={key.lastUsedAt} /> },
				{ label: "Expires", cell: (key) => <When at={key.expiresAt} /> },
				{ label: "Deeds", silent: true, cell: (key) => <Revoke apiKey={key} /> },
			]}
		/>
	);
}

function Revoke({ apiKey }: { readonly apiKey: ApiKey }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	return (
		<ConfirmButton
			name={`Revoke ${apiKey.name}`}
			question={`Revoke “${apiKey.name}”?`}
			consequence="Programs that use it are refused at once. This can’t be taken back; a new key can be made."
			keep="Keep it"
			confirm={`Revoke “${apiKey.name}”`}
			deed={() => client.deleteApiKey({ params: { apiKeyId: apiKey.id } })}
			done={() => void cache.invalidateQueries({ queryKey: ["api-keys"] })}
		>
			Revoke
		</ConfirmButton>
	);
}
