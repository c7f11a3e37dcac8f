import { IconCircleCheck, IconLink, IconSquare, IconSquareCheck } from "@tabler/icons-react";
import type { CSSProperties, ReactNode } from "react";
import classes from "../rich/rich.module.css";
import { CodeBlock, Expander, LabelledBox, panelTone, RichLink, RichPanel } from "../rich/rich-pieces.tsx";
import { type AdfNode, adfWords, numberAttr, textAttr } from "./adf-node.ts";
import type { NodeView } from "./node-view.ts";

function Heading({ level, children }: { readonly level: number; readonly children: ReactNode }): ReactNode {
	// The page around a body owns h1 and h2.
	const Tag = (["h3", "h3", "h4", "h5", "h6", "h6"] as const)[level - 1] ?? "h6";
	return <Tag className={classes[`h${level}`]}>{children}</Tag>;
}

function Task({ node, children }: { readonly node: AdfNode; readonly children: ReactNode }): ReactNode {
	const done = node.attrs.state === "DONE";
	const Icon = done ? IconSquareCheck : IconSquare;
	return (
		<li className={classes.task} data-done={done || undefined}>
			<Icon size={16} role="img" aria-label={done ? "done" : "to do"} />
			<div>{children}</div>
		</li>
	);
}

function extensionFacts(node: AdfNode): readonly (readonly [string, string])[] {
	const parameters = node.attrs.parameters;
	if (typeof parameters !== "object" || parameters === null) return [];
	const inner = "macroParams" in parameters ? parameters.macroParams : "guestParams" in parameters ? parameters.guestParams : parameters;
	if (typeof inner !== "object" || inner === null) return [];
	return Object.entries(inner)
		.map(([name, value]): readonly [string, string] => {
			const plain = typeof value === "object" && value !== null && "value" in value ? value.value : value;
			return [name, typeof plain === "string" ? plain : JSON.stringify(plain)];
		})
		.filter(([, value]) => value !== "" && value !== undefined);
}

function extensionName(node: AdfNode): string {
	const key = textAttr(node, "extensionKey");
	return textAttr(node, "text") || key.split("/").at(-1) || key || "extension";
}

function Card({ url }: { readonly url: unknown }): ReactNode {
	return (
		<div className={classes.card}>
			<IconLink size={16} aria-hidden />
			<RichLink href={url}>{typeof url === "string" ? url : "smart link"}</RichLink>
		</div>
	);
}

const extension: NodeView = ({ node, children }) => (
	<LabelledBox label={`Macro: ${extensionName(node)}`} detail={textAttr(node, "extensionType")} facts={extensionFacts(node)}>
		{children.length > 0 ? children : undefined}
	</LabelledBox>
);

const expand: NodeView = ({ node, children }) => <Expander title={textAttr(node, "title")}>{children}</Expander>;

const syncBlock: NodeView = ({ node, children }) => (
	<LabelledBox label="Synced block" detail={textAttr(node, "resourceId")}>
		{children.length > 0 ? children : undefined}
	</LabelledBox>
);

const taskItem: NodeView = ({ node, children }) => <Task node={node}>{children}</Task>;

/** Block nodes, except tables and media. */
export const blockViews: readonly (readonly [string, NodeView])[] = [
	["doc", ({ children }) => children],
	["paragraph", ({ children }) => <p>{children.length > 0 ? children : <br />}</p>],
	["heading", ({ node, children }) => <Heading level={numberAttr(node, "level", [1, 6]) ?? 1}>{children}</Heading>],
	["bulletList", ({ children }) => <ul>{children}</ul>],
	["orderedList", ({ node, children }) => <ol start={numberAttr(node, "order", [0, 1_000_000]) ?? 1}>{children}</ol>],
	["listItem", ({ children }) => <li>{children}</li>],
	["blockquote", ({ children }) => <blockquote>{children}</blockquote>],
	["rule", () => <hr />],
	["codeBlock", ({ node }) => <CodeBlock code={node.content.map(adfWords).join("")} language={textAttr(node, "language")} />],
	[
		"panel",
		({ node, children }) => (
			<RichPanel tone={panelTone(node.attrs.panelType)} icon={textAttr(node, "panelIconText") || undefined}>
				{children}
			</RichPanel>
		),
	],
	["taskList", ({ children }) => <ul className={classes.taskList}>{children}</ul>],
	["taskItem", taskItem],
	["blockTaskItem", taskItem],
	["decisionList", ({ children }) => <ul className={classes.taskList}>{children}</ul>],
	[
		"decisionItem",
		({ children }) => (
			<li className={classes.task} data-done>
				<IconCircleCheck size={16} role="img" aria-label="decision" />
				<div>{children}</div>
			</li>
		),
	],
	["expand", expand],
	["nestedExpand", expand],
	["layoutSection", ({ children }) => <div className={classes.layout}>{children}</div>],
	[
		"layoutColumn",
		({ node, children }) => (
			<div className={classes.layoutColumn} style={{ "--column-share": numberAttr(node, "width", [1, 100]) ?? 1 } as CSSProperties}>
				{children}
			</div>
		),
	],
	["blockCard", ({ node }) => <Card url={node.attrs.url} />],
	["embedCard", ({ node }) => <Card url={node.attrs.url} />],
	["extension", extension],
	["bodiedExtension", extension],
	["syncBlock", syncBlock],
	["bodiedSyncBlock", syncBlock],
];
