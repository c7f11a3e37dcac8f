import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Permission, RoleBody } from "@skyeworx/contract";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { PermissionFields, permissionsText } from "./permission-fields.tsx";

/** The built-in roles and the organization's own. */
export function RolesPanel(): ReactNode {
	const roles = useQuery(queries.roles(useClient()));
	return (
		<Panel flush title="Roles" actions={<EditRole />}>
			<QueryView query={roles}>
				{(list) => (
					<DataTable
						caption="Roles"
						rows={list}
						rowKey={(role) => role.id}
						columns={[
							{ label: "Role", cell: (role) => role.name },
							{ label: "May", wide: true, cell: (role) => permissionsText(role.permissions) },
							{ label: "Members", number: true, cell: (role) => role.members },
							{
								label: "Deeds",
								silent: true,
								cell: (role) =>
									role.builtIn ? null : (
										<Group gap="xs" wrap="nowrap">
											<EditRole role={role} />
											<DeleteRole role={role} />
										</Group>
									),
							},
						]}
					/>
				)}
			</QueryView>
		</Panel>
	);
}

function DeleteRole({ role }: { readonly role: RoleBody }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	return (
		<ConfirmButton
			name={`Delete the role ${role.name}`}
			disabled={role.members > 0}
			question={`Delete the role “${role.name}”?`}
			consequence="Nobody holds it. Groups of the identity provider that give it give nothing any more."
			keep="Keep it"
			confirm={`Delete the role “${role.name}”`}
			deed={() => client.deleteRole({ params: { roleId: role.id } })}
			done={() => void cache.invalidateQueries({ queryKey: ["roles"] })}
		>
			Delete
		</ConfirmButton>
	);
}

function EditRole({ role }: { readonly role?: RoleBody }): ReactNode {
	const [opened, { open, close }] = useDisclosure(false);
	return (
		<>
			{role === undefined ? (
				<Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={open}>
					Make a role
				</Button>
			) : (
				<Button variant="default" onClick={open} aria-label={`Change the role ${role.name}…`}>
					Change…
				</Button>
			)}
			<Modal opened={opened} onClose={close} title={role === undefined ? "Make a role" : `Change “${role.name}”`} size={520}>
				<Form role={role} close={close} />
			</Modal>
		</>
	);
}

function Form({ role, close }: { readonly role: RoleBody | undefined; readonly close: () => void }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const [name, setName] = useState(role?.name ?? "");
	const [chosen, setChosen] = useState<readonly Permission[]>(role?.permissions ?? ["status.see"]);
	const save = useMutation({
		mutationFn: () => {
			const body = { name: name.trim(), permissions: [...chosen] };
			return role === undefined ? client.createRole({ body }) : client.updateRole({ params: { roleId: role.id }, body });
		},
		onSuccess: () => {
			void cache.invalidateQueries({ queryKey: ["roles"] });
			void cache.invalidateQueries({ queryKey: ["members"] });
			close();
		},
	});
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				save.mutate();
			}}
		>
			<Stack gap="sm">
				{save.isError ? <ProblemView error={save.error} /> : null}
				<TextInput
					required
					label="Name"
					value={name}
					onChange={(event) => setName(event.currentTarget.value)}
					data-autofocus
					maxLength={60}
				/>
				<PermissionFields value={chosen} change={setChosen} />
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={close}>
						Cancel
					</Button>
					<Button type="submit" loading={save.isPending} disabled={chosen.length === 0}>
						Save the role
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
