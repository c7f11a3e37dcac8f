import type { CSSProperties, ReactNode } from "react";
import classes from "../rich/rich.module.css";
import { PicturePlaceholder, RichLink } from "../rich/rich-pieces.tsx";
import { safeColor } from "../rich/safe-address.ts";
import type { StorageElement, StorageNode } from "./parse-storage.ts";
import type { StorageView } from "./storage-view.ts";

/** Elements that are taken over as they are, without any attribute. */
const plain = [
	"p",
	"strong",
	"b",
	"em",
	"i",
	"u",
	"s",
	"del",
	"ins",
	"sub",
	"sup",
	"small",
	"code",
	"blockquote",
	"cite",
	"q",
	"ul",
	"li",
	"dl",
	"dt",
	"dd",
	"caption",
	"abbr",
	"kbd",
	"samp",
	"var",
] as const;

const headings = { h1: "h3", h2: "h3", h3: "h4", h4: "h5", h5: "h6", h6: "h6" } as const;

function bounded(element: StorageElement, name: string, most: number): number {
	const value = Number(element.attributes.get(name) ?? "1");
	return Number.isInteger(value) && value >= 1 ? Math.min(value, most) : 1;
}

/** Text between table tags would be an error in HTML; only elements go through. */
function elementsOnly(nodes: readonly StorageNode[]): readonly StorageNode[] {
	return nodes.filter((node) => node.type === "element");
}

function styleOf(element: StorageElement): { readonly style: CSSProperties; readonly className: string | undefined } {
	const rules = new Map(
		(element.attributes.get("style") ?? "").split(";").map((rule): readonly [string, string] => {
			const at = rule.indexOf(":");
			return [rule.slice(0, Math.max(at, 0)).trim().toLowerCase(), rule.slice(at + 1).trim()];
		}),
	);
	const align = rules.get("text-align");
	const style: CSSProperties = align === "center" || align === "right" || align === "left" ? { textAlign: align } : {};
	const color = safeColor(rules.get("color"));
	const back = safeColor(rules.get("background-color") ?? element.attributes.get("data-highlight-colour"));
	const chosen = back ?? color;
	if (chosen === undefined) return { style, className: undefined };
	const tinted = element.name === "td" || element.name === "th" ? "tinted" : "highlighted";
	return {
		style: { ...style, "--rich-color": chosen } as CSSProperties,
		className: back === undefined ? classes.colored : classes[tinted],
	};
}

const headingView: StorageView = (element, draw) => {
	const Tag = headings[element.name as keyof typeof headings];
	return <Tag className={classes[element.name]}>{draw(element.children)}</Tag>;
};

const cellView: StorageView = (element, draw) => {
	const Tag = element.name === "th" ? "th" : "td";
	return (
		<Tag colSpan={bounded(element, "colspan", 100)} rowSpan={bounded(element, "rowspan", 1000)} {...styleOf(element)}>
			{draw(element.children)}
		</Tag>
	);
};

function table(element: StorageElement, rows: ReactNode): ReactNode {
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard
		<section className={classes.tableWrap} tabIndex={0} aria-label="Table" key={element.name}>
			<table>{rows}</table>
		</section>
	);
}

/** The XHTML half of storage format. */
export const xhtmlViews: readonly (readonly [string, StorageView])[] = [
	...plain.map((Tag): readonly [string, StorageView] => [
		Tag,
		(element, draw) => <Tag {...(element.attributes.has("style") ? styleOf(element) : {})}>{draw(element.children)}</Tag>,
	]),
	...Object.keys(headings).map((name): readonly [string, StorageView] => [name, headingView]),
	["br", () => <br />],
	["hr", () => <hr />],
	["ol", (element, draw) => <ol start={bounded(element, "start", 1_000_000)}>{draw(element.children)}</ol>],
	["div", (element, draw) => <div {...styleOf(element)}>{draw(element.children)}</div>],
	["span", (element, draw) => <span {...styleOf(element)}>{draw(element.children)}</span>],
	["font", (element, draw) => draw(element.children)],
	["pre", (element, draw) => <pre>{draw(element.children)}</pre>],
	["a", (element, draw) => <RichLink href={element.attributes.get("href")}>{draw(element.children)}</RichLink>],
	[
		"img",
		(element) => (
			<PicturePlaceholder
				label={`${element.attributes.get("alt") || "Picture from elsewhere"} (not loaded)`}
				address={element.attributes.get("src")}
			/>
		),
	],
	["time", (element) => <time className={classes.date}>{element.attributes.get("datetime") ?? ""}</time>],
	["table", (element, draw) => table(element, draw(wrapRows(element)))],
	["thead", (element, draw) => <thead>{draw(elementsOnly(element.children))}</thead>],
	["tbody", (element, draw) => <tbody>{draw(elementsOnly(element.children))}</tbody>],
	["tfoot", (element, draw) => <tfoot>{draw(elementsOnly(element.children))}</tfoot>],
	["tr", (element, draw) => <tr>{draw(elementsOnly(element.children))}</tr>],
	["th", cellView],
	["td", cellView],
	["colgroup", () => null],
	["col", () => null],
];

/** Rows that stand directly in a table get the tbody that HTML wants. */
function wrapRows(element: StorageElement): readonly StorageNode[] {
	const children = elementsOnly(element.children);
	if (!children.some((child) => child.type === "element" && child.name === "tr")) return children;
	const rows = children.filter((child) => child.type === "element" && child.name === "tr");
	const rest = children.filter((child) => child.type === "element" && child.name !== "tr");
	return [...rest, { type: "element", name: "tbody", attributes: new Map(), children: rows }];
}
