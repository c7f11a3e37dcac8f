import { type ReactNode, useMemo } from "react";
import classes from "../rich/rich.module.css";
import { LabelledBox } from "../rich/rich-pieces.tsx";
import { blockViews } from "./adf-block-views.tsx";
import { inlineViews } from "./adf-inline-views.tsx";
import { withMarks } from "./adf-marks.tsx";
import { mediaViews } from "./adf-media-views.tsx";
import { type AdfNode, readAdf } from "./adf-node.ts";
import { tableViews } from "./adf-table-views.tsx";
import type { NodeView } from "./node-view.ts";

const views: ReadonlyMap<string, NodeView> = new Map([...blockViews, ...inlineViews, ...mediaViews, ...tableViews]);

function NodeElement({ node }: { readonly node: AdfNode }): ReactNode {
	const view = views.get(node.type);
	const children = node.content.map((child, index) => <NodeElement key={`${index}-${child.type}`} node={child} />);
	const drawn =
		view === undefined ? (
			<LabelledBox label={`“${node.type}”`} detail="kept, but not drawn here">
				{children.length > 0 ? children : node.text || undefined}
			</LabelledBox>
		) : (
			view({ node, children })
		);
	return withMarks(node.marks, drawn);
}

/**
 * Draws an Atlassian Document Format body. The content is hostile: only React elements are made, addresses are checked,
 * nothing is loaded from elsewhere, and what is not known is shown as a labelled box instead of being dropped.
 */
export function AdfDocument({ document }: { readonly document: unknown }): ReactNode {
	const root = useMemo(() => readAdf(document), [document]);
	if (root === undefined || (root.type === "doc" && root.content.length === 0)) {
		return <p className={classes.caption}>No text.</p>;
	}
	return (
		<div className={classes.body}>
			<NodeElement node={root} />
		</div>
	);
}
