import { type ReactNode, useMemo } from "react";
import classes from "../rich/rich.module.css";
import { LabelledBox } from "../rich/rich-pieces.tsx";
import { confluenceViews } from "./confluence-views.tsx";
import { macroViews } from "./macro-views.tsx";
import { macroParameters, parseStorage, referenceWords, type StorageElement, type StorageNode, storageWords } from "./parse-storage.ts";
import type { Draw, StorageView } from "./storage-view.ts";
import { xhtmlViews } from "./xhtml-views.tsx";

const views: ReadonlyMap<string, StorageView> = new Map([...xhtmlViews, ...confluenceViews]);
const macros: ReadonlyMap<string, StorageView> = new Map(macroViews);

/** Elements whose text is for programs: never shown as text, only named. */
const silent = new Set(["script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math", "form", "input", "button"]);

function unknownMacro(element: StorageElement): ReactNode {
	const name = element.attributes.get("ac:name") ?? "unnamed";
	const bodies = element.children.filter((child) => child.type === "element" && child.name !== "ac:parameter");
	const plain = bodies.find((child) => child.type === "element" && child.name === "ac:plain-text-body");
	const rich = bodies.filter((child) => child !== plain);
	return (
		<LabelledBox label={`Macro: ${name}`} facts={[...macroParameters(element)].filter(([key]) => key !== "")}>
			{plain === undefined ? undefined : <pre className={classes.small}>{storageWords([plain])}</pre>}
			{rich.length === 0 ? undefined : <StorageNodes nodes={rich} />}
		</LabelledBox>
	);
}

function drawElement(element: StorageElement): ReactNode {
	const draw: Draw = (nodes) => <StorageNodes nodes={nodes} />;
	if (element.name === "ac:structured-macro" || element.name === "ac:macro") {
		const macro = macros.get((element.attributes.get("ac:name") ?? "").toLowerCase());
		return macro === undefined ? unknownMacro(element) : macro(element, draw);
	}
	const view = views.get(element.name);
	if (view !== undefined) return view(element, draw);
	if (silent.has(element.name)) return <LabelledBox label={`<${element.name}>`} detail="kept, never run or shown" />;
	const reference = referenceWords([element]);
	return (
		<LabelledBox label={`<${element.name}>`} detail={reference || "kept, but not drawn here"}>
			{element.children.length > 0 ? draw(element.children) : undefined}
		</LabelledBox>
	);
}

function StorageNodes({ nodes }: { readonly nodes: readonly StorageNode[] }): ReactNode {
	return nodes.map((node, index) =>
		node.type === "text" ? node.text : <StorageElementView key={`${index}-${node.name}`} element={node} />,
	);
}

function StorageElementView({ element }: { readonly element: StorageElement }): ReactNode {
	return drawElement(element);
}

/**
 * Draws a Confluence storage-format body. The content is hostile: a whitelist of elements and attributes becomes React
 * elements, nothing is loaded from elsewhere, and what is not known is shown as a labelled box instead of being dropped.
 */
export function StorageDocument({ markup }: { readonly markup: string }): ReactNode {
	const nodes = useMemo(() => parseStorage(markup), [markup]);
	if (nodes.length === 0) return <p className={classes.caption}>No text.</p>;
	return (
		<div className={classes.body}>
			<StorageNodes nodes={nodes} />
		</div>
	);
}
