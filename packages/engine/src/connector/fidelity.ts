/** How faithfully one field comes back, in general; the receipt says it for each item. */
export type FieldFidelity =
	| { readonly level: "exact" }
	/** Comes back, but not quite the same. */
	| { readonly level: "degraded"; readonly why: string }
	/** Atlassian's API has no way to write it. */
	| { readonly level: "impossible"; readonly reason: string }
	/** Computed by Atlassian from other fields; not compared. */
	| { readonly level: "derived"; readonly from: string };

export interface FidelityRow {
	/** Path pattern in the stored parts; `*` matches one step: `fields.customfield_*`, `comments.*.author`. */
	readonly field: string;
	readonly label: string;
	/** When the item still exists and is changed in place. */
	readonly inPlace: FieldFidelity;
	/** When it has to be created again. */
	readonly recreated: FieldFidelity;
}

/** The fidelity table of one kind: docs, coverage page and receipts are generated from it. */
export type Fidelity = readonly FidelityRow[];
