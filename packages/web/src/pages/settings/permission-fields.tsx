import { Checkbox, SimpleGrid } from "@mantine/core";
import { permissions as allPermissions, type Permission, permissionNames } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { useMe } from "../../live/app-context.tsx";

/** What somebody or something may do, in words. */
export function permissionsText(permissions: readonly Permission[]): string {
	const said = (list: readonly Permission[]): string => list.map((permission) => permissionNames[permission]).join(", ");
	const lacking = allPermissions.filter((permission) => !permissions.includes(permission));
	if (lacking.length === 0) return "everything";
	if (lacking.length < 4) return `everything but: ${said(lacking)}`;
	return said(allPermissions.filter((permission) => permissions.includes(permission)));
}

export interface PermissionFieldsProps {
	readonly value: readonly Permission[];
	readonly change: (value: readonly Permission[]) => void;
}

/** Chooses permissions; nobody can give what they lack, so only one's own are offered. */
export function PermissionFields({ value, change }: PermissionFieldsProps): ReactNode {
	const { permissions } = useMe();
	return (
		<Checkbox.Group
			label="It may"
			value={[...value]}
			onChange={(values) => change(values.filter((one): one is Permission => permissions.some((mine) => mine === one)))}
		>
			<SimpleGrid cols={{ base: 1, xs: 2 }} spacing={6} mt={6}>
				{permissions.map((permission) => (
					<Checkbox key={permission} size="xs" value={permission} label={permissionNames[permission]} />
				))}
			</SimpleGrid>
		</Checkbox.Group>
	);
}
