import { isAppError, isJsonObject, type JsonObject } from "@skyeworx/core";
import type { BackupRequest } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { visibleSpaces } from "./list-spaces.ts";

/** How the spaces of a site stand to the connection's account. Lists that it may not ask for are undefined. */
export interface SpaceStandings {
	/** Those in which it may read work items. */
	readonly browsable: ReadonlySet<string>;
	readonly archived: readonly string[] | undefined;
	readonly trashed: readonly string[] | undefined;
	/** There, neither archived nor in the trash, and yet without the permission Browse projects. */
	readonly closed: readonly string[];
}

/** Asks how spaces stand: three requests. */
export async function readStandings(site: AppSite, browsable: readonly string[], signal: AbortSignal | undefined): Promise<SpaceStandings> {
	const [visible, archived, trashed] = await Promise.all([
		unlessRefused(visibleSpaces(site, signal)),
		unlessRefused(visibleSpaces(site, signal, "archived")),
		unlessRefused(visibleSpaces(site, signal, "deleted")),
	]);
	const shown = new Set(browsable);
	const closed = (visible ?? []).filter((id) => !shown.has(id) && archived?.includes(id) !== true && trashed?.includes(id) !== true);
	return { browsable: shown, archived, trashed, closed };
}

/** Spaces that are there though nothing in them is shown: what the vault holds of them is hidden, not deleted. */
export function hiddenSpaces({ browsable, archived, closed }: SpaceStandings): ReadonlySet<string> {
	return new Set([...closed, ...(archived ?? []).filter((id) => !browsable.has(id))]);
}

/** Undefined where the account may not ask. */
export async function unlessRefused<T>(work: Promise<T>): Promise<T | undefined> {
	try {
		return await work;
	} catch (error) {
		if (isAppError(error, "site-refused") || isAppError(error, "scope-missing") || isAppError(error, "not-found")) return undefined;
		throw error;
	}
}

/** Ids of a kind that the vault holds, that a reading did not name, and whose space is hidden. Reads the vault alone. */
export async function* hiddenIds(
	request: Pick<BackupRequest, "known" | "knownIds">,
	asked: {
		readonly kind: string;
		readonly hidden: ReadonlySet<string>;
		readonly isNamed: (id: string) => boolean;
		readonly spaceOf: (main: JsonObject) => Promise<string | undefined>;
	},
): AsyncGenerator<string> {
	const { kind, hidden, isNamed, spaceOf } = asked;
	if (hidden.size === 0) return;
	for await (const id of request.knownIds(kind)) {
		if (isNamed(id)) continue;
		const main = await request.known({ kind, id }, "");
		if (main !== undefined && isJsonObject(main) && hidden.has((await spaceOf(main)) ?? "")) yield id;
	}
}
