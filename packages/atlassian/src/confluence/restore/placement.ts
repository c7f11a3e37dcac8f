import { type ItemRef, itemRefText } from "@skyeworx/core";
import type { ApplyContext, KindRestore, RestoreOptions } from "@skyeworx/engine";
import { kindOfParent } from "../tree-object/tree-flavour.ts";
import type { Places } from "./places.ts";

/** Where something stood in a page tree. */
export interface Standing {
	readonly spaceId: string;
	readonly parentId?: string | null | undefined;
	readonly parentType?: string | null | undefined;
}

/** Where it is to stand; ids are those of the snapshot where what they name comes back in the same restore. */
export interface Placement {
	readonly spaceId: string;
	/** The space comes into being in this restore. */
	readonly spaceComes: boolean;
	/** Where it goes unless its own parent comes back in the same restore; null means the space's home page. */
	readonly parentId: string | null;
	/** Whether that is where it was. */
	readonly parentKept: boolean;
	/** The parent is restored with it and may have another id then. */
	readonly parentComes: boolean;
	/** On another site, where the ids of this one mean nothing, or something else. */
	readonly elsewhere: boolean;
}

/** Everything that a restore brings back, with what stands for it on the site today. */
export type Selected = ReadonlyMap<string, string>;

export function selectedOf(selection: NonNullable<Parameters<KindRestore["plan"]>[3]>): Selected {
	return new Map(selection.map(({ ref, liveRef }) => [itemRefText(ref), liveRef.id]));
}

export function spaceRef(spaceId: string): ItemRef {
	return { kind: "confluence.space", id: spaceId };
}

export function parentRef(standing: Standing): ItemRef | undefined {
	return standing.parentId == null ? undefined : { kind: kindOfParent(standing.parentType), id: standing.parentId };
}

interface Surroundings {
	readonly places: Places;
	readonly selected: Selected;
	readonly options: RestoreOptions;
}

/** The outcome of {@link placementOf}; `cannot` when there is no space for it. */
export type Placed =
	| { readonly cannot: string }
	| { readonly placement: Placement; readonly reason?: string; readonly after: readonly ItemRef[] };

/** Whether a restore writes to another site than the one that the backup is of. */
export function isElsewhere({ target }: Pick<RestoreOptions, "target">): boolean {
	return target.type === "copy" && target.siteId !== undefined;
}

/** Says where something that is created (again) goes, and what it has to wait for. */
export function placementOf({ places, selected, options }: Surroundings, standing: Standing, copy: boolean): Placed {
	const other = options.target.type === "copy" ? options.target.spaceId : undefined;
	const own = standing.spaceId;
	const elsewhere = isElsewhere(options);
	const selectedSpace = other === undefined && selected.has(itemRefText(spaceRef(own)));
	const spaceComes = selectedSpace && (copy || places.space(own) === undefined);
	const spaceId = other ?? own;
	if (elsewhere && !spaceComes && other === undefined) return { cannot: "On another site it needs a space to go into: choose one." };
	if (!spaceComes && places.space(spaceId) === undefined) {
		return { cannot: "Its space is not there any more: restore the space with it, or restore it as a copy into another space." };
	}
	const parent = parentRef(standing);
	const parentComes = parent !== undefined && selected.has(itemRefText(parent));
	const after = [...(spaceComes ? [spaceRef(own)] : []), ...(parentComes && parent !== undefined ? [parent] : [])];
	const common = { spaceId, spaceComes, parentComes, elsewhere };
	if (spaceComes) return { placement: { ...common, parentId: null, parentKept: false }, after };
	if (elsewhere || spaceId !== own) {
		const reason = parentComes ? undefined : "It goes under the home page of the other space.";
		return { placement: { ...common, parentId: null, parentKept: false }, ...(reason === undefined ? {} : { reason }), after };
	}
	if (parent === undefined || places.isLiving(parent.id)) {
		return { placement: { ...common, parentId: standing.parentId ?? null, parentKept: true }, after };
	}
	const above = places.livingAbove(parent.id);
	const where = above === undefined ? "the space's home page" : "the nearest page above it that is still there";
	return {
		placement: { ...common, parentId: above ?? null, parentKept: false },
		...(parentComes ? {} : { reason: `Its parent is not there any more: it goes under ${where}.` }),
		after: parentComes ? after : [...after, parent],
	};
}

type Mapped = Pick<ApplyContext, "mapped">;

/** The id of the space now. */
export function spaceNow(context: Mapped, { spaceId, spaceComes }: Placement): string {
	return (spaceComes ? context.mapped(spaceRef(spaceId))?.ref.id : undefined) ?? spaceId;
}

/** Where it goes now: under its own parent where that is there (again), else where the plan says. */
export function parentNow(context: Mapped, placement: Placement, standing: Standing): string | undefined {
	const parent = parentRef(standing);
	const sameSpace = !placement.elsewhere && placement.spaceId === standing.spaceId;
	if (parent !== undefined && (sameSpace || placement.parentComes)) {
		const brought = placement.spaceComes ? context.mapped(spaceRef(placement.spaceId))?.brought?.[parent.id] : undefined;
		const mapped = brought ?? context.mapped(parent)?.ref.id;
		if (mapped !== undefined) return mapped;
		if (placement.parentKept) return parent.id;
	}
	return placement.parentId ?? undefined;
}
