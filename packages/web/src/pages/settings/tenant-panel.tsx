import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import type { Identity, RoleId } from "@skyeworx/contract";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import panel from "../../parts/panel.module.css";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { limitsOf, limitText } from "./limit-fields.tsx";
import { RoleSelect } from "./role-select.tsx";

/** Which people of the Microsoft tenant come in, and as what. */
export function TenantPanel(): ReactNode {
	const identity = useQuery(queries.identity(useClient()));
	return (
		<Panel title="People from Microsoft Entra ID">
			<QueryView query={identity} loading={3}>
				{(data) => <Settings key={JSON.stringify(data)} identity={data} />}
			</QueryView>
		</Panel>
	);
}

function Settings({ identity }: { readonly identity: Identity }): ReactNode {
	if (!identity.entraConfigured) {
		return (
			<Text size="sm" c="dimmed">
				This server knows no Microsoft Entra ID application yet; its operator sets one up.
			</Text>
		);
	}
	return (
		<Stack gap="sm">
			{identity.tenantId === null ? (
				<Text size="sm">No tenant is linked yet: link your own Microsoft account above, and its tenant becomes the organization’s.</Text>
			) : (
				<Tenant tenantId={identity.tenantId} />
			)}
			<Mapping identity={identity} />
		</Stack>
	);
}

function Tenant({ tenantId }: { readonly tenantId: string }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	return (
		<Group justify="space-between">
			<Text size="sm">
				Tenant <span className={panel.mono}>{tenantId}</span>
			</Text>
			<ConfirmButton
				question="Let go of the tenant?"
				consequence="Nobody of it is let in by Microsoft any more, and its groups give no roles. Members and their passkeys stay; the next member who links a Microsoft account brings their tenant."
				keep="Keep it"
				confirm="Let go of the tenant"
				deed={() => client.unlinkTenant()}
				done={() => void cache.invalidateQueries({ queryKey: ["identity"] })}
			>
				Let go of the tenant
			</ConfirmButton>
		</Group>
	);
}

function Mapping({ identity }: { readonly identity: Identity }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const roles = useQuery(queries.roles(client)).data ?? [];
	const [entries, setEntries] = useState(identity.groupRoles);
	const [fallback, setFallback] = useState<string | null>(identity.defaultRole);
	const [group, setGroup] = useState("");
	const [role, setRole] = useState("viewer");
	const save = useMutation({
		mutationFn: () => {
			const groupRoles = entries.map((entry) => ({ group: entry.group, role: entry.role, ...limitsOf(entry) }));
			return client.updateIdentity({ body: { groupRoles, defaultRole: fallback as RoleId | null } });
		},
		onSuccess: (now) => cache.setQueryData(["identity"], now),
	});
	const nameOf = (id: string): string => roles.find((one) => one.id === id)?.name ?? id;
	return (
		<Stack gap="xs">
			{save.isError ? <ProblemView error={save.error} /> : null}
			<Text size="sm" fw={600}>
				Groups and roles: the first that fits counts
			</Text>
			{entries.map((entry, index) => (
				<Group key={`${entry.group} ${entry.role}`} gap="xs">
					<Text size="sm">
						<span className={panel.mono}>{entry.group}</span> → {nameOf(entry.role)} · {limitText(entry)}
					</Text>
					<ActionIcon
						variant="subtle"
						aria-label={`Take out the group ${entry.group}`}
						onClick={() => setEntries(entries.filter((_one, other) => other !== index))}
					>
						<IconTrash size={15} aria-hidden />
					</ActionIcon>
				</Group>
			))}
			<Group gap="xs" align="flex-end">
				<TextInput
					label="Group (object id)"
					value={group}
					onChange={(event) => setGroup(event.currentTarget.value)}
					w={300}
					maxLength={200}
				/>
				<RoleSelect value={role} change={setRole} />
				<Button
					variant="default"
					disabled={group.trim() === ""}
					onClick={() => {
						setEntries([...entries, { group: group.trim(), role: role as RoleId, siteIds: null, spaces: null }]);
						setGroup("");
					}}
				>
					Add
				</Button>
			</Group>
			<Select
				label="People whom no group fits"
				clearable
				placeholder="stay out"
				data={roles.map((one) => ({ value: one.id, label: `are ${one.name}` }))}
				value={fallback}
				onChange={setFallback}
				w={300}
			/>
			<Group>
				<Button loading={save.isPending} onClick={() => save.mutate()}>
					Save groups and roles
				</Button>
			</Group>
		</Stack>
	);
}
