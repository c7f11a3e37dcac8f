import { allKinds } from "@skyeworx/atlassian";
import type { CatalogItem } from "@skyeworx/catalog";
import type { ItemRef } from "@skyeworx/core";
import type { KindDefinition } from "@skyeworx/engine";
import { describe, expect, it } from "vitest";
import { itemHitBody } from "./item-bodies.ts";

const ref = (id: string): ItemRef => ({ kind: "jira.work-item", id });

function item(id: string, state: "live" | "deleted"): CatalogItem {
	return {
		ref: ref(id),
		app: "jira",
		key: `CORE-${id}`,
		title: "Login fails",
		text: "",
		people: [],
		references: [],
		files: [],
		state,
		firstSnapshotId: 1,
		lastSnapshotId: 2,
		versions: 1,
		deletedAt: state === "deleted" ? "2026-11-22T09:00:00.000Z" : undefined,
	};
}

/** A catalog in which all of these are incarnations of one item, oldest first. */
function incarnations(...items: readonly CatalogItem[]) {
	return {
		lineage: () => items.map((known) => known.ref),
		item: (wanted: ItemRef) => items.find((known) => known.ref.id === wanted.id),
	};
}

function successor(found: CatalogItem, ...later: readonly CatalogItem[]) {
	return itemHitBody({ siteId: "site", kinds: [], catalog: incarnations(found, ...later) }, { ...found, snippet: undefined }).successor;
}

describe("a found item", () => {
	it("says what is known of its being gone: only of kinds whose lists are whole that it was deleted", () => {
		const absence = (state: CatalogItem["state"], ...kinds: readonly KindDefinition[]) =>
			itemHitBody({ siteId: "site", kinds, catalog: incarnations() }, { ...item("1", state), snippet: undefined }).absence;
		const workItems = allKinds().filter(({ id }) => id === "jira.work-item");
		expect(workItems).toHaveLength(1);
		expect(absence("live", ...workItems)).toBeNull();
		expect(absence("deleted", ...workItems)).toBe("deleted-or-hidden");
		expect(absence("deleted")).toBe("deleted-or-hidden");
		expect(absence("deleted", ...workItems.map((kind) => ({ ...kind, absence: "deleted" as const })))).toBe("deleted");
	});

	it("that was deleted says what it was created again as, by the newest that is still there", () => {
		const found = successor(item("1", "deleted"), item("2", "deleted"), item("3", "live"), item("4", "deleted"));
		expect(found).toEqual({ ref: ref("3"), key: "CORE-3", title: "Login fails" });
	});

	it("has no successor while it is there itself, or when nothing of it is left", () => {
		expect(successor(item("1", "live"), item("2", "live"))).toBeNull();
		expect(successor(item("1", "deleted"), item("2", "deleted"))).toBeNull();
	});
});
