import { ApiError } from "@skyeworx/contract";
import { AppError, type ErrorCode, errorCodes, exitCodes, toAppError } from "@skyeworx/core";
import { CommanderError } from "commander";

interface ReportOptions {
	readonly err: (text: string) => void;
	readonly json: boolean;
}

interface Report {
	readonly code: string;
	readonly message: string;
	readonly hint: string | null;
	readonly requestId?: string;
	readonly exit: number;
}

/** Says an error on standard error, as text or as one JSON object, and answers the exit code of its kind. */
export function reportError(error: unknown, { err, json }: ReportOptions): number {
	const report = reportOf(error);
	if (json) {
		const { exit: _exit, ...body } = report;
		err(`${JSON.stringify({ error: body })}\n`);
	} else if (!(error instanceof CommanderError)) {
		err(`error: ${report.message}\n`);
		if (report.hint !== null) err(`hint:  ${report.hint}\n`);
		if (report.requestId) err(`request ${report.requestId}\n`);
	}
	return report.exit;
}

function reportOf(error: unknown): Report {
	if (error instanceof CommanderError) {
		const message = error.message.replace(/^error: /, "");
		return { code: "bad-input", message, hint: "Run with --help to see what is allowed.", exit: exitCodes["bad-input"] };
	}
	if (error instanceof ApiError) {
		const { code, detail, hint, requestId, issues } = error.problem;
		const where = (issues ?? []).map((issue) => ` ${issue.path}: ${issue.message}.`).join("");
		return { code, message: detail + where, hint, requestId, exit: exitOf(code) };
	}
	const known = error instanceof AppError ? error : toAppError(error);
	return { code: known.code, message: known.message, hint: known.hint ?? null, exit: exitCodes[known.code] };
}

function exitOf(code: string): number {
	if (code === "server-unreachable") return exitCodes["site-unreachable"];
	return (errorCodes as readonly string[]).includes(code) ? exitCodes[code as ErrorCode] : exitCodes.internal;
}
