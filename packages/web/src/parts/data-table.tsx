import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./panel.module.css";

export interface Column<Row> {
	readonly label: string;
	readonly cell: (row: Row) => ReactNode;
	/** Right-aligned figures. */
	readonly number?: boolean;
	/** Hidden head, for columns of buttons. */
	readonly silent?: boolean;
}

export interface DataTableProps<Row> {
	readonly caption: string;
	readonly rows: readonly Row[];
	readonly rowKey: (row: Row) => string;
	readonly columns: readonly Column<Row>[];
}

/** A plain table; scrolls sideways where the window is narrow. */
export function DataTable<Row>({ caption, rows, rowKey, columns }: DataTableProps<Row>): ReactNode {
	return (
		<table className={classes.table} aria-label={caption}>
			<thead>
				<tr>
					{columns.map((column) => (
						<th key={column.label} scope="col" data-num={column.number || undefined}>
							{column.silent ? <VisuallyHidden>{column.label}</VisuallyHidden> : column.label}
						</th>
					))}
				</tr>
			</thead>
			<tbody>
				{rows.map((row) => (
					<tr key={rowKey(row)}>
						{columns.map((column) => (
							<td key={column.label} data-num={column.number || undefined}>
								{column.cell(row)}
							</td>
						))}
					</tr>
				))}
			</tbody>
		</table>
	);
}
