import type { JsonObject } from "@skyeworx/core";
import type { HttpClient } from "../../http/http-client.ts";
import { cursorPages } from "../../http/paging.ts";
import { textAt } from "../../record/json-access.ts";
import { withAdf } from "../content/adf-beside.ts";
import type { ContentFlavour } from "../content/flavour.ts";
import { idOf, readContent } from "../content/records.ts";
import { listLimit } from "./reading.ts";

/** A body as the editor has it, and of which version it is. */
export interface AdfBody {
	readonly version: number;
	readonly adf: string;
}

/** The bodies of pages or blog posts as ADF, by id; one request for 250. */
export async function readAdf(
	client: HttpClient,
	flavour: ContentFlavour,
	ids: readonly string[],
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, AdfBody>> {
	const found = new Map<string, AdfBody>();
	for (let at = 0; at < ids.length; at += listLimit) {
		const query = { id: ids.slice(at, at + listLimit), limit: listLimit, status: flavour.liveStatuses, "body-format": "atlas_doc_format" };
		for await (const page of cursorPages(client, { method: "GET", path: flavour.list, query, signal })) {
			for (const item of page.items) {
				const adf = textAt(item, "body", "atlas_doc_format", "value");
				if (adf !== undefined) found.set(idOf(item), { version: readContent(item).version.number, adf });
			}
		}
	}
	return found;
}

/** A main record with its ADF beside the storage format, where that says more. One of another version is of a later edit, which the next run reads. */
export function besideStorage(main: JsonObject, bodies: ReadonlyMap<string, AdfBody>): JsonObject {
	const body = bodies.get(idOf(main));
	return body?.version === readContent(main).version.number ? withAdf(main, body.adf) : main;
}

/** The same for main records read one by one. */
export async function withAdfBodies(
	client: HttpClient,
	flavour: ContentFlavour,
	mains: ReadonlyMap<string, JsonObject>,
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, JsonObject>> {
	const living = [...mains].filter(([, main]) => flavour.liveStatuses.includes(readContent(main).status)).map(([id]) => id);
	const bodies = await readAdf(client, flavour, living, signal);
	return new Map([...mains].map(([id, main]) => [id, besideStorage(main, bodies)]));
}
