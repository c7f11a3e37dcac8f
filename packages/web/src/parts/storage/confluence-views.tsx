import { IconFile, IconHash, IconSquare, IconSquareCheck } from "@tabler/icons-react";
import type { CSSProperties, ReactNode } from "react";
import classes from "../rich/rich.module.css";
import { findFile, useRich } from "../rich/rich-context.tsx";
import {
	CommentedText,
	FileView,
	LabelledBox,
	LabelledChip,
	Mention,
	PicturePlaceholder,
	panelTone,
	RichLink,
	RichPanel,
} from "../rich/rich-pieces.tsx";
import { childNamed, referenceWords, type StorageElement, storageWords } from "./parse-storage.ts";
import type { Draw, StorageView } from "./storage-view.ts";

function Picture({ element, caption }: { readonly element: StorageElement; readonly caption: ReactNode }): ReactNode {
	const { files } = useRich();
	const alt = element.attributes.get("ac:alt") || element.attributes.get("ac:title") || "";
	const attachment = childNamed(element, "ri:attachment");
	const name = attachment?.attributes.get("ri:filename");
	const address = childNamed(element, "ri:url")?.attributes.get("ri:value");
	const width = Number(element.attributes.get("ac:width") ?? "");
	const file = findFile(files, { name });
	const drawn =
		file !== undefined ? (
			<FileView file={file} alt={alt} width={width > 0 ? width : undefined} />
		) : name !== undefined ? (
			<PicturePlaceholder label={`${name}: not among this version's attachments`} />
		) : (
			<PicturePlaceholder label={`${alt || "Picture from elsewhere"} (not loaded)`} address={address} />
		);
	return (
		<span className={classes.mediaSingle}>
			{drawn}
			{caption ? <span className={classes.caption}>{caption}</span> : null}
		</span>
	);
}

function AttachmentLink({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
	const { files } = useRich();
	const file = findFile(files, { name });
	if (file === undefined) return <LabelledChip label="Attachment">{children || name}</LabelledChip>;
	return (
		<a className={classes.link} href={file.address} download={file.name}>
			<IconFile size={13} aria-hidden /> {children || name}
		</a>
	);
}

function linkWords(element: StorageElement, draw: Draw): ReactNode {
	const rich = childNamed(element, "ac:link-body");
	if (rich !== undefined) return draw(rich.children);
	const plain = childNamed(element, "ac:plain-text-link-body");
	return plain === undefined ? undefined : storageWords(plain.children);
}

const link: StorageView = (element, draw) => {
	const words = linkWords(element, draw);
	const user = childNamed(element, "ri:user");
	if (user !== undefined) {
		const named = typeof words === "string" ? words : "";
		return <Mention accountId={referenceWords([user])} name={named} />;
	}
	const attachment = childNamed(element, "ri:attachment")?.attributes.get("ri:filename");
	if (attachment !== undefined) return <AttachmentLink name={attachment}>{words}</AttachmentLink>;
	const url = childNamed(element, "ri:url")?.attributes.get("ri:value");
	if (url !== undefined) return <RichLink href={url}>{words ?? url}</RichLink>;
	const target = referenceWords(element.children) || element.attributes.get("ac:anchor") || "link";
	return (
		<span className={classes.deadLink} title={`Link to “${target}”`}>
			{words ?? target}
		</span>
	);
};

const task: StorageView = (element, draw) => {
	const state = childNamed(element, "ac:task-status");
	const done = state !== undefined && storageWords(state.children).trim() === "complete";
	const body = childNamed(element, "ac:task-body");
	const Icon = done ? IconSquareCheck : IconSquare;
	return (
		<li className={classes.task} data-done={done || undefined}>
			<Icon size={16} role="img" aria-label={done ? "done" : "to do"} />
			<div>{body === undefined ? null : draw(body.children)}</div>
		</li>
	);
};

function adfAttribute(element: StorageElement, key: string): string {
	const found = element.children.find(
		(child) => child.type === "element" && child.name === "ac:adf-attribute" && child.attributes.get("key") === key,
	);
	return found?.type === "element" ? storageWords(found.children) : "";
}

const adfNode: StorageView = (element, draw) => {
	const type = element.attributes.get("type") ?? "node";
	const nested = element.children.filter(
		(child) => child.type === "element" && (child.name === "ac:adf-node" || child.name === "ac:adf-content"),
	);
	if (type === "panel") return <RichPanel tone={panelTone(adfAttribute(element, "panel-type"))}>{draw(nested)}</RichPanel>;
	if (type === "decision-list") return <ul className={classes.taskList}>{draw(nested)}</ul>;
	if (type === "decision-item") return <li className={classes.task}>{draw(nested)}</li>;
	return <LabelledBox label={`“${type}”`}>{nested.length > 0 ? draw(nested) : undefined}</LabelledBox>;
};

const adfExtension: StorageView = (element, draw) => {
	const node = childNamed(element, "ac:adf-node");
	const fallback = childNamed(element, "ac:adf-fallback");
	if (node !== undefined && ["panel", "decision-list"].includes(node.attributes.get("type") ?? "")) return draw([node]);
	return fallback === undefined ? draw(node === undefined ? [] : [node]) : draw(fallback.children);
};

const column: StorageView = (element, draw) => (
	<div className={classes.layoutColumn} style={{ "--column-share": 1 } as CSSProperties}>
		{draw(element.children)}
	</div>
);

/** Confluence's own elements, except macros. */
export const confluenceViews: readonly (readonly [string, StorageView])[] = [
	["ac:rich-text-body", (element, draw) => draw(element.children)],
	[
		"ac:image",
		(element, draw) => {
			const caption = childNamed(element, "ac:caption");
			return <Picture element={element} caption={caption === undefined ? undefined : draw(caption.children)} />;
		},
	],
	["ac:link", link],
	[
		"ac:emoticon",
		(element) => (
			<span role="img" aria-label={element.attributes.get("ac:emoji-shortname") ?? element.attributes.get("ac:name") ?? "emoji"}>
				{element.attributes.get("ac:emoji-fallback") ?? `:${element.attributes.get("ac:name") ?? "emoji"}:`}
			</span>
		),
	],
	[
		"ac:task-list",
		(element, draw) => <ul className={classes.taskList}>{draw(element.children.filter((child) => child.type === "element"))}</ul>,
	],
	["ac:task", task],
	[
		"ac:inline-comment-marker",
		(element, draw) => <CommentedText marker={element.attributes.get("ac:ref") ?? ""}>{draw(element.children)}</CommentedText>,
	],
	["ac:layout", (element, draw) => draw(element.children)],
	[
		"ac:layout-section",
		(element, draw) => <div className={classes.layout}>{draw(element.children.filter((child) => child.type === "element"))}</div>,
	],
	["ac:layout-cell", column],
	["ac:placeholder", (element, draw) => <span className={classes.caption}>{draw(element.children)}</span>],
	["ac:adf-extension", adfExtension],
	["ac:adf-node", adfNode],
	["ac:adf-content", (element, draw) => draw(element.children)],
	["ac:adf-mark", () => null],
	["ac:parameter", () => null],
	["ri:user", (element) => <Mention accountId={referenceWords([element])} />],
	[
		"ri:page",
		(element) => (
			<span className={classes.deadLink}>
				<IconHash size={12} aria-hidden />
				{referenceWords([element])}
			</span>
		),
	],
];
