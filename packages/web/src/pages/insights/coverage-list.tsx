import { Text } from "@mantine/core";
import type { BlindSpot, Insights } from "@skyeworx/contract";
import { IconCircleCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useKindNames } from "../../live/use-kind-names.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { FirstRows } from "../../parts/first-rows.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import { count } from "../../parts/write-number.ts";
import { blindCauses } from "../backups/blind-spots.tsx";
import classes from "./insights.module.css";

interface Unprotected {
	readonly site: string;
	readonly kind: string;
	readonly count: number | null | "all";
	readonly cause: string;
	readonly reason: string;
}

function unprotectedOf({ sites }: Insights): Unprotected[] {
	return sites.flatMap((site) => [
		...site.gaps.map(({ kind, reason }) => ({ site: site.name, kind, count: "all" as const, cause: "Not read at all", reason })),
		...site.blindSpots.map((spot: BlindSpot) => ({ site: site.name, ...spot, cause: blindCauses[spot.cause] })),
	]);
}

function howMany(value: Unprotected["count"]): string {
	return value === "all" ? "all" : value === null ? "not known" : count(value);
}

/** What the backups do not hold, and why: nothing is left out silently. */
export function CoverageList({ insights }: { readonly insights: Insights }): ReactNode {
	const names = useKindNames();
	const rows = unprotectedOf(insights);
	if (rows.length === 0) {
		return (
			<Text size="sm" p="md" component="div">
				<ToneMark tone="ok" icon={<IconCircleCheck size={15} />}>
					Every kind is read, and nothing was hidden from the newest backups
				</ToneMark>
			</Text>
		);
	}
	return (
		<FirstRows rows={rows} most={10}>
			{(shown) => (
				<DataTable
					caption="What is not protected"
					rows={shown}
					rowKey={(row) => `${row.site} ${row.kind} ${row.cause} ${row.reason}`}
					columns={[
						{ label: "Site", cell: (row) => <span className={classes.name}>{row.site}</span> },
						{ label: "Kind", cell: (row) => names(row.kind)[1] },
						{ label: "How many", number: true, cell: (row) => howMany(row.count) },
						{ label: "Cause", cell: (row) => row.cause },
						{ label: "Reason", cell: (row) => row.reason },
					]}
				/>
			)}
		</FirstRows>
	);
}
