import type { JsonValue } from "@skyeworx/core";
import type { ItemPlan, RestoreOptions } from "@skyeworx/engine";
import { z } from "zod";
import { peopleShape } from "./people-elsewhere.ts";

const shape = z.object({
	/** The page on the site that is changed or taken out of the trash. */
	targetId: z.string().nullable(),
	title: z.string(),
	/** Where it stood among its siblings. */
	position: z.number().nullable().default(null),
	/** The key of the space that it goes into, when that is there already and another one than its own. */
	spaceKeyNow: z.string().optional(),
	/** The rest says where it stands: {@link Placement}. */
	spaceId: z.string(),
	spaceComes: z.boolean().default(false),
	parentId: z.string().nullable(),
	parentKept: z.boolean(),
	parentComes: z.boolean().default(false),
	elsewhere: z.boolean().default(false),
	people: peopleShape.optional(),
});

/** What a plan tells its own apply; ids and a title, which the plan shows anyway. */
export type PlanDetails = z.infer<typeof shape>;

/** Reads back what {@link ItemPlan.details} holds. @throws ZodError when it is another kind's plan */
export function planDetails(plan: Pick<ItemPlan, "details">): PlanDetails {
	return shape.parse(plan.details);
}

export function detailsJson(details: PlanDetails): JsonValue {
	const { spaceKeyNow, people, ...rest } = details;
	return { ...rest, ...(spaceKeyNow === undefined ? {} : { spaceKeyNow }), ...(people === undefined ? {} : { people: { ...people } }) };
}

/** Whether a restore limited to some fields includes this one; `comments` includes `comments/123`, `file/a` includes `file/a@2`. */
export function wantsField(options: RestoreOptions, field: string): boolean {
	if (options.fields === undefined) return true;
	return options.fields.some(
		(wanted) => field === wanted || field.startsWith(`${wanted}/`) || (wanted.startsWith("file/") && wanted.split("@")[0] === field),
	);
}
