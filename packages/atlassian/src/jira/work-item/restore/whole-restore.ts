import { type ItemRef, itemRefText } from "@skyeworx/core";
import type { ApplyContext } from "@skyeworx/engine";
import { spaceNow } from "../../space/space-now.ts";
import { workItemKind } from "../record.ts";
import { numberOf } from "./key-number.ts";
import { type PlanDetails, parseDetails } from "./plan-details.ts";

type Plans = ApplyContext["plans"];

/** A work item of a restore that moves to another space. */
export interface Moving extends NonNullable<PlanDetails["move"]> {
	/** As the snapshot knows it. */
	readonly ref: ItemRef;
	/** Its id on the site. */
	readonly id: string;
}

interface Known {
	readonly places: ReadonlyMap<string, number>;
	readonly moving: readonly Moving[];
	/** The work items that the restore makes, and the spaces that it makes them in. */
	readonly made: readonly { readonly ref: ItemRef; readonly spaceId: string }[];
}

/** What single items ask of their whole restore. Its plans are gone through once, however many items ask. */
export class WholeRestore {
	readonly #known = new WeakMap<object, Known>();
	readonly #given = new Map<string, number>();

	/** The place of an item among those of its restore; undefined where it is none of them. */
	placeOf({ plans }: Pick<ApplyContext, "plans">, ref: ItemRef): number | undefined {
		return this.#of(plans).places.get(itemRefText(ref));
	}

	/** The work items that the restore moves to other spaces. */
	moving({ plans }: Pick<ApplyContext, "plans">): readonly Moving[] {
		return this.#of(plans).moving;
	}

	/**
	 * The highest number that a restore has given in a space so far; the search index may not know it yet. What an earlier process gave
	 * is in the journal.
	 */
	highestGiven(context: Pick<ApplyContext, "plans" | "restoreId" | "mapped">, spaceId: string): number {
		if (!this.#given.has(context.restoreId)) {
			this.#given.set(context.restoreId, 0);
			for (const { ref, spaceId: planned } of this.#of(context.plans).made) {
				this.gave(context, spaceNow(context, planned), context.mapped(ref)?.key ?? "");
			}
		}
		return this.#given.get(`${context.restoreId} ${spaceId}`) ?? 0;
	}

	/** Takes in the key of a work item that a restore made in a space. */
	gave({ restoreId }: Pick<ApplyContext, "restoreId">, spaceId: string, key: string): void {
		const place = `${restoreId} ${spaceId}`;
		this.#given.set(place, Math.max(numberOf(key), this.#given.get(place) ?? 0));
	}

	#of(plans: Plans): Known {
		const known = this.#known.get(plans) ?? look(plans);
		this.#known.set(plans, known);
		return known;
	}
}

function look(plans: Plans): Known {
	const places = new Map<string, number>();
	const moving: Moving[] = [];
	const made: Known["made"][number][] = [];
	for (const [index, { ref, details: given }] of plans.entries()) {
		places.set(itemRefText(ref), index);
		if (ref.kind !== workItemKind || given === null) continue;
		const { live, move, spaceId } = parseDetails(given);
		if (live === null) made.push({ ref, spaceId });
		else if (move !== null) moving.push({ ref, id: live.id, ...move });
	}
	return { places, moving, made };
}
