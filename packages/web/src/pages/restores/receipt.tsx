import { Group, Switch, Text } from "@mantine/core";
import type { RestoreReceipt } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { FidelityMark } from "../../parts/marks/status-marks.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { count } from "../../parts/write-number.ts";
import classes from "./receipt.module.css";

const levels = ["exact", "degraded", "impossible", "failed"] as const;

/** Every field, read back from the site after the restore and compared with what was wanted. */
export function Receipt({ restoreId }: { readonly restoreId: string }): ReactNode {
	const receipt = useQuery(queries.receipt(useClient(), restoreId));
	return (
		<QueryView query={receipt} loading={6}>
			{(data) => <Loaded receipt={data} />}
		</QueryView>
	);
}

function Loaded({ receipt }: { readonly receipt: RestoreReceipt }): ReactNode {
	const [onlyLosses, setOnlyLosses] = useState(false);
	return (
		<div>
			<Group gap="lg" className={classes.totals}>
				{levels.map((level) => (
					<span key={level} className={classes.total}>
						<strong>{count(receipt.totals[level])}</strong> <FidelityMark level={level} />
					</span>
				))}
				<Switch
					size="xs"
					ml="auto"
					label="Only what is not exact"
					checked={onlyLosses}
					onChange={(event) => setOnlyLosses(event.currentTarget.checked)}
				/>
			</Group>
			{receipt.items.map((item) => {
				const fields = item.fields.filter((field) => !onlyLosses || field.result !== "exact");
				return (
					<section key={`${item.ref.kind}/${item.ref.id}`} className={classes.item} aria-label={item.label}>
						<Text fw={600} px="md" pt="sm">
							{item.label}
							{item.now?.key && item.now.ref.id !== item.ref.id ? ` → ${item.now.key}` : ""}
						</Text>
						{item.problems.map((problem) => (
							<Text key={`${problem.field}-${problem.reason}`} size="sm" px="md" c="var(--sw-warn)">
								{problem.label}: {problem.reason}
							</Text>
						))}
						{fields.length === 0 ? (
							<Text size="sm" c="dimmed" px="md" pb="sm">
								Every field is exact.
							</Text>
						) : (
							<DataTable
								caption={`Fields of ${item.label}`}
								rows={fields}
								rowKey={(field) => field.field}
								columns={[
									{ label: "Field", cell: (field) => field.label },
									{ label: "Read back", cell: (field) => <FidelityMark level={field.result} /> },
									{ label: "Why", wide: true, cell: (field) => field.reason ?? "" },
								]}
							/>
						)}
					</section>
				);
			})}
			<Text size="xs" c="dimmed" p="md">
				Read back <When at={receipt.at} />
			</Text>
		</div>
	);
}
