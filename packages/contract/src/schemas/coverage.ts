import { z } from "zod";
import { absence, app } from "./item.ts";
import { kindId } from "./primitives.ts";

const fieldFidelity = z.discriminatedUnion("level", [
	z.object({ level: z.literal("exact") }),
	z.object({ level: z.literal("degraded"), why: z.string() }),
	z.object({ level: z.literal("impossible"), reason: z.string() }),
	z.object({ level: z.literal("derived"), from: z.string() }),
]);

/** One kind: what is protected and how faithfully each field comes back. */
export const kindCoverage = z
	.object({
		id: kindId,
		app,
		names: z.tuple([z.string(), z.string()]),
		restorable: z.boolean(),
		/** What is known of items of the kind that the site does not show any more. */
		absence,
		scopes: z.object({ read: z.array(z.string()), restore: z.array(z.string()) }),
		fidelity: z.array(z.object({ field: z.string(), label: z.string(), inPlace: fieldFidelity, recreated: fieldFidelity })),
	})
	.meta({ id: "KindCoverage" });
export type KindCoverage = z.infer<typeof kindCoverage>;
