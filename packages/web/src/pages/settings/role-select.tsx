import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";

/** Chooses a role; those that may do more than the chooser can't be given. */
export function RoleSelect({ value, change }: { readonly value: string; readonly change: (role: string) => void }): ReactNode {
	const roles = useQuery(queries.roles(useClient())).data ?? [];
	const { permissions } = useMe();
	const data = roles.map((role) => ({
		value: role.id,
		label: role.name,
		disabled: role.permissions.some((permission) => !permissions.includes(permission)),
	}));
	return (
		<Select
			label="Role"
			required
			allowDeselect={false}
			data={data}
			value={value}
			onChange={(role) => {
				if (role !== null) change(role);
			}}
		/>
	);
}
