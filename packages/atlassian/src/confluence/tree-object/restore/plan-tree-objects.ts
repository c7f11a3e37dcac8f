import { createHash } from "node:crypto";
import { canonicalJson, type ItemRef, type JsonValue } from "@skyeworx/core";
import type { FieldDifference, ItemPlan, KindRestore, LiveItem, PlanAction, RestoreOptions, StoredItem } from "@skyeworx/engine";
import { z } from "zod";
import type { AppSite } from "../../../app-reader.ts";
import { differences } from "../../fields.ts";
import { type Placement, placementOf, type Selected, selectedOf } from "../../restore/placement.ts";
import { Places } from "../../restore/places.ts";
import { wantsField } from "../../restore/plan-details.ts";
import type { TreeFlavour } from "../tree-flavour.ts";
import { treeObjectFidelity } from "../tree-object-fidelity.ts";
import { treeObjectFields } from "../tree-object-fields.ts";
import { readTreeObject } from "../tree-object-record.ts";

const detailsShape = z.object({
	targetId: z.string().nullable(),
	spaceId: z.string(),
	spaceComes: z.boolean(),
	parentId: z.string().nullable(),
	parentKept: z.boolean(),
	parentComes: z.boolean(),
	elsewhere: z.boolean().default(false),
	/** Where it stood among its siblings. */
	position: z.number().nullable().default(null),
});
export type TreeDetails = z.infer<typeof detailsShape>;

/** Reads back what {@link ItemPlan.details} holds. */
export function treeDetails(plan: Pick<ItemPlan, "details">): TreeDetails {
	return detailsShape.parse(plan.details);
}

interface Decision {
	readonly action: PlanAction;
	readonly reason?: string;
	readonly details: JsonValue;
	readonly changes: readonly FieldDifference[];
	readonly after: readonly ItemRef[];
}

interface Question {
	readonly tree: TreeFlavour;
	readonly places: Places;
	readonly selected: Selected;
	readonly options: RestoreOptions;
}

const nowhere: Placement = { spaceId: "", spaceComes: false, parentId: null, parentKept: false, parentComes: false, elsewhere: false };
const details = (placement: Placement, targetId: string | null, position: number | null = null): JsonValue => ({
	...placement,
	targetId,
	position,
});

/** Properties are all that Atlassian lets one write into what is there. */
function writable(changes: readonly FieldDifference[], options: RestoreOptions): readonly FieldDifference[] {
	return changes.filter(({ field, after }) => field.startsWith("properties/") && after !== undefined && wantsField(options, field));
}

function decideInPlace({ tree, options }: Question, wanted: StoredItem, live: StoredItem): Decision {
	const blank = { details: details(nowhere, live.ref.id), changes: [], after: [] };
	if (options.ifExists === "skip") return { ...blank, action: "leave", reason: "It still exists." };
	const all = differences(treeObjectFields(live), treeObjectFields(wanted));
	const changes = writable(all, options);
	if (changes.length > 0) return { ...blank, action: "change", changes };
	const reason = all.some(({ field }) => !field.startsWith("properties/"))
		? `Atlassian's API can't rename or move ${tree.names[1]}: it stays as it is now.`
		: "Nothing that can be restored differs.";
	return { ...blank, action: "leave", reason };
}

function decide(question: Question, wanted: StoredItem, live: LiveItem): Decision {
	const { options } = question;
	const copy = options.target.type === "copy" || (live.state === "live" && options.ifExists === "copy");
	if (live.state === "live" && !copy) return decideInPlace(question, wanted, live.item);
	const record = readTreeObject(wanted.parts.get("") ?? null);
	const placed = placementOf(question, { ...record, spaceId: record.spaceId ?? "" }, copy);
	if ("cannot" in placed) return { action: "cannot", reason: placed.cannot, details: details(nowhere, null), changes: [], after: [] };
	const { placement, after, reason } = placed;
	// What lies in the trash can't be taken out of it by the API: it is created again.
	return {
		action: "create",
		details: details(placement, null, record.position ?? null),
		changes: differences([], treeObjectFields(wanted)).filter(({ field }) => wantsField(options, field)),
		after,
		...(reason === undefined ? {} : { reason }),
	};
}

function liveDigest(live: LiveItem): string {
	const parts = live.state === "absent" ? [] : [...live.item.parts].sort(([a], [b]) => (a < b ? -1 : 1));
	return createHash("sha256")
		.update(canonicalJson([live.state, parts.map(([name, value]) => [name, value])]))
		.digest("hex");
}

function losses(tree: TreeFlavour, action: PlanAction): ItemPlan["losses"] {
	if (action !== "create") return [];
	return treeObjectFidelity(tree).flatMap(({ field, label, recreated }) => {
		if (recreated.level === "exact" || recreated.level === "derived") return [];
		return [{ field, label, level: recreated.level, reason: recreated.level === "degraded" ? recreated.why : recreated.reason }];
	});
}

/** Says for each object what restoring it would do; reads, writes nothing. */
export async function planTreeObjects(
	site: AppSite,
	tree: TreeFlavour,
	items: {
		readonly wanted: readonly StoredItem[];
		readonly live: readonly LiveItem[];
		readonly options: RestoreOptions;
		readonly selection: NonNullable<Parameters<KindRestore["plan"]>[3]>;
	},
): Promise<readonly ItemPlan[]> {
	const { options } = items;
	const records = items.wanted.map((item) => readTreeObject(item.parts.get("") ?? null));
	const target = options.target.type === "copy" && options.target.spaceId !== undefined ? [options.target.spaceId] : [];
	const standings = records.map((record) => ({ ...record, spaceId: record.spaceId ?? "" }));
	const places = await Places.survey(site.client, standings, target);
	const question: Question = { tree, places, selected: selectedOf(items.selection), options };
	return items.wanted.map((wanted, index): ItemPlan => {
		const live = items.live[index] ?? { ref: wanted.ref, state: "absent" };
		const { action, reason, changes, after, details: json } = decide(question, wanted, live);
		return {
			ref: wanted.ref,
			label: records[index]?.title ?? "",
			action,
			...(reason === undefined ? {} : { reason }),
			changes,
			losses: losses(tree, action),
			after,
			...(records[index]?.position == null ? {} : { rank: records[index].position }),
			liveDigest: liveDigest(live),
			details: json,
			requests: action === "create" ? 2 + changes.length : changes.length,
		};
	});
}
