import type { Observation } from "@skyeworx/engine";
import type { ContentFlavour } from "../content/flavour.ts";
import { readMains } from "../live/read-live.ts";
import type { Reading } from "./reading.ts";

/**
 * Looks after pages that the vault holds and that no list shows any more. What lies in the trash was deleted; of the rest Confluence
 * tells nobody whether it was deleted for good or is hidden by view restrictions now, so the run says that it can't know.
 */
export async function* readVanished(reading: Reading, flavour: ContentFlavour, listed: ReadonlySet<string>): AsyncGenerator<Observation> {
	const { request, site, adminKey } = reading;
	// Under an admin key nothing is hidden.
	if (adminKey.held || reading.mode !== "sweep") return;
	const missing: string[] = [];
	for await (const id of request.knownIds(flavour.kind)) if (!listed.has(id)) missing.push(id);
	if (missing.length === 0) return;
	const trashed = await readMains(site.client, flavour, missing, request.signal);
	const count = missing.filter((id) => !trashed.has(id)).length;
	if (count === 0) return;
	yield {
		type: "blind-spot",
		kind: flavour.kind,
		count,
		reason: `These ${flavour.names[1]} are shown no more and do not lie in the trash: they were deleted for good, or view restrictions hide them from the connection's account now. Confluence says the same of both. They count as gone until they are seen again; every version stays.`,
		cause: "permission",
	};
}
