import type { Failure } from "@skyeworx/contract";
import { AppError, type ErrorCode, errorCodes } from "@skyeworx/core";

/** A failure that is part of an answer, as the error with which the command ends; its code decides the exit code. */
export function failureError(failure: Failure | null, otherwise: { readonly code: ErrorCode; readonly message: string }): AppError {
	const code = errorCodes.find((known): known is ErrorCode => known === failure?.code);
	return new AppError(code ?? otherwise.code, failure?.detail ?? otherwise.message, failure?.hint ? { hint: failure.hint } : {});
}
