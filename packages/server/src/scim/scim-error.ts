import { AppError, httpStatus, toAppError } from "@skyeworx/core";
import { databaseError, isDuplicate } from "../data/database.ts";

type ScimType = "invalidFilter" | "invalidPath" | "invalidSyntax" | "invalidValue" | "noTarget" | "uniqueness" | "mutability";

/** A refusal in SCIM's words (RFC 7644, section 3.12). */
export class ScimError extends Error {
	override readonly name = "ScimError";
	readonly status: number;
	readonly scimType: ScimType | undefined;

	constructor(status: number, detail: string, scimType?: ScimType) {
		super(detail);
		this.status = status;
		this.scimType = scimType;
	}
}

const errorSchema = "urn:ietf:params:scim:api:messages:2.0:Error";

/** Any error as SCIM answers it; nothing of our insides. */
export function scimErrorBody(error: unknown): { readonly status: number; readonly body: Readonly<Record<string, unknown>> } {
	const { status, message, scimType } = refusalOf(error);
	return { status, body: { schemas: [errorSchema], status: String(status), detail: message, ...(scimType !== undefined && { scimType }) } };
}

function refusalOf(error: unknown): Pick<ScimError, "status" | "message" | "scimType"> {
	if (error instanceof ScimError) return error;
	if (isDuplicate(error)) return new ScimError(409, "Another resource has this name already", "uniqueness");
	const client = (error as { readonly statusCode?: unknown } | null)?.statusCode;
	if (!(error instanceof AppError) && typeof client === "number" && client >= 400 && client < 500) {
		return new ScimError(
			client,
			client === 429 ? "Too many requests" : "The request can't be read",
			client === 400 ? "invalidSyntax" : undefined,
		);
	}
	const known = toAppError(databaseError(error));
	return new ScimError(known.code === "cancelled" ? 503 : httpStatus(known.code), known.message);
}
