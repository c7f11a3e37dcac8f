import { VisuallyHidden } from "@mantine/core";
import { useMergedRef, useResizeObserver } from "@mantine/hooks";
import { type ReactNode, type RefCallback, useLayoutEffect, useRef, useState } from "react";
import classes from "./panel.module.css";

interface Column<Row> {
	readonly label: string;
	readonly cell: (row: Row) => ReactNode;
	/** Right-aligned figures. */
	readonly number?: boolean;
	/** Sentences, which need room where the table scrolls sideways. */
	readonly wide?: boolean;
	/** Hidden head, for columns of buttons. */
	readonly silent?: boolean;
}

export interface DataTableProps<Row> {
	readonly caption: string;
	readonly rows: readonly Row[];
	readonly rowKey: (row: Row) => string;
	readonly columns: readonly Column<Row>[];
}

/** Whether the table is wider than its place: then the place must be reachable with the keyboard. */
function useScrolls(): { readonly ref: RefCallback<HTMLDivElement>; readonly scrolls: boolean } {
	const place = useRef<HTMLDivElement>(null);
	const [observe, size] = useResizeObserver<HTMLDivElement>();
	const ref = useMergedRef(place, observe);
	const [scrolls, setScrolls] = useState(false);
	useLayoutEffect(() => {
		const { scrollWidth, clientWidth } = place.current ?? { scrollWidth: 0, clientWidth: 0 };
		setScrolls(size.width > 0 && scrollWidth > clientWidth);
	}, [size.width]);
	return { ref, scrolls };
}

/** A plain table; scrolls sideways where the window is narrow. */
export function DataTable<Row>({ caption, rows, rowKey, columns }: DataTableProps<Row>): ReactNode {
	const { ref, scrolls } = useScrolls();
	return (
		<div ref={ref} className={classes.scroll} {...(scrolls ? { tabIndex: 0, role: "region", "aria-label": caption } : {})}>
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
								<td key={column.label} data-num={column.number || undefined} data-wide={column.wide || undefined}>
									{column.cell(row)}
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}
