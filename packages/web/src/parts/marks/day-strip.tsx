import type { StripDay } from "@skyeworx/contract";
import type { ReactNode } from "react";
import classes from "./marks.module.css";

const words = { good: "good", incomplete: "incomplete", failed: "failed", none: "no backup" } as const;

/** Thirty days of backups, one bar a day; height tells the outcome as well as colour. */
export function DayStrip({ days }: { readonly days: readonly StripDay[] }): ReactNode {
	const good = days.filter((day) => day.outcome === "good").length;
	const failed = days.filter((day) => day.outcome === "failed").length;
	const missing = days.filter((day) => day.outcome === "none").length;
	return (
		<div
			className={classes.strip}
			role="img"
			aria-label={`Last ${days.length} days: ${good} good, ${failed} failed, ${missing} without a backup`}
		>
			{days.map((day) => (
				<span
					key={day.date}
					className={classes.day}
					data-outcome={day.outcome}
					title={`${day.date}: ${words[day.outcome]}${day.runs > 0 ? `, ${day.runs} runs` : ""}`}
				/>
			))}
		</div>
	);
}
