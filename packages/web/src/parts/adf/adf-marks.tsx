import type { CSSProperties, ReactNode } from "react";
import classes from "../rich/rich.module.css";
import { CommentedText, RichLink } from "../rich/rich-pieces.tsx";
import { safeColor } from "../rich/safe-address.ts";
import { type AdfMark, numberAttr, textAttr } from "./adf-node.ts";

function colorStyle(mark: AdfMark): CSSProperties {
	return { "--rich-color": safeColor(mark.attrs.color) ?? "currentColor" } as CSSProperties;
}

const marks: ReadonlyMap<string, (mark: AdfMark, inner: ReactNode) => ReactNode> = new Map([
	["strong", (_mark, inner) => <strong>{inner}</strong>],
	["em", (_mark, inner) => <em>{inner}</em>],
	["underline", (_mark, inner) => <u>{inner}</u>],
	["strike", (_mark, inner) => <s>{inner}</s>],
	["code", (_mark, inner) => <code>{inner}</code>],
	["subsup", (mark, inner) => (mark.attrs.type === "sub" ? <sub>{inner}</sub> : <sup>{inner}</sup>)],
	["link", (mark, inner) => <RichLink href={mark.attrs.href}>{inner}</RichLink>],
	["annotation", (mark, inner) => <CommentedText marker={textAttr(mark, "id")}>{inner}</CommentedText>],
	[
		"textColor",
		(mark, inner) => (
			<span className={classes.colored} style={colorStyle(mark)}>
				{inner}
			</span>
		),
	],
	[
		"backgroundColor",
		(mark, inner) => (
			<span className={classes.highlighted} style={colorStyle(mark)}>
				{inner}
			</span>
		),
	],
	[
		"border",
		(mark, inner) => (
			<div className={classes.bordered} style={colorStyle(mark)}>
				{inner}
			</div>
		),
	],
	["alignment", (mark, inner) => <div style={{ textAlign: mark.attrs.align === "center" ? "center" : "end" }}>{inner}</div>],
	[
		"indentation",
		(mark, inner) => (
			<div className={classes.indent} style={{ "--indent": numberAttr(mark, "level", [1, 6]) ?? 1 } as CSSProperties}>
				{inner}
			</div>
		),
	],
	["fontSize", (_mark, inner) => <div className={classes.small}>{inner}</div>],
]);

/** Wraps a drawn node in its marks, the first mark outermost; marks without a look (breakout, fragment, ...) change nothing. */
export function withMarks(list: readonly AdfMark[], drawn: ReactNode): ReactNode {
	return list.reduceRight<ReactNode>((inner, mark) => marks.get(mark.type)?.(mark, inner) ?? inner, drawn);
}
