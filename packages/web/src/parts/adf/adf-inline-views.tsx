import classes from "../rich/rich.module.css";
import { LabelledChip, Mention, RichLink, StatusWord } from "../rich/rich-pieces.tsx";
import { adfDate, textAttr } from "./adf-node.ts";
import type { NodeView } from "./node-view.ts";

/** Nodes inside a line of text. */
export const inlineViews: readonly (readonly [string, NodeView])[] = [
	["text", ({ node }) => node.text],
	["hardBreak", () => <br />],
	["mention", ({ node }) => <Mention accountId={textAttr(node, "id")} name={textAttr(node, "text")} />],
	[
		"emoji",
		({ node }) => (
			<span role="img" aria-label={textAttr(node, "shortName") || "emoji"}>
				{textAttr(node, "text") || textAttr(node, "shortName")}
			</span>
		),
	],
	["date", ({ node }) => <time className={classes.date}>{adfDate(node)}</time>],
	["status", ({ node }) => <StatusWord text={textAttr(node, "text")} color={textAttr(node, "color")} />],
	["inlineCard", ({ node }) => <RichLink href={node.attrs.url}>{textAttr(node, "url") || "smart link"}</RichLink>],
	["placeholder", ({ node }) => <span className={classes.caption}>{textAttr(node, "text")}</span>],
	[
		"inlineExtension",
		({ node }) => <LabelledChip label={`Extension ${textAttr(node, "extensionKey")}`}>{textAttr(node, "text") || undefined}</LabelledChip>,
	],
];
