import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { DataTable } from "../../parts/data-table.tsx";
import panel from "../../parts/panel.module.css";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { count } from "../../parts/write-number.ts";

interface Leaf {
	readonly path: string;
	readonly value: string;
}

/** Enough for any item; what is beyond is counted. */
const most = 3000;

function collect(value: unknown, path: string, out: Leaf[]): void {
	if (out.length > most) return;
	if (typeof value === "object" && value !== null) {
		const list = Array.isArray(value);
		for (const [name, entry] of Object.entries(value))
			collect(entry, list ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`, out);
	} else if (typeof value === "string" ? value !== "" : typeof value === "number" || typeof value === "boolean") {
		out.push({ path, value: String(value) });
	}
}

/** Everything that is kept of the version, word for word as Atlassian answered. */
export function AllFields({ parts }: { readonly parts: Readonly<Record<string, unknown>> }): ReactNode {
	const [filter, setFilter] = useState("");
	const leaves = useMemo(() => {
		const out: Leaf[] = [];
		for (const [name, part] of Object.entries(parts)) collect(part, name, out);
		return out;
	}, [parts]);
	const wanted = filter.toLowerCase();
	const shown = leaves.filter((leaf) => leaf.path.toLowerCase().includes(wanted) || leaf.value.toLowerCase().includes(wanted));
	return (
		<>
			<TextInput
				aria-label="Filter the fields"
				placeholder="Filter by name or value"
				leftSection={<IconSearch size={15} aria-hidden />}
				mb="sm"
				value={filter}
				onChange={(event) => setFilter(event.currentTarget.value)}
			/>
			{shown.length === 0 ? <EmptyState title="No field fits" /> : null}
			{shown.length === 0 ? null : (
				<DataTable
					caption="All fields"
					rows={shown.slice(0, 400)}
					rowKey={(leaf) => leaf.path}
					columns={[
						{ label: "Field", cell: (leaf) => <span className={panel.mono}>{leaf.path}</span> },
						{
							label: "Value",
							cell: (leaf) => <span className={panel.mono}>{leaf.value.length > 600 ? `${leaf.value.slice(0, 600)}…` : leaf.value}</span>,
						},
					]}
				/>
			)}
			{shown.length > 400 ? <p>{count(shown.length - 400)} more: narrow the filter.</p> : null}
		</>
	);
}
