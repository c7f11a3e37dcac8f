import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ItemRef } from "@skyeworx/core";
import { onTestFinished } from "vitest";
import type { Catalog, CatalogChange, ItemFacts } from "./catalog.ts";
import { openCatalog } from "./open-catalog.ts";

export const sampleKey = new Uint8Array(32).fill(5);

/** A file name in a folder that goes with the test. */
export function freshPath(): string {
	const folder = mkdtempSync(join(tmpdir(), "catalog-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
	return join(folder, "catalog.db");
}

/** An empty catalog that is closed with the test. */
export function freshCatalog(path = freshPath()): Catalog {
	const catalog = openCatalog({ path, key: sampleKey });
	onTestFinished(() => catalog.close());
	return catalog;
}

export const acme = { id: "10000", key: "ACME", name: "Acme rollout" };
export const docs = { id: "65540", key: "DOCS", name: "Handbook" };

export function workItem(id: number | string): ItemRef {
	return { kind: "jira.work-item", id: String(id) };
}

export function page(id: number | string): ItemRef {
	return { kind: "confluence.page", id: String(id) };
}

/** Facts of a work item, with defaults. */
export function facts(over: Partial<ItemFacts> = {}): ItemFacts {
	return {
		app: "jira",
		key: "ACME-1",
		title: "Printer on floor three is jammed",
		space: acme,
		type: "Bug",
		status: "To Do",
		text: "The printer eats paper and the queue never empties.",
		people: ["Mara Lindqvist"],
		updatedAt: "2026-10-01T08:00:00.000Z",
		references: [],
		files: [],
		...over,
	};
}

/** Facts of a page, with defaults. */
export function pageFacts(over: Partial<ItemFacts> = {}): ItemFacts {
	const { key: _key, type: _type, status: _status, ...rest } = facts();
	return { ...rest, app: "confluence", title: "Onboarding", space: docs, text: "How a new colleague gets a laptop.", ...over };
}

export function upsert(ref: ItemRef, itemFacts: ItemFacts, contentHash = JSON.stringify(itemFacts)): CatalogChange {
	return { type: "upsert", ref, facts: itemFacts, contentHash };
}

export function remove(ref: ItemRef): CatalogChange {
	return { type: "delete", ref };
}

async function* each(changes: readonly CatalogChange[]): AsyncGenerator<CatalogChange> {
	yield* changes;
}

/** Time of the sample snapshot with this id: one a day. */
export function timeOf(snapshot: number): Date {
	return new Date(Date.UTC(2026, 9, snapshot));
}

/** Takes in a snapshot. */
export async function take(catalog: Catalog, id: number, ...changes: readonly CatalogChange[]): Promise<void> {
	await catalog.apply({ id, at: timeOf(id) }, each(changes));
}
