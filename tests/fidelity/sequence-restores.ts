import { canonicalJson, type ItemRef, itemRefText, type JsonValue } from "@skyeworx/core";
import type { RestoreReceipt, StoredItem } from "@skyeworx/engine";
import fc from "fast-check";
import { listAt, textAt } from "../../packages/atlassian/src/record/json-access.ts";
import { pick } from "./site-deeds.ts";
import { treeKinds } from "./tree-deeds.ts";

/** What a person restores; numbers pick among what the snapshot has. */
export type Choice =
	| { readonly what: "items"; readonly chosen: readonly number[] }
	| { readonly what: "everything" }
	/** A page with all that stood under it. */
	| { readonly what: "tree"; readonly top: number }
	/** A space with all that it held, in place. */
	| { readonly what: "space"; readonly space: number }
	/** One thing of a page: the rest of it stays as it is. */
	| { readonly what: "field"; readonly page: number; readonly field: "labels" | "restrictions" | "comments" };

/** All choices, single items most of the time. */
export function choices(by: fc.Arbitrary<number>): fc.Arbitrary<Choice> {
	const items = fc.record({ what: fc.constant("items" as const), chosen: fc.array(by, { minLength: 1, maxLength: 6 }) });
	const field = fc.constantFrom("labels" as const, "restrictions" as const, "comments" as const);
	return fc.oneof(
		{ weight: 3, arbitrary: items },
		{ weight: 2, arbitrary: fc.constant({ what: "everything" as const }) },
		{ weight: 3, arbitrary: fc.record({ what: fc.constant("tree" as const), top: by }) },
		{ weight: 2, arbitrary: fc.record({ what: fc.constant("space" as const), space: by }) },
		{ weight: 3, arbitrary: fc.record({ what: fc.constant("field" as const), page: by, field }) },
	);
}

type Items = ReadonlyMap<string, StoredItem>;

const mainOf = (item: StoredItem | undefined): JsonValue => item?.parts.get("") ?? null;
const inTrees: readonly string[] = ["confluence.page", ...Object.values(treeKinds)];
const kindOfParent = (type: string | undefined): string =>
	type !== undefined && type in treeKinds ? treeKinds[type as keyof typeof treeKinds] : "confluence.page";

function parentOf(item: StoredItem): string | undefined {
	const id = textAt(mainOf(item), "parentId");
	return id === undefined ? undefined : `${kindOfParent(textAt(mainOf(item), "parentType"))}/${id}`;
}

function treeOf(items: Items, top: ItemRef): readonly ItemRef[] {
	const found = [top];
	for (const above of found) {
		for (const item of items.values()) {
			if (inTrees.includes(item.ref.kind) && parentOf(item) === itemRefText(above)) found.push(item.ref);
		}
	}
	return found;
}

/** The items that a choice means. @param restorable kinds of which single items are chosen */
export function chosenItems(items: Items, choice: Choice, restorable: readonly string[]): readonly ItemRef[] {
	const refs = [...items.values()].map(({ ref }) => ref);
	const ofKind = (kind: string): readonly ItemRef[] => refs.filter((ref) => ref.kind === kind);
	const single = refs.filter(({ kind }) => restorable.includes(kind));
	switch (choice.what) {
		case "everything":
			return single;
		case "items":
			return choice.chosen.flatMap((by) => pick(single, by) ?? []);
		case "tree": {
			const top = pick(ofKind("confluence.page"), choice.top);
			return top === undefined ? [] : treeOf(items, top);
		}
		case "space": {
			const space = pick(ofKind("confluence.space"), choice.space);
			if (space === undefined) return [];
			const held = refs.filter((ref) => [...inTrees, "confluence.blog-post"].includes(ref.kind));
			return [space, ...held.filter((ref) => textAt(mainOf(items.get(itemRefText(ref))), "spaceId") === space.id)];
		}
		case "field": {
			const page = pick(ofKind("confluence.page"), choice.page);
			return page === undefined ? [] : [page];
		}
	}
}

const named = (item: StoredItem | undefined): string =>
	canonicalJson(
		listAt(item?.parts.get("labels"))
			.map((label) => `${textAt(label, "prefix")}:${textAt(label, "name")}`)
			.sort(),
	);

const compared = {
	labels: named,
	restrictions: (item: StoredItem | undefined) => canonicalJson(item?.parts.get("restrictions") ?? null),
	/** Those that were created again begin with their author: what the wanted one says is in them. */
	comments: () => "",
} as const;

/** What is not as wanted after one thing of a page was restored. */
export function fieldAgainstWanted(
	receipt: RestoreReceipt["items"][number],
	field: keyof typeof compared,
	items: { readonly wanted: StoredItem | undefined; readonly now: StoredItem | undefined },
): readonly string[] {
	if (receipt.outcome !== "restored") return [];
	const text = itemRefText(receipt.ref);
	const failed = receipt.fields.filter((one) => one.result === "failed").map((one) => `${text} ${one.field}: ${one.reason}`);
	const other = receipt.fields.filter((one) => one.field !== field && !one.field.startsWith(`${field}/`));
	const [was, is] = [compared[field](items.wanted), compared[field](items.now)];
	return [
		...failed,
		...other.map((one) => `${text}: the receipt speaks of ${one.field}, which nobody wanted`),
		...(was === is ? [] : [`${text} ${field}: wanted ${was}, is ${is}`]),
	];
}

/** Members of the simulator's page that restoring one thing of it may touch. */
export const membersOf = {
	labels: ["labels"],
	restrictions: ["restrictions"],
	// Markers of inline comments go into the body without a version.
	comments: ["versions"],
} as const satisfies Record<Extract<Choice, { what: "field" }>["field"], readonly string[]>;
