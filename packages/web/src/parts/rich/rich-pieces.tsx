import {
	IconAlertTriangle,
	IconBan,
	IconBulb,
	IconCircleCheck,
	IconFile,
	IconInfoCircle,
	IconNote,
	IconPhotoOff,
	IconPuzzle,
} from "@tabler/icons-react";
import { type CSSProperties, Fragment, type ReactNode, useId, useState } from "react";
import classes from "./rich.module.css";
import { isPicture, type RichFile, useRich } from "./rich-context.tsx";
import { safeAddress } from "./safe-address.ts";

interface WithChildren {
	readonly children?: ReactNode;
}

/** A link out of a body; an address that is not safe becomes plain text that shows where it pointed. */
export function RichLink({ href, children }: WithChildren & { readonly href: unknown }): ReactNode {
	const { siteUrl } = useRich();
	const address = safeAddress(href, siteUrl);
	if (address !== undefined) {
		return (
			<a className={classes.link} href={address} target="_blank" rel="noopener noreferrer nofollow">
				{children}
			</a>
		);
	}
	return (
		<span className={classes.deadLink} title={typeof href === "string" ? `Address not opened: ${href.slice(0, 200)}` : "No address"}>
			{children}
		</span>
	);
}

const panels = {
	info: { word: "Info", icon: IconInfoCircle },
	note: { word: "Note", icon: IconNote },
	tip: { word: "Tip", icon: IconBulb },
	success: { word: "Success", icon: IconCircleCheck },
	warning: { word: "Warning", icon: IconAlertTriangle },
	error: { word: "Error", icon: IconBan },
	custom: { word: "Panel", icon: IconNote },
} as const;

export type PanelTone = keyof typeof panels;

/** Reads a panel's name as one of the tones we draw; anything else is `custom`. */
export function panelTone(name: unknown): PanelTone {
	return typeof name === "string" && Object.hasOwn(panels, name) ? (name as PanelTone) : "custom";
}

/** An info, note, warning ... panel. */
export function RichPanel(
	props: WithChildren & { readonly tone: PanelTone; readonly title?: ReactNode; readonly icon?: ReactNode },
): ReactNode {
	const { word, icon: Icon } = panels[props.tone];
	return (
		<div className={classes.panel} data-tone={props.tone} role="note" aria-label={word}>
			<span className={classes.panelIcon} aria-hidden>
				{props.icon ?? <Icon size={18} stroke={1.7} />}
			</span>
			<div className={classes.panelBody}>
				{props.title ? <strong className={classes.panelTitle}>{props.title}</strong> : null}
				{props.children}
			</div>
		</div>
	);
}

/** Something that we keep but can't draw: said by name, with its settings and what is inside it. */
export function LabelledBox(
	props: WithChildren & {
		readonly label: string;
		readonly detail?: string | undefined;
		readonly facts?: readonly (readonly [string, string])[];
	},
): ReactNode {
	const facts = props.facts ?? [];
	return (
		<div className={classes.box}>
			<div className={classes.boxLabel}>
				<IconPuzzle size={14} aria-hidden />
				<span>{props.label}</span>
				{props.detail ? <span className={classes.boxDetail}>{props.detail}</span> : null}
			</div>
			{facts.length > 0 ? (
				<dl className={classes.boxFacts}>
					{facts.slice(0, 12).map(([name, value]) => (
						<Fragment key={name}>
							<dt>{name}</dt>
							<dd>{value.length > 160 ? `${value.slice(0, 160)}…` : value}</dd>
						</Fragment>
					))}
				</dl>
			) : null}
			{props.children ? <div className={classes.boxBody}>{props.children}</div> : null}
		</div>
	);
}

/** The same inside a line of text. */
export function LabelledChip({ label, children }: WithChildren & { readonly label: string }): ReactNode {
	return (
		<span className={classes.chip} title={label}>
			<IconPuzzle size={12} aria-hidden /> {children ?? label}
		</span>
	);
}

/** A mention; by name when the account is known. */
export function Mention({ accountId, name }: { readonly accountId: string; readonly name?: string }): ReactNode {
	const { people } = useRich();
	const known = name?.replace(/^@/, "") || people?.get(accountId);
	return (
		<span className={classes.mention} title={accountId}>
			@{known ?? `account …${accountId.slice(-6)}`}
		</span>
	);
}

/** A coloured status word. */
export function StatusWord({ text, color }: { readonly text: string; readonly color: string }): ReactNode {
	return (
		<span className={classes.status} data-color={color}>
			{text}
		</span>
	);
}

/** A code block with its language named. */
export function CodeBlock({
	code,
	language,
	title,
}: {
	readonly code: string;
	readonly language?: string;
	readonly title?: string;
}): ReactNode {
	return (
		<figure className={classes.code}>
			{title || language ? (
				<figcaption>
					{title ? <span>{title}</span> : null}
					{language ? <span className={classes.codeLanguage}>{language}</span> : null}
				</figcaption>
			) : null}
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard */}
			<pre tabIndex={0}>
				<code>{code}</code>
			</pre>
		</figure>
	);
}

/** An expander; open from the start, because a preview should hide nothing. */
export function Expander({ title, children }: WithChildren & { readonly title: string }): ReactNode {
	return (
		<details className={classes.expand} open>
			<summary>{title === "" ? "Details" : title}</summary>
			<div className={classes.expandBody}>{children}</div>
		</details>
	);
}

/** A picture or file of this version, or a placeholder that says what would be there. */
export function FileView(props: {
	readonly file: RichFile;
	readonly alt?: string | undefined;
	readonly width?: number | undefined;
	readonly inline?: boolean;
}): ReactNode {
	const { file, alt, width } = props;
	if (isPicture(file.mediaType)) {
		const style: CSSProperties = width === undefined ? {} : { width: Math.min(Math.max(width, 8), 1600) };
		return (
			<img
				className={classes[props.inline ? "inlineImage" : "image"]}
				src={file.address}
				alt={alt || file.name}
				loading="lazy"
				style={style}
			/>
		);
	}
	return (
		<a className={classes.file} href={file.address} download={file.name}>
			<IconFile size={16} aria-hidden /> {file.name}
		</a>
	);
}

/** Stands where a picture would be that is not loaded, or is not in this version. */
export function PicturePlaceholder({ label, address }: { readonly label: string; readonly address?: string | undefined }): ReactNode {
	return (
		<span className={classes.placeholder}>
			<IconPhotoOff size={16} aria-hidden />
			<span>{label}</span>
			{address === undefined ? null : <RichLink href={address}>{address.length > 90 ? `${address.slice(0, 90)}…` : address}</RichLink>}
		</span>
	);
}

/** Commented words: highlighted, with a button that shows the comment where it belongs. */
export function CommentedText({ marker, children }: WithChildren & { readonly marker: string }): ReactNode {
	const { remarks } = useRich();
	const [open, setOpen] = useState(false);
	const id = useId();
	const mine = remarks.filter((remark) => remark.marker === marker);
	if (mine.length === 0) return <mark className={classes.remarked}>{children}</mark>;
	return (
		<>
			<mark className={classes.remarked}>{children}</mark>
			<button type="button" className={classes.remarkButton} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
				{open ? "Hide" : mine.length === 1 ? "1 comment" : `${mine.length} comments`}
			</button>
			<span id={id} className={classes.remarks} hidden={!open}>
				{mine.map((remark, index) => (
					<span key={`${index}-${remark.author}`} className={classes.remark}>
						<strong>{remark.author}</strong>
						{remark.at === undefined ? null : <span className={classes.remarkTime}> {remark.at.slice(0, 10)}</span>}
						{remark.resolved ? <span className={classes.remarkTime}> · resolved</span> : null}
						<span className={classes.remarkText}>{remark.text}</span>
					</span>
				))}
			</span>
		</>
	);
}
