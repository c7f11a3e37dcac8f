import type { ReactNode } from "react";
import { DataTable } from "../../../parts/data-table.tsx";
import { at, listAt, plainText, textAt } from "../read-json.ts";
import type { Titles } from "./board-columns.tsx";

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

/** `BROWSE_PROJECTS` as `Browse projects`. */
function permissionName(key: string): string {
	const words = key.replaceAll("_", " ").toLowerCase();
	return words.charAt(0).toUpperCase() + words.slice(1);
}

const sorts: Readonly<Record<string, string>> = {
	anyone: "Anyone",
	applicationRole: "Everybody with access",
	assignee: "Assignee",
	reporter: "Reporter",
	projectLead: "Lead of the space",
	sd: "Customers of the portal",
	"sd.customer.portal.only": "Customers of the portal",
};

function holderName(holder: unknown, titles: Titles): string {
	const type = textAt(holder, "type") ?? "";
	const id = plainText(at(holder, "value")) || plainText(at(holder, "parameter"));
	const told =
		textAt(holder, "projectRole", "name") ??
		textAt(holder, "group", "name") ??
		textAt(holder, "user", "displayName") ??
		textAt(holder, "field", "name");
	const named =
		told ??
		titles.get(`jira.role/${id}`) ??
		titles.get(`jira.group/${id}`) ??
		titles.get(`jira.user/${id}`) ??
		titles.get(`jira.field/${id}`);
	const label = { projectRole: "Role", group: "Group", user: "Person", userCustomField: "Field", groupCustomField: "Field" }[type];
	if (label === undefined) return sorts[type] ?? [type, id].filter(Boolean).join(" ");
	return `${label} ${named ?? id}`;
}
