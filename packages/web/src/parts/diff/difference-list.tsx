import { Checkbox, Group, SegmentedControl, Switch, Text } from "@mantine/core";
import type { FieldDifferenceBody } from "@skyeworx/contract";
import { IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { ToneMark } from "../marks/tone-mark.tsx";
import { counted } from "../write-number.ts";
import { type ComparedLine, compareLines, type FoldedLine, foldUnchanged, type Words } from "./compare-lines.ts";
import classes from "./diff.module.css";
import { valueLines } from "./value-lines.ts";

type Layout = "inline" | "beside";

export interface DifferenceListProps {
	readonly differences: readonly FieldDifferenceBody[];
	/** What the two sides are called. */
	readonly names: readonly [before: string, after: string];
	/** Without the switches above, for small places. */
	readonly bare?: boolean;
	readonly choice?: FieldChoice;
}

/** Lets the person choose fields. */
interface FieldChoice {
	readonly chosen: ReadonlySet<string>;
	readonly can: (difference: FieldDifferenceBody) => boolean;
	readonly toggle: (field: string) => void;
}

/** Two versions field by field; texts word by word; bodies by their rendered lines. */
export function DifferenceList({ differences, names, bare = false, choice }: DifferenceListProps): ReactNode {
	const [layout, setLayout] = useState<Layout>("inline");
	const [onlyChanged, setOnlyChanged] = useState(true);
	return (
		<div>
			{bare ? null : (
				<Group justify="space-between" gap="xs" mb="sm">
					<Text size="sm" c="dimmed">
						{counted(differences.length, ["field differs", "fields differ"])} from <strong>{names[0]}</strong> to{" "}
						<strong>{names[1]}</strong>
					</Text>
					<Group gap="sm">
						<Switch
							size="xs"
							label="Only what changed"
							checked={onlyChanged}
							onChange={(event) => setOnlyChanged(event.currentTarget.checked)}
						/>
						<SegmentedControl
							aria-label="Layout"
							value={layout}
							onChange={(value) => setLayout(value === "beside" ? "beside" : "inline")}
							data={[
								{ value: "inline", label: "Inline" },
								{ value: "beside", label: "Side by side" },
							]}
						/>
					</Group>
				</Group>
			)}
			{differences.map((difference) => (
				<Difference
					key={difference.field}
					difference={difference}
					names={names}
					layout={layout}
					onlyChanged={onlyChanged}
					choice={choice}
				/>
			))}
		</div>
	);
}

function mark({ before, after }: FieldDifferenceBody): ReactNode {
	if (before === null)
		return (
			<ToneMark tone="ok" icon={<IconPlus size={13} />}>
				Added
			</ToneMark>
		);
	if (after === null)
		return (
			<ToneMark tone="fail" icon={<IconMinus size={13} />}>
				Removed
			</ToneMark>
		);
	return (
		<ToneMark tone="run" icon={<IconPencil size={13} />}>
			Changed
		</ToneMark>
	);
}

interface OneProps {
	readonly difference: FieldDifferenceBody;
	readonly names: readonly [string, string];
	readonly layout: Layout;
	readonly onlyChanged: boolean;
	readonly choice: FieldChoice | undefined;
}

function Difference({ difference, names, layout, onlyChanged, choice }: OneProps): ReactNode {
	const lines = useMemo(() => compareLines(valueLines(difference.before), valueLines(difference.after)), [difference]);
	const shown = onlyChanged ? foldUnchanged(lines) : lines;
	const invisible = lines.every((line) => line.type === "same");
	return (
		<div className={classes.field}>
			<div className={classes.fieldHead}>
				{choice?.can(difference) === true ? (
					<Checkbox
						size="xs"
						label={difference.label}
						checked={choice.chosen.has(difference.field)}
						onChange={() => choice.toggle(difference.field)}
						classNames={{ label: classes.fieldName ?? "" }}
					/>
				) : (
					<span className={classes.fieldName}>{difference.label}</span>
				)}
				{mark(difference)}
			</div>
			{invisible ? (
				<p className={classes.note}>
					{lines.length === 0
						? "Empty on both sides, but stored differently."
						: "The text is the same; only marks, layout or hidden attributes differ."}
				</p>
			) : layout === "inline" ? (
				<div className={classes.lines}>
					{shown.map((line, index) => (
						<InlineLine key={`${index}-${line.type}`} line={line} />
					))}
				</div>
			) : (
				<Beside lines={shown} names={names} />
			)}
		</div>
	);
}

function Marked({ words }: { readonly words: readonly Words[] }): ReactNode {
	return words.map((part, index) => {
		const key = `${index}-${part.change}`;
		if (part.change === "added") return <ins key={key}>{part.text}</ins>;
		if (part.change === "removed") return <del key={key}>{part.text}</del>;
		return <span key={key}>{part.text}</span>;
	});
}

function Folded({ count }: { readonly count: number }): ReactNode {
	return <div className={classes.folded}>{counted(count, ["unchanged line", "unchanged lines"])}</div>;
}

function Line({ sign, words }: { readonly sign: "−" | "+" | " "; readonly words: readonly Words[] }): ReactNode {
	return (
		<div className={classes.line} data-sign={sign}>
			<span className={classes.sign} aria-hidden>
				{sign}
			</span>
			<span className={classes.text}>
				<Marked words={words} />
			</span>
		</div>
	);
}

const plain = (text: string): readonly Words[] => [{ text, change: "same" }];

function InlineLine({ line }: { readonly line: FoldedLine }): ReactNode {
	if (line.type === "folded") return <Folded count={line.count} />;
	if (line.type === "same") return <Line sign=" " words={plain(line.text)} />;
	if (line.type === "changed") {
		return (
			<>
				<Line sign="−" words={line.before} />
				<Line sign="+" words={line.after} />
			</>
		);
	}
	return <Line sign={line.type === "added" ? "+" : "−"} words={line.words} />;
}

function sides(line: ComparedLine): readonly [ReactNode, ReactNode] {
	const nothing = <div className={classes.line} data-sign="none" />;
	if (line.type === "same") return [<Line key="b" sign=" " words={plain(line.text)} />, <Line key="a" sign=" " words={plain(line.text)} />];
	if (line.type === "removed") return [<Line key="b" sign="−" words={line.words} />, nothing];
	if (line.type === "added") return [nothing, <Line key="a" sign="+" words={line.words} />];
	return [<Line key="b" sign="−" words={line.before} />, <Line key="a" sign="+" words={line.after} />];
}

function Beside({ lines, names }: { readonly lines: readonly FoldedLine[]; readonly names: readonly [string, string] }): ReactNode {
	return (
		<div className={classes.beside}>
			<div className={classes.sideName}>{names[0]}</div>
			<div className={classes.sideName}>{names[1]}</div>
			{lines.map((line, index) => {
				const key = `${index}-${line.type}`;
				if (line.type === "folded") {
					return (
						<div key={key} className={classes.across}>
							<Folded count={line.count} />
						</div>
					);
				}
				const [before, after] = sides(line);
				return (
					<div key={key} className={classes.pair}>
						<div>{before}</div>
						<div>{after}</div>
					</div>
				);
			})}
		</div>
	);
}
