import type { CSSProperties, ReactNode } from "react";
import classes from "../rich/rich.module.css";
import { CodeBlock, Expander, LabelledBox, LabelledChip, type PanelTone, RichPanel, StatusWord } from "../rich/rich-pieces.tsx";
import { childNamed, macroParameters, referenceWords, type StorageElement, storageWords } from "./parse-storage.ts";
import type { Draw, StorageView } from "./storage-view.ts";

function body(element: StorageElement, draw: Draw): ReactNode {
	const rich = childNamed(element, "ac:rich-text-body");
	return rich === undefined ? undefined : draw(rich.children);
}

function plainBody(element: StorageElement): string {
	const plain = childNamed(element, "ac:plain-text-body");
	return plain === undefined ? "" : storageWords(plain.children);
}

function panel(tone: PanelTone): StorageView {
	return (element, draw) => (
		<RichPanel tone={tone} title={macroParameters(element).get("title")}>
			{body(element, draw)}
		</RichPanel>
	);
}

const code: StorageView = (element) => {
	const parameters = macroParameters(element);
	return <CodeBlock code={plainBody(element)} language={parameters.get("language") ?? ""} title={parameters.get("title") ?? ""} />;
};

const jira: StorageView = (element) => {
	const parameters = macroParameters(element);
	const key = parameters.get("key");
	if (key !== undefined) return <LabelledChip label="Jira work item">{key}</LabelledChip>;
	return <LabelledBox label="Jira work items" detail={parameters.get("jqlquery") ?? parameters.get("jqlQuery")} />;
};

/** Names a macro in a box, with what it refers to. */
function named(label: string): StorageView {
	return (element, draw) => {
		const facts = [...macroParameters(element)].filter(([name, value]) => name !== "" && value !== "");
		const inner = body(element, draw);
		return (
			<LabelledBox label={label} detail={referenceWords(element.children) || undefined} facts={inner === undefined ? facts : []}>
				{inner}
			</LabelledBox>
		);
	};
}

/** Macros with a look of their own; every other one is drawn as a labelled box by the document. */
export const macroViews: readonly (readonly [string, StorageView])[] = [
	["info", panel("info")],
	["note", panel("warning")],
	["warning", panel("error")],
	["tip", panel("tip")],
	["panel", panel("custom")],
	["code", code],
	["noformat", code],
	["expand", (element, draw) => <Expander title={macroParameters(element).get("title") ?? ""}>{body(element, draw)}</Expander>],
	["toc", named("Table of contents")],
	["children", named("Child pages")],
	["attachments", named("Attachments")],
	["excerpt-include", named("Excerpt of another page")],
	["include", named("Another page, included")],
	["view-file", named("File")],
	["excerpt", (element, draw) => body(element, draw)],
	["details", named("Page properties")],
	["jira", jira],
	[
		"status",
		(element) => {
			const parameters = macroParameters(element);
			const color = (parameters.get("colour") ?? parameters.get("color") ?? "").toLowerCase();
			return <StatusWord text={parameters.get("title") ?? ""} color={color === "grey" ? "neutral" : color} />;
		},
	],
	["anchor", () => null],
	["section", (element, draw) => <div className={classes.layout}>{body(element, draw)}</div>],
	[
		"column",
		(element, draw) => (
			<div className={classes.layoutColumn} style={{ "--column-share": 1 } as CSSProperties}>
				{body(element, draw)}
			</div>
		),
	],
];
