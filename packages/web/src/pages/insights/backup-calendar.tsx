import type { Insights } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { dayText } from "../../parts/charts/scale.ts";
import { counted } from "../../parts/write-number.ts";
import classes from "./insights.module.css";

type Day = Insights["days"][number];
type Outcome = "good" | "incomplete" | "failed" | "none";

const words: Readonly<Record<Outcome, string>> = {
	good: "All succeeded",
	incomplete: "Something could not be read",
	failed: "Something failed",
	none: "No backup",
};

/** A day is as bad as its worst backup: here it is about what went wrong, not about whether something can be restored. */
function outcomeOf(day: Day): Outcome {
	if (day.failed > 0) return "failed";
	if (day.incomplete > 0) return "incomplete";
	return day.runs > 0 ? "good" : "none";
}

/** Every day as a square, a week as a column that begins on Monday. */
export function BackupCalendar({ days }: { readonly days: readonly Day[] }): ReactNode {
	const outcomes = days.map((day) => ({ day, outcome: outcomeOf(day) }));
	const total = (outcome: Outcome): number => outcomes.filter((one) => one.outcome === outcome).length;
	const weekday = (new Date(`${days[0]?.date ?? "2026-01-05"}T00:00:00Z`).getUTCDay() + 6) % 7;
	const says = `${counted(days.length, ["day", "days"])}: ${total("good")} on which every backup succeeded, ${total("incomplete")} with an incomplete one, ${total("failed")} with a failed one, ${total("none")} without a backup`;
	return (
		<>
			<div className={classes.calendar} role="img" aria-label={says}>
				{Array.from({ length: weekday }, (_, index) => (
					<span key={`before-${index + 1}`} className={classes.cell} data-outcome="before" />
				))}
				{outcomes.map(({ day, outcome }) => (
					<span
						key={day.date}
						className={classes.cell}
						data-outcome={outcome}
						title={`${dayText(day.date)}: ${words[outcome]}, ${counted(day.runs, ["backup", "backups"])}`}
					/>
				))}
			</div>
			<ul className={classes.legend}>
				{(["good", "incomplete", "failed", "none"] as const).map((outcome) => (
					<li key={outcome}>
						<span className={classes.cell} data-outcome={outcome} aria-hidden />
						{words[outcome]} ({total(outcome)})
					</li>
				))}
			</ul>
		</>
	);
}
