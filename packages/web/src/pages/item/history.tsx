import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { DataTable } from "../../parts/data-table.tsx";
import { sentence } from "../../parts/sentence.ts";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { When } from "../../parts/time/when.tsx";
import { bodyText, type HistoryEntry, type Worklog } from "./read-parts.ts";

/** What Jira recorded of who changed what. */
export function ChangeHistory({ entries }: { readonly entries: readonly HistoryEntry[] }): ReactNode {
	const [shown, setShown] = useState(100);
	if (entries.length === 0) return <EmptyState title="No change history in this version" />;
	const rows = entries.flatMap((entry) =>
		entry.changes.map((change, index) => ({ ...change, key: `${entry.id}-${index}`, author: entry.author, at: entry.at })),
	);
	return (
		<>
			<DataTable
				caption="Change history"
				rows={rows.slice(0, shown)}
				rowKey={(row) => row.key}
				columns={[
					{ label: "When", cell: (row) => <When at={row.at} none="" /> },
					{ label: "Who", cell: (row) => row.author },
					{ label: "Field", cell: (row) => sentence(row.field) },
					{ label: "From", cell: (row) => <Clipped text={row.from} /> },
					{ label: "To", cell: (row) => <Clipped text={row.to} /> },
				]}
			/>
			{rows.length > shown ? (
				<Button variant="default" mt="sm" onClick={() => setShown(shown + 200)}>
					Show more
				</Button>
			) : null}
		</>
	);
}

function Clipped({ text }: { readonly text: string }): ReactNode {
	return text.length > 140 ? <span title={text.slice(0, 1000)}>{text.slice(0, 140)}…</span> : text || "—";
}

/** Who worked on it, and how long. */
export function Worklogs({ worklogs }: { readonly worklogs: readonly Worklog[] }): ReactNode {
	return (
		<DataTable
			caption="Work log"
			rows={worklogs}
			rowKey={(row) => row.id}
			columns={[
				{ label: "Started", cell: (row) => <When at={row.startedAt} none="" /> },
				{ label: "Who", cell: (row) => row.author },
				{ label: "Time", cell: (row) => row.spent },
				{ label: "Comment", cell: (row) => (row.body === undefined ? "—" : bodyText(row.body)) },
			]}
		/>
	);
}
