import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../http/http-client.ts";
import { textAt } from "../../record/json-access.ts";
import { type ContentFlavour, flavours } from "../content/flavour.ts";
import { contentPart, readContent } from "../content/records.ts";

export const draftKindId = "confluence.draft";

/** The part that holds what the search said of a draft when its record was read: no content, a mark of what is known. */
export const draftListingPart = "listing";

/** Pages and blog posts have drafts; a stored draft says in `type` of which it is one. */
export function draftFlavour(main: JsonValue | undefined): ContentFlavour | undefined {
	const type = textAt(main, "type");
	return flavours.find(({ v1Type }) => v1Type === type);
}

/** One draft with its body, or what of a published page is not published yet; undefined when there is none for this account. */
export async function fetchDraft(client: HttpClient, id: string, signal?: AbortSignal): Promise<JsonObject | undefined> {
	for (const flavour of flavours) {
		const query = { "get-draft": true, status: ["draft"], "body-format": "storage" };
		const call = { method: "GET", path: flavour.one, parameters: { id }, query, accept: [400, 403, 404], signal } as const;
		const { status, json } = await client.call(call);
		// Asked for the draft of a page that has none, Atlassian may answer with the page.
		if (status === 200 && isJsonObject(json) && readContent(json).status === "draft") return { ...contentPart(json), type: flavour.v1Type };
	}
	return undefined;
}
