import type { KindId } from "@skyeworx/core";
import type { BackupRequest, Observation } from "@skyeworx/engine";
import type { AppSite } from "../app-reader.ts";
import { endsReading } from "../ends-reading.ts";
import { assetObjectKind } from "./assets/object/object-record.ts";
import { readAssets } from "./assets/read-assets.ts";
import { readBlindSpots } from "./blind-spots.ts";
import { readContext } from "./context.ts";
import { allSettingKinds, settingKinds } from "./registered-kinds.ts";
import { readSettings } from "./setting/read-settings.ts";
import { browsableSpaces } from "./space/list-spaces.ts";
import { hiddenSpaces, readStandings } from "./space/space-standings.ts";
import type { BulkProperties } from "./work-item/bulk-properties.ts";
import { readWorkItems } from "./work-item/read-work-items.ts";
import { workItemKind } from "./work-item/record.ts";

/** Says a group's failure instead of throwing it, so that other groups go on. */
async function* guarded(kinds: readonly KindId[], observations: AsyncIterable<Observation>): AsyncGenerator<Observation> {
	try {
		yield* observations;
	} catch (error) {
		if (endsReading(error)) throw error;
		yield failed(kinds, error);
	}
}

function failed(kinds: readonly KindId[], error: unknown): Observation {
	return { type: "failed", kinds, error: error instanceof Error ? error : new Error("unknown", { cause: error }) };
}

/** Reads everything of Jira and JSM: configuration, spaces, then work items, and says what it could not see. */
export async function* readJira(site: AppSite, request: BackupRequest, bulk: BulkProperties): AsyncGenerator<Observation> {
	const everything = [workItemKind, assetObjectKind, ...allSettingKinds.map((kind) => kind.id)];
	try {
		yield* readGroups(site, request, bulk);
	} catch (error) {
		if (endsReading(error)) throw error;
		yield failed(everything, error);
	}
}

async function* readGroups(site: AppSite, request: BackupRequest, bulk: BulkProperties): AsyncGenerator<Observation> {
	const { signal } = request;
	const [context, browsable] = await Promise.all([readContext(site, signal), browsableSpaces(site, signal)]);
	const spaces = request.spaces === undefined ? browsable : browsable.filter((id) => request.spaces?.includes(id));
	const standings = await readStandings(site, browsable, signal);
	const hidden = hiddenSpaces(standings);
	yield* readSettings(site, request, { kinds: settingKinds, siteTime: context.siteTime, spaces, hidden });
	yield* guarded([workItemKind], readWorkItems({ site, context, request, spaces, hidden, trashed: new Set(standings.trashed), bulk }));
	yield* readAssets({ site, request, siteTime: context.siteTime });
	yield* guarded([], readBlindSpots(site, standings, signal));
}
