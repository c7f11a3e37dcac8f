import type { CSSProperties, ReactNode } from "react";
import { DataTable } from "../data-table.tsx";
import classes from "./charts.module.css";
import { dayText, roundUp } from "./scale.ts";

/** One thing that is drawn, day by day. */
interface Series {
	readonly name: string;
	/** A colour of the theme: `var(--sw-ok)`. */
	readonly color: string;
	/** One value a day. */
	readonly values: readonly number[];
}

export interface DayChartProps {
	/** What is drawn, for people who hear it. */
	readonly label: string;
	/** The one sentence that the drawing says. */
	readonly says: string;
	/** UTC, oldest first. */
	readonly dates: readonly string[];
	readonly series: readonly Series[];
	readonly write: (value: number) => string;
	/** Bars are stacked; lines are not. */
	readonly shape: "bars" | "line";
	/** Days that are pointed at, with the reason. */
	readonly marks?: ReadonlyMap<string, string>;
}

/** Figures by day, drawn; the same as a table can be opened below. */
export function DayChart(props: DayChartProps): ReactNode {
	const { label, says, dates, series, write, shape, marks } = props;
	const heights = dates.map((_, day) => {
		const values = series.map(({ values }) => values[day] ?? 0);
		return shape === "bars" ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
	});
	const top = roundUp(Math.max(0, ...heights));
	return (
		<figure className={classes.figure}>
			<div className={classes.plot} role="img" aria-label={`${label}: ${says}`}>
				<div className={classes.scale} aria-hidden>
					<span>{write(0)}</span>
					<span>{write(top / 2)}</span>
					<span>{write(top)}</span>
				</div>
				<div className={classes.area}>
					{shape === "bars" ? <Bars {...props} top={top} /> : <Lines {...props} top={top} />}
					{dates.map((date, day) =>
						marks?.has(date) ? (
							<span
								key={date}
								className={classes.mark}
								style={{ insetInlineStart: `${((day + 0.5) / dates.length) * 100}%` }}
								title={`${dayText(date)}: ${marks.get(date)}`}
							/>
						) : null,
					)}
				</div>
				<Dates dates={dates} />
			</div>
			<Legend series={series} marked={(marks?.size ?? 0) > 0} />
			<TableBelow {...props} />
		</figure>
	);
}

type Drawn = DayChartProps & { readonly top: number };

/** Heights are drawn in hundredths of the scale: browsers lose track of co-ordinates in the billions. */
const tall = 100;

function titleOf({ dates, series, write }: DayChartProps, day: number): string {
	return `${dayText(dates[day] ?? "")}: ${series.map((one) => `${write(one.values[day] ?? 0)} ${one.name.toLowerCase()}`).join(", ")}`;
}

function Bars(props: Drawn): ReactNode {
	const { dates, series, top } = props;
	return (
		<svg className={classes.drawing} viewBox={`0 0 ${dates.length} ${tall}`} preserveAspectRatio="none" aria-hidden="true">
			{dates.map((date, day) => {
				let base = 0;
				return (
					<g key={date}>
						<title>{titleOf(props, day)}</title>
						<rect x={day} y={0} width={1} height={tall} fill="transparent" />
						{series.map(({ name, color, values }) => {
							const height = ((values[day] ?? 0) / top) * tall;
							base += height;
							return height === 0 ? null : <rect key={name} x={day + 0.12} y={tall - base} width={0.76} height={height} fill={color} />;
						})}
					</g>
				);
			})}
		</svg>
	);
}

function Lines(props: Drawn): ReactNode {
	const { dates, series, top } = props;
	return (
		<svg className={classes.drawing} viewBox={`0 0 ${dates.length} ${tall}`} preserveAspectRatio="none" aria-hidden="true">
			{series.map(({ name, color, values }) => {
				const points = values.map((value, day) => `${day + 0.5},${tall - (value / top) * tall}`).join(" ");
				const ends = `${dates.length - 0.5},${tall} 0.5,${tall}`;
				return (
					<g key={name}>
						<polygon points={`${points} ${ends}`} fill={color} opacity={0.12} />
						<polyline points={points} className={classes.line} stroke={color} />
					</g>
				);
			})}
			{dates.map((date, day) => (
				<rect key={date} x={day} y={0} width={1} height={tall} fill="transparent">
					<title>{titleOf(props, day)}</title>
				</rect>
			))}
		</svg>
	);
}

function Dates({ dates }: { readonly dates: readonly string[] }): ReactNode {
	const shown = [dates[0], dates[Math.floor(dates.length / 2)], dates.at(-1)].filter((date) => date !== undefined);
	return (
		<div className={classes.dates} aria-hidden>
			{[...new Set(shown)].map((date) => (
				<span key={date}>{dayText(date)}</span>
			))}
		</div>
	);
}

function Legend({ series, marked }: { readonly series: readonly Series[]; readonly marked: boolean }): ReactNode {
	if (series.length < 2 && !marked) return null;
	return (
		<ul className={classes.legend}>
			{series.map(({ name, color }) => (
				<li key={name}>
					<span className={classes.swatch} style={{ "--series": color } as CSSProperties} aria-hidden />
					{name}
				</li>
			))}
			{marked ? (
				<li>
					<span className={classes.swatch} data-mark aria-hidden />
					Unusual
				</li>
			) : null}
		</ul>
	);
}

function TableBelow({ label, dates, series, write, marks }: DayChartProps): ReactNode {
	const rows = dates.map((date, day) => ({ date, day })).toReversed();
	return (
		<details className={classes.table}>
			<summary aria-label={`${label} as a table`}>As a table</summary>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also for people without a mouse */}
			<section className={classes.rows} tabIndex={0} aria-label={`${label}, day by day`}>
				<DataTable
					caption={label}
					rows={rows}
					rowKey={(row) => row.date}
					columns={[
						{ label: "Day (UTC)", cell: (row) => row.date },
						...series.map((one) => ({ label: one.name, number: true, cell: (row: { day: number }) => write(one.values[row.day] ?? 0) })),
						...(marks !== undefined && marks.size > 0
							? [{ label: "Unusual", cell: (row: { date: string }) => marks.get(row.date) ?? "—" }]
							: []),
					]}
				/>
			</section>
		</details>
	);
}
