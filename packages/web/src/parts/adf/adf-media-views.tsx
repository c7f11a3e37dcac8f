import type { ReactNode } from "react";
import classes from "../rich/rich.module.css";
import { findFile, useRich } from "../rich/rich-context.tsx";
import { FileView, LabelledChip, PicturePlaceholder } from "../rich/rich-pieces.tsx";
import { type AdfNode, numberAttr, textAttr } from "./adf-node.ts";
import type { NodeView } from "./node-view.ts";

function Media({ node }: { readonly node: AdfNode }): ReactNode {
	const { files } = useRich();
	const alt = textAttr(node, "alt");
	if (node.attrs.type === "external") {
		return <PicturePlaceholder label={`${alt || "Picture from elsewhere"} (not loaded)`} address={textAttr(node, "url")} />;
	}
	const file = findFile(files, { id: textAttr(node, "id"), name: alt });
	if (file === undefined) return <PicturePlaceholder label={`${alt || "Media"}: not among this version's attachments`} />;
	return <FileView file={file} alt={alt} width={numberAttr(node, "width", [8, 1600])} />;
}

function InlineMedia({ node }: { readonly node: AdfNode }): ReactNode {
	const { files } = useRich();
	const alt = textAttr(node, "alt");
	const file = findFile(files, { id: textAttr(node, "id"), name: alt });
	return file === undefined ? <LabelledChip label="Media">{alt || "media"}</LabelledChip> : <FileView file={file} alt={alt} inline />;
}

/** Pictures and files, always from our own copy. */
export const mediaViews: readonly (readonly [string, NodeView])[] = [
	[
		"mediaSingle",
		({ node, children }) => (
			<div className={classes.mediaSingle} data-layout={textAttr(node, "layout")}>
				{children}
			</div>
		),
	],
	["mediaGroup", ({ children }) => <div className={classes.mediaGroup}>{children}</div>],
	["media", ({ node }) => <Media node={node} />],
	["mediaInline", ({ node }) => <InlineMedia node={node} />],
	["caption", ({ children }) => <div className={classes.caption}>{children}</div>],
];
