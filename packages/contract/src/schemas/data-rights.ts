import { z } from "zod";
import { moment, typedText } from "./primitives.ts";
import { actor } from "./run.ts";

/** How far the deletion of the whole organization is. */
export const deletion = z
	.object({
		/** `cooling-off`: it can be called off. `confirmable`: the second step can be taken. `erasing`: nobody stops it. */
		state: z.enum(["none", "cooling-off", "confirmable", "erasing"]),
		requestedBy: actor.nullable(),
		reason: z.string().nullable(),
		requestedAt: moment.nullable(),
		/** From then on it can be confirmed. */
		confirmableAt: moment.nullable(),
		/** Unconfirmed until then, it is forgotten. */
		lapsesAt: moment.nullable(),
	})
	.meta({ id: "Deletion" });
export type Deletion = z.infer<typeof deletion>;

export const deletionInput = z
	.object({
		/** The organization's name, typed: nobody deletes the wrong one. */
		name: typedText(100).min(1),
		reason: typedText(500).optional(),
	})
	.meta({ id: "DeletionInput" });

export const deletionConfirmation = z.object({ name: typedText(100).min(1) }).meta({ id: "DeletionConfirmation" });
