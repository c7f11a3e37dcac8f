import type { ReactNode } from "react";
import { DataTable } from "../../../parts/data-table.tsx";
import { sentence } from "../../../parts/sentence.ts";
import { at, listAt, textAt } from "../read-json.ts";
import type { Titles } from "./board-columns.tsx";
import { holderName } from "./outline.ts";

interface Row {
	readonly permission: string;
	readonly holders: readonly string[];
}

/** Who may do what by a permission scheme: one line a permission, with all who hold it. */
export function PermissionTable({
	parts,
	titles,
}: {
	readonly parts: Readonly<Record<string, unknown>>;
	readonly titles: Titles;
}): ReactNode {
	const grants = Map.groupBy(listAt(parts[""], "permissions"), (grant) => textAt(grant, "permission") ?? "");
	const rows = [...grants]
		.map(
			([permission, held]): Row => ({
				permission: permissionName(permission),
				holders: held.map((grant) => holderName(at(grant, "holder"), titles)),
			}),
		)
		.toSorted((a, b) => a.permission.localeCompare(b.permission));
	return (
		<DataTable
			caption="Permissions"
			rows={rows}
			rowKey={(row) => row.permission}
			columns={[
				{ label: "Permission", cell: (row) => row.permission },
				{ label: "Held by", cell: (row) => row.holders.join(", ") },
			]}
		/>
	);
}

/** `BROWSE_PROJECTS` as `Browse projects`; one of an app, `com.example__service-project-agent`, as `Service project agent`. */
function permissionName(key: string): string {
	return sentence(key.replace(/^.*__/, "").replaceAll(/[_-]/g, " ").toLowerCase());
}
