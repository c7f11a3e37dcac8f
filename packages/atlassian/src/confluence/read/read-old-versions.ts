import { type ItemRef, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { without } from "../../record/json-access.ts";
import { type Container, containerOfKind, pageFlavour } from "../content/flavour.ts";
import type { Here } from "./read-content-list.ts";
import { type Reading, versionsLimit } from "./reading.ts";
import { type Source, versionPages } from "./single-content.ts";

/** How far back from the current one a held version is looked for before the whole history is read again. */
const reach = 8;

async function newestHeld(reading: Reading, ref: ItemRef, current: number): Promise<number> {
	for (let number = current - 1; number > Math.max(0, current - 1 - reach); number--) {
		if ((await reading.request.known(ref, `versions/${number}`)) !== undefined) return number;
	}
	return 0;
}

function versionPart(version: JsonValue): { readonly number: number; readonly part: JsonObject } | undefined {
	if (!isJsonObject(version) || typeof version.number !== "number") return undefined;
	const kept = without(version, "_links", "collaborators", "contentTypeModified", "page", "blogpost", "custom");
	const entity = version.page ?? version.blogpost ?? version.custom;
	const page = isJsonObject(entity) ? { page: without(entity, "_links") } : {};
	return { number: version.number, part: { ...kept, ...page } };
}

async function missing(
	source: Source<Container>,
	held: number,
	{ version: current, format }: Pick<Here, "version" | "format">,
): Promise<ReadonlyMap<string, JsonValue>> {
	const found = new Map<string, JsonValue>();
	const newestFirst = held > 0;
	for await (const page of versionPages(source, newestFirst ? "-modified-date" : "modified-date", format)) {
		let reached = false;
		for (const version of page.items) {
			const part = versionPart(version);
			if (part === undefined || part.number >= current) continue;
			if (part.number <= held) reached = true;
			else found.set(`versions/${part.number}`, part.part);
		}
		if (reached || (newestFirst && page.items.length < versionsLimit)) break;
	}
	return found;
}

/** Older versions of a page that the vault lacks; a version never changes, so what is held is not read again. */
export async function readOldVersions(
	reading: Reading,
	ref: ItemRef,
	here: Pick<Here, "version" | "format">,
): Promise<readonly Observation[]> {
	const current = here.version;
	if (current <= 1) return [];
	const held = await newestHeld(reading, ref, current);
	if (held === current - 1) return [];
	const flavour = containerOfKind(ref.kind) ?? pageFlavour;
	const source = { client: reading.site.client, flavour, id: ref.id, signal: reading.request.signal };
	const parts = await missing(source, held, here);
	return parts.size === 0 ? [] : [{ type: "item", ref, parts, covers: [] }];
}
