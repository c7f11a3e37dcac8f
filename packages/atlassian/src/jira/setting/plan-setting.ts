import { createHash } from "node:crypto";
import { canonicalJson, type ItemRef, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { FieldDifference, ItemPlan, LiveItem, RestoreOptions, StoredItem } from "@skyeworx/engine";
import { z } from "zod";
import { differences, titleOf } from "./define-setting.ts";
import { essenceOf, essencesOf, isAsWanted, rowOf } from "./essence.ts";
import { referencesOf } from "./references.ts";
import { type SettingKind, type SettingWrite, treeOf } from "./setting-kind.ts";

const details = z.object({
	/** What is changed in place or taken out of the trash; null when it is created. */
	live: z.string().nullable(),
	/** Rows of the table to write. */
	rows: z.array(z.string()),
});

/** What applying a plan needs to know: ids and names of rows, no content. */
export function parseDetails(value: JsonValue): z.infer<typeof details> {
	return details.parse(value);
}

/** A kind that can be written. */
export type WritableKind = SettingKind & { readonly write: SettingWrite };

export interface Planning {
	readonly kind: WritableKind;
	readonly wanted: StoredItem;
	readonly live: LiveItem | undefined;
	readonly options: RestoreOptions;
	/** What the site has of the kind now: two things of one name can't be. */
	readonly there: readonly JsonObject[];
	/** Selected things that are referred to by name: they come first. */
	readonly before: readonly ItemRef[];
}

/** Says what a restore would do with one setting; pure. */
export function planSetting(planning: Planning): ItemPlan {
	const { kind, wanted, live, options } = planning;
	const tree = treeOf(wanted);
	const reaches = kind.write.reachesOtherSites === true && options.target.type === "copy" && options.target.siteId !== undefined;
	if ((options.target.type === "copy" && !reaches) || (options.ifExists === "copy" && live?.state === "live")) {
		return cannot(planning, `A ${kind.names[0]} is restored to its place only, not as a copy.`);
	}
	if (live?.state === "live") return planChange(planning, treeOf(live.item));
	const refusal = kind.write.refusal?.(tree);
	if (refusal !== undefined) return cannot(planning, refusal);
	if (live?.state === "trashed" && kind.write.untrash !== undefined) return planUntrash(planning, live.ref.id);
	if (kind.write.comesWith !== undefined) return cannot(planning, kind.write.comesWith);
	const isTwin = (one: JsonObject) => identityOf(kind, one) === identityOf(kind, tree);
	if (kind.write.allowsTwins !== true && planning.there.some(isTwin)) {
		return cannot(planning, `Another ${kind.names[0]} of this name is there now; rename or delete it first.`);
	}
	return planCreate(planning, tree);
}

/** The plan for a kind whose address does not take the connection's credential. */
export function unreachablePlan(kind: WritableKind, wanted: StoredItem): ItemPlan {
	const reason = `Atlassian takes ${kind.names[1]} from an administrator's API token alone, and this connection is an OAuth grant.`;
	return cannot(
		{ kind, wanted, live: undefined, options: { target: { type: "in-place" }, ifExists: "overwrite" }, there: [], before: [] },
		reason,
	);
}

/** What makes two things of a kind the same. */
export function identityOf(kind: WritableKind, tree: JsonObject): string {
	const values = (kind.write.identity ?? ["name"]).map((member) => essenceOf(kind, member, tree) ?? null);
	return canonicalJson(values).toLowerCase();
}

function about({ kind, wanted, before }: Planning): Pick<ItemPlan, "ref" | "label" | "after"> {
	const tree = treeOf(wanted);
	const references = referencesOf(tree, kind).filter((ref) => ref.kind !== kind.id || ref.id !== wanted.ref.id);
	return { ref: wanted.ref, label: titleOf(tree) ?? wanted.ref.id, after: [...references, ...before] };
}

function nothing(planning: Planning, action: "leave" | "cannot", reason: string, liveDigest: string): ItemPlan {
	return { ...about(planning), action, reason, changes: [], losses: [], liveDigest, details: null, requests: 0 };
}

const cannot = (planning: Planning, reason: string): ItemPlan => nothing(planning, "cannot", reason, planning.live?.state ?? "absent");

/** Rows that differ, can be written in place and were asked for. */
function rowsToWrite({ kind, options }: Planning, wanted: JsonObject, live: JsonObject): readonly string[] {
	const [then, now] = [essencesOf(kind, wanted), essencesOf(kind, live)];
	return [...new Set([...then.keys(), ...now.keys()])].filter((member) => {
		const level = rowOf(kind, member)?.inPlace.level ?? "impossible";
		if (level === "impossible" || level === "derived") return false;
		if (options.fields !== undefined && !options.fields.includes(member)) return false;
		const grows = kind.write.grows?.includes(member) ?? false;
		if (grows && !then.has(member)) return false;
		return !isAsWanted(then.get(member), now.get(member), grows);
	});
}

function planChange(planning: Planning, live: JsonObject): ItemPlan {
	const { kind, wanted, options } = planning;
	const tree = treeOf(wanted);
	const liveDigest = digestOf(kind, live);
	if (options.ifExists === "skip") return nothing(planning, "leave", "It exists, and existing items are to be left alone.", liveDigest);
	const rows = rowsToWrite(planning, tree, live);
	if (rows.length === 0) return nothing(planning, "leave", "It is as the snapshot has it, as far as Jira lets it be written.", liveDigest);
	const refusal = kind.write.refusal?.(tree) ?? kind.write.refusesChange?.(live, rows);
	if (refusal !== undefined) return { ...cannot(planning, refusal), liveDigest };
	const all = differences(kind, live, tree);
	return {
		...about(planning),
		action: "change",
		changes: all.filter((change) => rows.includes(change.field)),
		losses: lossesOf(kind, "inPlace", new Set(all.map((change) => change.field))),
		liveDigest,
		details: { live: planning.live?.ref.id ?? wanted.ref.id, rows: [...rows] },
		requests: 1 + rows.length,
	};
}

function planUntrash(planning: Planning, id: string): ItemPlan {
	return {
		...about(planning),
		action: "untrash",
		changes: [],
		losses: [],
		liveDigest: "trashed",
		details: { live: id, rows: [] },
		requests: 2,
	};
}

function planCreate(planning: Planning, tree: JsonObject): ItemPlan {
	const { kind, options } = planning;
	const changes: readonly FieldDifference[] = differences(kind, {}, tree);
	const rows = changes.map((change) => change.field).filter((field) => rowOf(kind, field)?.recreated.level !== "impossible");
	const chosen = options.fields === undefined ? rows : rows.filter((field) => options.fields?.includes(field));
	return {
		...about(planning),
		action: "create",
		changes,
		losses: lossesOf(kind, "recreated", new Set(["id", ...changes.map((change) => change.field)])),
		liveDigest: "absent",
		details: { live: null, rows: chosen },
		requests: 3 + rows.length,
	};
}

function lossesOf(kind: WritableKind, way: "inPlace" | "recreated", concerned: ReadonlySet<string>): ItemPlan["losses"] {
	return [...concerned].flatMap((member): ItemPlan["losses"][number][] => {
		const row = rowOf(kind, member);
		const said = row?.[way];
		if (row === undefined || said === undefined) return [];
		if (said.level === "degraded") return [{ field: member, label: row.label, level: "degraded", reason: said.why }];
		return said.level === "impossible" ? [{ field: member, label: row.label, level: "impossible", reason: said.reason }] : [];
	});
}

/** Digest of all that a plan depends on. */
function digestOf(kind: WritableKind, live: JsonObject): string {
	const essences = Object.fromEntries(essencesOf(kind, live));
	return createHash("sha256").update(canonicalJson(essences)).digest("hex");
}
