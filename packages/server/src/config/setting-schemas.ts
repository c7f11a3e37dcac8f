import { z } from "zod";

/** A port from 0 (any free one) to 65535. */
export const port = z
	.string()
	.regex(/^\d{1,5}$/)
	.transform(Number)
	.pipe(z.number().max(65_535));
export const aPort = "be a number from 0 to 65535";

/** A PostgreSQL address, or nothing. */
export const databaseUrl = z.union([z.literal("").transform(() => undefined), z.url({ protocol: /^postgres(ql)?$/ })]);
export const aDatabaseUrl = "be an address like postgres://user:password@host/database";

/** A whole number between two bounds. */
export function wholeNumber(least: number, most: number) {
	return z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(least).max(most));
}

/** `true` or `false`. */
export const yesOrNo = z.enum(["true", "false"]).transform((text) => text === "true");

/** A text, or undefined when nothing was said. */
export const optionalText = z.string().transform((text) => (text === "" ? undefined : text));

/** Paths or names with commas between them. */
export const commaList = z.string().transform((text) =>
	text
		.split(",")
		.map((part) => part.trim())
		.filter((part) => part !== ""),
);

/** `ID=professional` or `ID=enterprise`, or nothing. */
export const optionalPlan = z.string().transform((text, context) => {
	if (text === "") return undefined;
	const [, organizationId, plan] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})=(professional|enterprise)$/.exec(text) ?? [];
	if (organizationId !== undefined && plan !== undefined)
		return { organizationId, plan: plan === "professional" ? ("professional" as const) : ("enterprise" as const) };
	context.addIssue({ code: "custom", message: "is no organization's plan" });
	return z.NEVER;
});
