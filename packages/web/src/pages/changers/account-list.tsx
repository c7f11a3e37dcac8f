import { Button } from "@mantine/core";
import type { ChangersBody } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { When } from "../../parts/time/when.tsx";
import { count, counted } from "../../parts/write-number.ts";
import classes from "./changers.module.css";

/** Stands for an account where nobody is named; no account id looks like it. */
export const nobody = "-";

export interface AccountListProps {
	readonly found: ChangersBody;
	readonly chosen: string | undefined;
	readonly choose: (accountId: string) => void;
}

/** Accounts that changed something, the busiest first. */
export function AccountList({ found, chosen, choose }: AccountListProps): ReactNode {
	const { accounts, unsigned } = found;
	const nameless = (
		<p className={`${classes.quiet} ${classes.pad}`}>
			{counted(unsigned, ["item", "items"])} went missing, or {unsigned === 1 ? "was" : "were"} moved, labelled or restricted, without
			anybody’s name: Atlassian does not say who did that.{" "}
			<Button variant="default" size="compact-sm" aria-pressed={chosen === nobody} onClick={() => choose(nobody)}>
				Show {unsigned === 1 ? "it" : "them"}
			</Button>
		</p>
	);
	if (accounts.length === 0)
		return (
			<>
				<div className={classes.pad}>
					<EmptyState title="No account changed anything in that time" />
				</div>
				{unsigned === 0 ? null : nameless}
			</>
		);
	return (
		<>
			<DataTable
				caption="Accounts that changed something"
				rows={accounts}
				rowKey={({ accountId }) => accountId}
				columns={[
					{ label: "Account", cell: ({ accountId, name }) => <span title={accountId}>{name ?? accountId}</span> },
					{ label: "Items changed", number: true, cell: ({ items }) => count(items) },
					{ label: "First", cell: ({ first }) => <When at={first} /> },
					{ label: "Last", cell: ({ last }) => <When at={last} /> },
					{
						label: "Show",
						silent: true,
						cell: ({ accountId, name }) => (
							<Button
								variant={accountId === chosen ? "filled" : "default"}
								aria-pressed={accountId === chosen}
								onClick={() => choose(accountId)}
							>
								Show what {name ?? "it"} changed
							</Button>
						),
					},
				]}
			/>
			{unsigned === 0 ? null : nameless}
		</>
	);
}
