import type { CSSProperties, ReactNode } from "react";
import classes from "../rich/rich.module.css";
import { safeColor } from "../rich/safe-address.ts";
import { type AdfNode, numberAttr } from "./adf-node.ts";
import type { NodeView } from "./node-view.ts";

function Cell({
	tag: Tag,
	node,
	children,
}: {
	readonly tag: "td" | "th";
	readonly node: AdfNode;
	readonly children: ReactNode;
}): ReactNode {
	const background = safeColor(node.attrs.background);
	const widths = node.attrs.colwidth;
	const first = Array.isArray(widths) ? Number(widths[0]) : Number.NaN;
	const style: Record<string, string | number> = {};
	if (background !== undefined) style["--rich-color"] = background;
	if (Number.isFinite(first) && first > 0) style.minWidth = Math.min(first, 480) / 1.4;
	return (
		<Tag
			colSpan={numberAttr(node, "colspan", [1, 100]) ?? 1}
			rowSpan={numberAttr(node, "rowspan", [1, 1000]) ?? 1}
			className={background === undefined ? undefined : classes.tinted}
			style={style as CSSProperties}
		>
			{children}
		</Tag>
	);
}

/** Tables with spans, header cells, tinted cells and numbered rows. */
export const tableViews: readonly (readonly [string, NodeView])[] = [
	[
		"table",
		({ children }) => (
			// biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard
			<section className={classes.tableWrap} tabIndex={0} aria-label="Table">
				<table>
					<tbody>{children}</tbody>
				</table>
			</section>
		),
	],
	["tableRow", ({ children }) => <tr>{children}</tr>],
	[
		"tableCell",
		({ node, children }) => (
			<Cell tag="td" node={node}>
				{children}
			</Cell>
		),
	],
	[
		"tableHeader",
		({ node, children }) => (
			<Cell tag="th" node={node}>
				{children}
			</Cell>
		),
	],
];
