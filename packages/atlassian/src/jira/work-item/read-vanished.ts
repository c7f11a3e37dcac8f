import { isJsonObject } from "@skyeworx/core";
import type { BackupRequest, Observation } from "@skyeworx/engine";
import type { HttpClient } from "../../http/http-client.ts";
import { idAt } from "../../record/json-access.ts";
import { bulkFetchLimit, shownIds } from "./fetch-items.ts";
import { workItemKind, workItemRef } from "./record.ts";

interface Vanishing {
	readonly client: HttpClient;
	readonly request: Pick<BackupRequest, "known" | "knownIds" | "spaces" | "signal">;
	/** Ids of spaces in Jira's trash: what lay in them was deleted with them. */
	readonly trashed: ReadonlySet<string>;
	/** Whether an id was named in this run, as there or as lying in a hidden space. */
	readonly isNamed: (id: string) => boolean;
}

const reason =
	"These work items are shown no more, and do not lie in a space in Jira's trash: they were deleted, archived, moved to a space that the connection's account may not look into, or a security level or a permission hides them from it now. Jira says the same of each. They count as gone until they are seen again; every version stays.";

/**
 * Counts the work items that the vault holds and that Jira does not show any more, unless it is known that they were deleted. Neither
 * a bulk read, nor a read by id, nor a check of permissions tells a deleted work item from a hidden one.
 */
export async function* readVanished({ client, request, trashed, isNamed }: Vanishing): AsyncGenerator<Observation> {
	if (request.spaces !== undefined) return;
	let [count, batch]: [number, string[]] = [0, []];
	const unshown = async (): Promise<number> => {
		const shown = await shownIds(client, batch, request.signal);
		return batch.filter((id) => !shown.has(id)).length;
	};
	for await (const id of request.knownIds(workItemKind)) {
		if (isNamed(id) || trashed.has((await spaceOf(request, id)) ?? "")) continue;
		batch.push(id);
		if (batch.length < bulkFetchLimit) continue;
		count += await unshown();
		batch = [];
	}
	if (batch.length > 0) count += await unshown();
	if (count > 0) yield { type: "blind-spot", kind: workItemKind, count, cause: "permission", reason };
}

async function spaceOf(request: Vanishing["request"], id: string): Promise<string | undefined> {
	const main = await request.known(workItemRef(id), "");
	return main !== undefined && isJsonObject(main) ? idAt(main, "fields", "project", "id") : undefined;
}
