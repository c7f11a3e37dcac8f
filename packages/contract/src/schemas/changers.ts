import { z } from "zod";
import { absence, itemState } from "./item.ts";
import { itemRef, moment, snapshotId } from "./primitives.ts";

/** Who changed things on a site between two times, the busiest first. */
export const changers = z
	.object({
		accounts: z.array(
			z.object({
				/** Atlassian account id. */
				accountId: z.string(),
				name: z.string().nullable(),
				/** How many items it changed. */
				items: z.int(),
				first: moment,
				last: moment,
			}),
		),
		/** Items that went missing, or were moved, labelled or restricted: Atlassian names nobody for that. */
		unsigned: z.int(),
	})
	.meta({ id: "Changers" });
export type ChangersBody = z.infer<typeof changers>;

/** An item that can go back, with the version from before. */
const touchedItem = z
	.object({
		ref: itemRef,
		version: snapshotId,
		key: z.string().nullable(),
		title: z.string(),
		type: z.string().nullable(),
		state: itemState,
		absence: absence.nullable(),
		/** The fields that go back; null when the whole item does. */
		fields: z.array(z.object({ field: z.string(), label: z.string() })).nullable(),
	})
	.meta({ id: "TouchedItem" });
export type TouchedItem = z.infer<typeof touchedItem>;

/** What an account changed between two times: what can go back, and what can't be taken back and why. */
export const accountChanges = z
	.object({
		items: z.array(touchedItem),
		kept: z.array(z.object({ ref: itemRef, label: z.string(), reason: z.string() })),
	})
	.meta({ id: "AccountChanges" });
export type AccountChanges = z.infer<typeof accountChanges>;
