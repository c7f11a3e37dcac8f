import { Text } from "@mantine/core";
import type { BlindSpot } from "@skyeworx/contract";
import { IconCircleCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useKindNames } from "../../live/use-kind-names.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import { sentence } from "../../parts/sentence.ts";
import { count } from "../../parts/write-number.ts";

/** Why something could not be seen, as people say it. */
export const blindCauses = {
	permission: "The account may not see it",
	api: "Atlassian’s API does not show it",
	plan: "The site’s plan does not include it",
	scope: "The connection lacks a scope",
} as const;

/** What could not be seen, counted where it can be, with the reason: nothing is left out silently. */
export function BlindSpots({ entries }: { readonly entries: readonly BlindSpot[] }): ReactNode {
	const names = useKindNames();
	if (entries.length === 0) {
		return (
			<Text size="sm" p="md" component="div">
				<ToneMark tone="ok" icon={<IconCircleCheck size={15} />}>
					Nothing was hidden from this run
				</ToneMark>
			</Text>
		);
	}
	return (
		<DataTable
			caption="Blind spots"
			rows={entries}
			rowKey={(row) => `${row.kind}-${row.cause}-${row.reason}`}
			columns={[
				{ label: "Kind", cell: (row) => sentence(names(row.kind)[1]) },
				{ label: "How many", number: true, cell: (row) => (row.count === null ? "not known" : count(row.count)) },
				{ label: "Cause", cell: (row) => blindCauses[row.cause] },
				{ label: "Reason", cell: (row) => row.reason },
			]}
		/>
	);
}
