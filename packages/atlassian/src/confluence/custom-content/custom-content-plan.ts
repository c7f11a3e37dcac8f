import { type ItemRef, itemRefText } from "@skyeworx/core";
import type { FieldDifference, ItemPlan, KindRestore, LiveItem, PlanAction, RestoreOptions, StoredItem } from "@skyeworx/engine";
import { z } from "zod";
import type { AppSite } from "../../app-reader.ts";
import { flavours } from "../content/flavour.ts";
import { contentOf } from "../content/parts.ts";
import { readContent } from "../content/records.ts";
import { differences } from "../fields.ts";
import { readMains, spacesById } from "../live/read-live.ts";
import { align } from "../restore/align.ts";
import { commentLosses } from "../restore/losses.ts";
import { isElsewhere, type Selected, selectedOf, spaceRef } from "../restore/placement.ts";
import { isWritten, liveDigest } from "../restore/plan-content.ts";
import { wantsField } from "../restore/plan-details.ts";
import { customContentFields, customContentLosses, customTypeName } from "./custom-content-kind.ts";
import {
	type CustomContentRecord,
	containerOf,
	customContentKindId,
	fetchCustomContent,
	readCustomContent,
} from "./custom-content-record.ts";

const detailsShape = z.object({
	targetId: z.string().nullable(),
	/** Id of the space in the snapshot, where it comes back in the same restore; of today's space otherwise. */
	spaceId: z.string(),
	spaceComes: z.boolean().default(false),
	/** Whether a live one of the old id, which came back with its page, stands for it. */
	mayReturn: z.boolean().default(false),
	/** Whether what it is in comes back in the same restore. */
	containerComes: z.boolean().default(false),
	elsewhere: z.boolean().default(false),
});
export type CustomDetails = z.infer<typeof detailsShape>;

/** Reads back what {@link ItemPlan.details} holds. */
export function customDetails(plan: Pick<ItemPlan, "details">): CustomDetails {
	return detailsShape.parse(plan.details);
}

interface Question {
	readonly options: RestoreOptions;
	readonly selected: Selected;
	readonly spaces: ReadonlySet<string>;
	/** Containers that are there, as references' texts. */
	readonly living: ReadonlySet<string>;
}

interface Decision {
	readonly action: PlanAction;
	readonly reason?: string;
	readonly changes: readonly FieldDifference[];
	readonly after: readonly ItemRef[];
	readonly details: CustomDetails;
}

const recordOf = (item: StoredItem): CustomContentRecord => readCustomContent(item.parts.get("") ?? null);
const details = (over: Partial<CustomDetails>): CustomDetails => ({
	targetId: null,
	spaceId: "",
	spaceComes: false,
	mayReturn: false,
	containerComes: false,
	elsewhere: false,
	...over,
});

function decideInPlace({ options, living }: Question, wanted: StoredItem, live: StoredItem): Decision {
	const record = recordOf(wanted);
	const blank = { changes: [], after: [], details: details({ targetId: live.ref.id, spaceId: record.spaceId }) };
	if (options.ifExists === "skip") return { ...blank, action: "leave", reason: "It still exists." };
	const container = containerOf(record);
	const stays = container !== undefined && !living.has(itemRefText(container));
	const now = align(live, wanted).item;
	const changes = differences(customContentFields(now), customContentFields(wanted)).filter(
		(change) => change.field !== "spaceId" && !(change.field === "container" && stays) && isWritten(change, wanted, options),
	);
	if (changes.length === 0) return { ...blank, action: "leave", reason: "Nothing that can be restored differs." };
	return { ...blank, action: "change", changes };
}

/** Where it goes that is made again: into what it was in, or into the space where it was in none. */
function decideCreate({ options, selected, spaces, living }: Question, wanted: StoredItem, copy: boolean): Decision {
	const record = recordOf(wanted);
	const elsewhere = isElsewhere(options);
	const other = options.target.type === "copy" ? options.target.spaceId : undefined;
	const comesWith = (ref: ItemRef): boolean => selected.has(itemRefText(ref));
	const cannot = (reason: string): Decision => ({ action: "cannot", reason, changes: [], after: [], details: details({}) });
	const container = containerOf(record);
	const containerComes = container !== undefined && comesWith(container);
	const moves = elsewhere || (other !== undefined && other !== record.spaceId);
	if (container !== undefined && !containerComes && (moves || !living.has(itemRefText(container)))) {
		return cannot("What it is in is not there: restore that with it.");
	}
	const space = spaceRef(record.spaceId);
	const spaceComes = other === undefined && comesWith(space) && (copy || !spaces.has(record.spaceId));
	const spaceId = other ?? record.spaceId;
	if (!spaceComes && (!spaces.has(spaceId) || (elsewhere && other === undefined)))
		return cannot("Its space is not there: restore the space with it, or choose another.");
	return {
		action: "create",
		reason: `Where only its app may write ${customTypeName(record.type)}, Confluence refuses, and the receipt says so.`,
		changes: differences([], customContentFields(wanted)).filter(({ field }) => wantsField(options, field)),
		after: [...(spaceComes ? [space] : []), ...(containerComes && container !== undefined ? [container] : [])],
		details: details({ spaceId, spaceComes, mayReturn: !copy, containerComes, elsewhere }),
	};
}

/** Which of the containers are there and not in the trash. */
async function livingContainers(site: AppSite, wanted: readonly StoredItem[]): Promise<ReadonlySet<string>> {
	const refs = wanted.flatMap((item) => containerOf(recordOf(item)) ?? []);
	const living = new Set<string>();
	for (const flavour of flavours) {
		const ids = [...new Set(refs.filter(({ kind }) => kind === flavour.kind).map(({ id }) => id))];
		for (const [id, main] of await readMains(site.client, flavour, ids)) {
			if (readContent(main).status !== "trashed") living.add(itemRefText({ kind: flavour.kind, id }));
		}
	}
	for (const id of new Set(refs.filter(({ kind }) => kind === customContentKindId).map((ref) => ref.id))) {
		const parts = await fetchCustomContent(site.client, id);
		const isThere = parts !== undefined && readCustomContent(parts.get("") ?? null).status === "current";
		if (isThere) living.add(itemRefText({ kind: customContentKindId, id }));
	}
	return living;
}

function lossesOf({ action, changes }: Decision, wanted: StoredItem, options: RestoreOptions): ItemPlan["losses"] {
	const written = new Set(changes.filter(({ before }) => before === undefined).map(({ field }) => field));
	return [
		...(action === "create" ? customContentLosses(wanted, options.replayVersions === true) : []),
		...commentLosses(contentOf(wanted), written),
	];
}

/** Says for each item what restoring it would do; reads, writes nothing. */
export async function planCustomContents(
	site: AppSite,
	items: { readonly wanted: readonly StoredItem[]; readonly live: readonly LiveItem[]; readonly options: RestoreOptions },
	selection: NonNullable<Parameters<KindRestore["plan"]>[3]>,
): Promise<readonly ItemPlan[]> {
	const { wanted, live, options } = items;
	const target = options.target.type === "copy" && options.target.spaceId !== undefined ? [options.target.spaceId] : [];
	const spaceIds = [...new Set([...wanted.map((item) => recordOf(item).spaceId), ...target])];
	const question: Question = {
		options,
		selected: selectedOf(selection),
		spaces: new Set((await spacesById(site.client, spaceIds)).keys()),
		living: await livingContainers(site, wanted),
	};
	return wanted.map((item, index): ItemPlan => {
		const now = live[index] ?? { ref: item.ref, state: "absent" };
		const copy = options.target.type === "copy" || (now.state === "live" && options.ifExists === "copy");
		const inPlace = now.state === "live" && !copy;
		const decision = inPlace ? decideInPlace(question, item, now.item) : decideCreate(question, item, copy);
		return {
			ref: item.ref,
			label: recordOf(item).title,
			...decision,
			losses: lossesOf(decision, item, options),
			liveDigest: liveDigest(now),
			requests: decision.action === "create" ? 3 + decision.changes.length : decision.changes.length,
		};
	});
}
