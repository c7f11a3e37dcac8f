import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Facts } from "../../../parts/facts.tsx";
import { at, listAt, plainText, textAt } from "../read-json.ts";
import classes from "./jira.module.css";

/** Names of things that an item refers to: `jira.status/10010`. */
export type Titles = ReadonlyMap<string, string>;

/** A board's columns with the statuses in each, and how many work items they ought to hold. */
export function BoardColumns({ parts, titles }: { readonly parts: Readonly<Record<string, unknown>>; readonly titles: Titles }): ReactNode {
	const columns = listAt(parts.configuration, "columnConfig", "columns");
	const filterId = plainText(at(parts.configuration, "filter", "id"));
	return (
		<>
			<ol className={classes.board} aria-label="Columns">
				{columns.map((column, index) => (
					<li key={`${index} ${textAt(column, "name") ?? ""}`}>
						<Text fw={600} size="sm">
							{textAt(column, "name") ?? "Column"}
						</Text>
						{limits(column) === "" ? null : (
							<Text size="xs" c="dimmed">
								{limits(column)}
							</Text>
						)}
						<ul>
							{listAt(column, "statuses").map((status) => {
								const id = plainText(at(status, "id"));
								return <li key={id}>{titles.get(`jira.status/${id}`) ?? `Status ${id}`}</li>;
							})}
						</ul>
					</li>
				))}
			</ol>
			<Facts
				rows={[
					["Filter", filterId === "" ? "" : (titles.get(`jira.filter/${filterId}`) ?? filterId)],
					["Estimated by", textAt(parts.configuration, "estimation", "field", "displayName") ?? ""],
					[
						"Quick filters",
						listAt(parts.quickFilters)
							.map((one) => textAt(one, "name") ?? "")
							.join(", "),
					],
				]}
			/>
		</>
	);
}

function limits(column: unknown): string {
	const [min, max] = [plainText(at(column, "min")), plainText(at(column, "max"))];
	return [min === "" ? "" : `at least ${min}`, max === "" ? "" : `at most ${max}`].filter(Boolean).join(", ");
}
