import { adfProblem } from "../../adf/adf-check.ts";
import { adfText } from "../../adf/adf-text.ts";
import { scalarText } from "../../http/read-input.ts";
import { jiraTime, parseTime } from "../../site/clock.ts";
import type { Adf } from "../model/issue.ts";
import type { FieldCodec } from "./field-codec.ts";
import { FieldProblem } from "./field-problem.ts";

const plain = (kept: unknown): { id: string | null; text: string | null } => ({
	id: null,
	text: kept === undefined ? null : scalarText(kept),
});
const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** The one-line title. */
export const summaryCodec: FieldCodec = {
	parse(value) {
		if (typeof value !== "string" || value.trim() === "") throw new FieldProblem("You must specify a summary of the issue.");
		if (value.length > 255) throw new FieldProblem("Summary can't exceed 255 characters.");
		if (/[\r\n]/.test(value)) throw new FieldProblem("The summary is invalid because it contains newline characters.");
		return value.trim();
	},
	render: (kept) => kept,
	describe: plain,
};

/** A document (description, environment, paragraph fields). */
export const adfCodec: FieldCodec = {
	parse(value) {
		if (isNothing(value)) return undefined;
		const problem = adfProblem(value);
		if (problem !== undefined) throw new FieldProblem(problem);
		return value;
	},
	render: (kept) => kept ?? null,
	describe: (kept) => ({ id: null, text: kept === undefined ? null : adfText(kept as Adf) }),
};

/** A short text. */
export const textCodec: FieldCodec = {
	parse(value) {
		if (isNothing(value) || value === "") return undefined;
		if (typeof value !== "string") throw new FieldProblem("Operation value must be a string");
		if (value.length > 255) throw new FieldProblem("The entered text is too long. It exceeds the allowed limit of 255 characters.");
		return value;
	},
	render: (kept) => kept ?? null,
	describe: plain,
};

/** A number. */
export const numberCodec: FieldCodec = {
	parse(value) {
		if (isNothing(value)) return undefined;
		if (typeof value !== "number" || !Number.isFinite(value)) throw new FieldProblem("Operation value must be a number");
		return value;
	},
	render: (kept) => kept ?? null,
	describe: plain,
};

/** A web address. */
export const urlCodec: FieldCodec = {
	parse(value) {
		if (isNothing(value) || value === "") return undefined;
		if (typeof value !== "string") throw new FieldProblem("Operation value must be a string");
		if (!URL.canParse(value)) throw new FieldProblem("Not a valid URL");
		return value;
	},
	render: (kept) => kept ?? null,
	describe: plain,
};

/** A day, `yyyy-MM-dd`. */
export const dateCodec: FieldCodec = {
	parse(value) {
		if (isNothing(value)) return undefined;
		if (typeof value !== "string") throw new FieldProblem("Operation value must be a string");
		if (!/^\d{4}-\d\d-\d\d$/.test(value) || parseTime(value) === undefined) {
			throw new FieldProblem(`Error parsing date string: ${value}`);
		}
		return value;
	},
	render: (kept) => kept ?? null,
	describe: (kept) => ({ id: (kept as string | undefined) ?? null, text: kept === undefined ? null : `${scalarText(kept)} 00:00:00.0` }),
};

/** An instant; kept as epoch milliseconds. */
export const datetimeCodec: FieldCodec = {
	parse(value) {
		if (isNothing(value)) return undefined;
		const ms = typeof value === "string" ? parseTime(value) : undefined;
		if (ms === undefined) throw new FieldProblem("Operation value must be a string in the format yyyy-MM-dd'T'HH:mm:ss.SSSZ");
		return ms;
	},
	render: (kept) => (kept === undefined ? null : jiraTime(kept as number)),
	describe: (kept) => (kept === undefined ? plain(kept) : { id: jiraTime(kept as number), text: jiraTime(kept as number) }),
};

/** Words without blanks. */
export const labelsCodec: FieldCodec = {
	parse(value, { field }) {
		if (isNothing(value)) return field.id === "labels" ? [] : undefined;
		if (!Array.isArray(value)) throw new FieldProblem("Operation value must be an array");
		for (const label of value) {
			if (typeof label !== "string") throw new FieldProblem("string expected at index 0");
			if (/\s/.test(label)) throw new FieldProblem(`The label '${label}' contains spaces which is invalid.`);
			if (label.length > 255) throw new FieldProblem(`The label '${label}' exceeds the maximum length of 255.`);
		}
		const labels = [...new Set(value as string[])].sort();
		return labels.length === 0 && field.id !== "labels" ? undefined : labels;
	},
	render: (kept) => kept ?? null,
	describe: (kept) => ({ id: null, text: kept === undefined ? null : (kept as string[]).join(" ") }),
};

/** The place in the order; only `PUT /rest/agile/1.0/issue/rank` writes it. */
export const rankCodec: FieldCodec = {
	parse() {
		throw new FieldProblem("Field 'Rank' cannot be set. It is not on the appropriate screen, or unknown.");
	},
	render: (kept) => kept ?? null,
	describe: plain,
};
