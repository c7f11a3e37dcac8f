import { adfProblem } from "../../adf/adf-check.ts";
import { jiraError } from "../../http/errors.ts";
import { scalarText } from "../../http/read-input.ts";
import { parseTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { readProperties, readVisibility } from "../comment/comment-input.ts";
import { parseDuration } from "../field/duration.ts";
import { change, record } from "../issue/journal.ts";
import type { Adf, Change, Issue, Worklog } from "../model/issue.ts";
import { changeBody, readBody } from "../state.ts";

/** What happens to the remaining estimate. */
export type Adjustment = { readonly kind: "auto" | "leave" } | { readonly kind: "new" | "manual"; readonly seconds: number };

/** Reads the parts of a worklog that a request gives. @throws HttpError 400 with the problems by field */
export function readWorklogInput(
	site: Site,
	input: Record<string, unknown>,
): Partial<Pick<Worklog, "comment" | "started" | "timeSpentSeconds" | "visibility" | "properties">> {
	const errors: Record<string, string> = {};
	const parts: ReturnType<typeof readWorklogInput> = {};
	if (input.timeSpentSeconds !== undefined || input.timeSpent !== undefined) {
		const seconds = input.timeSpentSeconds === undefined ? parseDuration(scalarText(input.timeSpent)) : Number(input.timeSpentSeconds);
		if (seconds === undefined || !Number.isInteger(seconds) || seconds < 60) errors.timeLogged = "Invalid time duration entered.";
		else parts.timeSpentSeconds = seconds;
	}
	if (input.started !== undefined) {
		const text = scalarText(input.started);
		const started = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/.test(text) ? parseTime(text) : undefined;
		if (started === undefined) errors.started = "Worklog start date must be in the format yyyy-MM-dd'T'HH:mm:ss.SSSZ";
		else parts.started = started;
	}
	if (input.comment !== undefined && input.comment !== null) {
		if (adfProblem(input.comment) !== undefined) errors.comment = "Worklog comment is not valid!";
		else parts.comment = input.comment as Adf;
	}
	if (Object.keys(errors).length > 0) throw jiraError(400, [], errors);
	const visibility = readVisibility(site, input.visibility);
	if (visibility !== undefined) parts.visibility = visibility;
	if (input.properties !== undefined) parts.properties = readProperties(input.properties);
	return parts;
}

/** Logs work on a work item. */
export function createWorklog(
	site: Site,
	issue: Issue,
	options: { readonly author: string; readonly input: Record<string, unknown>; readonly adjust: Adjustment },
): Worklog {
	const { author, input, adjust } = options;
	const parts = readWorklogInput(site, input);
	if (parts.timeSpentSeconds === undefined) throw jiraError(400, [], { timeLogged: "You must indicate the time spent working." });
	const now = site.clock.now();
	const worklog: Worklog = {
		id: site.ids.take("worklog"),
		author,
		updateAuthor: author,
		comment: parts.comment,
		created: now,
		updated: now,
		started: parts.started ?? now,
		timeSpentSeconds: parts.timeSpentSeconds,
		visibility: parts.visibility,
		properties: parts.properties ?? {},
	};
	record(site, { issue, author }, () => {
		const before = totalOf(site, issue);
		changeBody(site.jira, issue).worklogs.push(worklog);
		site.jira.worklogMarks.set(worklog.id, { issueId: issue.id, updated: now });
		return [
			...adjustEstimate(issue, adjust, worklog.timeSpentSeconds),
			spentChange(before, totalOf(site, issue)),
			idChange(null, worklog.id),
		];
	});
	return worklog;
}

/** Adds up the work that was logged. */
export function totalOf(site: Site, issue: Issue): number {
	return readBody(site.jira, issue).worklogs.reduce((sum, worklog) => sum + worklog.timeSpentSeconds, 0);
}

/** Describes the change of the time spent. */
export function spentChange(before: number, after: number): Change {
	const text = (seconds: number): string | null => (seconds === 0 ? null : String(seconds));
	return change("timespent", { from: text(before), fromString: text(before), to: text(after), toString: text(after) });
}

/** Describes that a worklog came or went. */
export function idChange(from: number | null, to: number | null): Change {
	const text = (id: number | null): string | null => (id === null ? null : String(id));
	return change("WorklogId", { fieldId: undefined, from: text(from), fromString: text(from), to: text(to), toString: text(to) });
}

/** Changes the remaining estimate by `spent` seconds (negative gives time back). */
export function adjustEstimate(issue: Issue, adjust: Adjustment, spent: number): Change[] {
	const before = issue.remainingEstimate;
	if (adjust.kind === "leave" || (adjust.kind === "auto" && before === undefined)) return [];
	const after =
		adjust.kind === "new"
			? adjust.seconds
			: Math.max(0, (before ?? 0) - (adjust.kind === "manual" ? adjust.seconds * Math.sign(spent) : spent));
	if (after === before) return [];
	issue.remainingEstimate = after;
	const from = before === undefined ? null : String(before);
	return [change("timeestimate", { from, fromString: from, to: String(after), toString: String(after) })];
}
