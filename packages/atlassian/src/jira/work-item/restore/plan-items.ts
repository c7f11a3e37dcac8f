import { createHash } from "node:crypto";
import { canonicalJson, type ItemRef, type JsonValue } from "@skyeworx/core";
import type { FieldDifference, ItemPlan, LiveItem, RestoreOptions, StoredItem } from "@skyeworx/engine";
import { isAdf } from "../../../adf/walk.ts";
import { at, idAt, listAt, objectAt, textAt } from "../../../record/json-access.ts";
import { rankOf } from "../beside.ts";
import { compareWorkItems } from "../compare-items.ts";
import { workItemFidelity } from "../fidelity.ts";
import { identityOf, isComparable } from "../field-values.ts";
import { attachmentsOf, workItemRef } from "../record.ts";
import { numberOf } from "./key-number.ts";
import { type ItemMatch, matchParts, withoutMediaIds } from "./match-parts.ts";
import { lossesOfMove, moveOf, saidOfMove } from "./move/plan-moves.ts";
import type { PlanDetails } from "./plan-details.ts";

type Loss = ItemPlan["losses"][number];

/** Whether a field path is among those asked for: the path itself or something above it. */
export function isWanted(field: string, options: RestoreOptions): boolean {
	if (options.fields === undefined) return true;
	return options.fields.some((asked) => field === asked || field.startsWith(`${asked}/`) || field.startsWith(`${asked}.`));
}

/** Says what a restore would do with each work item; pure. */
export function planWorkItems(wanted: readonly StoredItem[], live: readonly LiveItem[], options: RestoreOptions): readonly ItemPlan[] {
	return wanted.map((item, index) => planItem(item, live[index], options));
}

function planItem(wanted: StoredItem, live: LiveItem | undefined, options: RestoreOptions): ItemPlan {
	const there = live?.state === "live" ? live.item : undefined;
	if (options.target.type === "copy" || there === undefined) return planCreate(wanted, options, false);
	if (options.ifExists === "skip") return leave(wanted, there, "It exists, and existing items are to be left alone.");
	if (options.ifExists === "copy") return planCreate(wanted, options, true);
	return planChange(wanted, there, options);
}

function labelOf(wanted: StoredItem): string {
	const main = wanted.parts.get("");
	return `${textAt(main, "key") ?? wanted.ref.id} ${textAt(main, "fields", "summary") ?? ""}`.trim();
}

function parentsOf(wanted: StoredItem): readonly ItemRef[] {
	const parent = idAt(wanted.parts.get(""), "fields", "parent", "id");
	return parent === undefined ? [] : [workItemRef(parent)];
}

function leave(wanted: StoredItem, live: StoredItem, reason: string): ItemPlan {
	const common = { ref: wanted.ref, label: labelOf(wanted), changes: [], losses: [], after: [], details: null, requests: 0 };
	return { ...common, action: "leave", reason, liveDigest: digestOf(live) };
}

/** Fields whose value is set by other means than writing the field, or not at all. */
const notWritten: ReadonlySet<string> = new Set(["project", "issuetype"]);

/** Fields that differ; an epic link is left out, since it follows the parent. */
function fieldsToWrite(wanted: StoredItem, differences: readonly FieldDifference[]): readonly string[] {
	const fields = differences.filter(({ field }) => field.startsWith("fields.")).map(({ field }) => field.slice("fields.".length));
	const main = wanted.parts.get("");
	const parentKey = textAt(main, "fields", "parent", "key");
	return fields.filter((field) => parentKey === undefined || at(main, "fields", field) !== parentKey);
}

function planCreate(wanted: StoredItem, options: RestoreOptions, beside: boolean): ItemPlan {
	const main = wanted.parts.get("");
	const copy = beside || options.target.type === "copy";
	const isMarked = copy && !(options.target.type === "copy" && options.target.unmarked === true);
	const changes = compareWorkItems(undefined, wanted).filter(({ field }) => field !== "key" && !field.startsWith("approvals/"));
	const match = matchParts(wanted, undefined);
	const spaceId = spaceFor(main, options);
	const details: PlanDetails = {
		live: null,
		move: null,
		spaceId,
		fields: fieldsToWrite(wanted, changes).filter((field) => !notWritten.has(field)),
		comments: { add: [...match.comments.missing], edit: [] },
		worklogs: { add: [...match.worklogs.missing], edit: [] },
		files: attachmentsOf(main).map((file) => file.id),
		liveFiles: [],
		sameFiles: {},
		links: [...match.missingLinks],
		remoteLinks: { add: [...match.remoteLinks.missing], edit: [] },
		properties: [...match.properties],
		watchers: [...match.watchers],
		votes: [...match.votes],
		participants: [...match.participants],
		forms: { add: [...match.forms.missing], edit: [] },
		feedback: match.feedback,
		rank: copy ? null : (rankOf(main) ?? null),
		words: null,
		keepNumber: options.keepKeys === true && !copy ? numberOf(textAt(main, "key") ?? "") : null,
		isSubtask: at(main, "fields", "issuetype", "subtask") === true,
		copy: isMarked,
	};
	return {
		ref: wanted.ref,
		label: labelOf(wanted),
		action: "create",
		changes,
		losses: [...lossesOf(wanted, "recreated"), ...missingBytes(wanted), ...(copy ? [] : [mayBeHidden])],
		after: parentsOf(wanted),
		liveDigest: copy ? "copy" : "absent",
		details,
		requests: 6 + costOf(details),
	};
}

/** Said of every item that is made again: who may not see it does not see that it is there. */
const mayBeHidden: Loss = {
	field: "",
	label: "The item itself",
	level: "degraded",
	reason: "Jira does not show it: it was deleted, or it is hidden from the connection's account. If it is hidden, this makes a second one.",
};

/** Where an item is created; on another site the space of the same key, unless another one is named. */
function spaceFor(main: JsonValue | undefined, { target }: RestoreOptions): string {
	if (target.type === "copy" && target.spaceId !== undefined) return target.spaceId;
	const isOtherSite = target.type === "copy" && target.siteId !== undefined;
	return (isOtherSite ? textAt(main, "fields", "project", "key") : idAt(main, "fields", "project", "id")) ?? "";
}

function planChange(wanted: StoredItem, live: StoredItem, options: RestoreOptions): ItemPlan {
	const direct = matchParts(wanted, live);
	// Files that an earlier restore uploaded again have other media ids; a text that shows them is the same text.
	const again = [...direct.files.same].some(([before, now]) => before !== now);
	const [then, now] = again ? [withoutMediaIds(wanted), withoutMediaIds(live)] : [wanted, live];
	const match = again ? matchParts(then, now) : direct;
	const differences = compareWorkItems(now, then).filter((change) => isWanted(change.field, options));
	const changes = differences.filter((change) => isDone(change, match));
	const chosen = new Set(changes.map((change) => change.field));
	const parts = (part: "comments" | "worklogs") => ({
		add: match[part].missing.filter((id) => chosen.has(`${part}/${id}`)),
		edit: match[part].changed.filter((id) => chosen.has(`${part}/${id}`)),
	});
	const move = chosen.has("fields.project") ? moveOf(wanted, live) : undefined;
	// A move may leave a work item with the level that the space gives at first.
	const levels = move === undefined || identityOf(at(wanted.parts.get(""), "fields", "security")) === "" ? [] : ["security"];
	const details: PlanDetails = {
		live: { id: live.ref.id, key: textAt(live.parts.get(""), "key") ?? "" },
		move: move ?? null,
		spaceId: idAt((move === undefined ? live : wanted).parts.get(""), "fields", "project", "id") ?? "",
		fields: [...new Set([...fieldsToWrite(wanted, changes).filter((field) => !movedFields(move).has(field)), ...levels])],
		comments: parts("comments"),
		worklogs: parts("worklogs"),
		files: match.files.missing.filter((id) => chosen.has(`file/${id}`)),
		liveFiles: attachmentsOf(live.parts.get("")).map((file) => file.id),
		sameFiles: Object.fromEntries([...match.files.same].filter(([before, now]) => before !== now)),
		links: match.missingLinks.filter((field) => chosen.has(field)),
		remoteLinks: {
			add: match.remoteLinks.missing.filter((id) => chosen.has(`remote-links/${id}`)),
			edit: match.remoteLinks.changed.filter((id) => chosen.has(`remote-links/${id}`)),
		},
		properties: match.properties.filter((key) => chosen.has(`properties/${key}`)),
		watchers: match.watchers.filter((id) => chosen.has(`watchers/${id}`)),
		votes: match.votes.filter((id) => chosen.has(`votes/${id}`)),
		participants: match.participants.filter((id) => chosen.has(`participants/${id}`)),
		forms: {
			add: match.forms.missing.filter((id) => chosen.has(`forms/${id}`)),
			edit: match.forms.changed.filter((id) => chosen.has(`forms/${id}`)),
		},
		feedback: match.feedback && chosen.has("feedback"),
		rank: chosen.has("rank") ? (rankOf(wanted.parts.get("")) ?? null) : null,
		words: null,
		keepNumber: null,
		isSubtask: false,
		copy: false,
	};
	if (changes.length === 0) return leave(wanted, live, "It is as the snapshot has it; newer comments and files are kept.");
	const made = new Set([...changes.map((change) => change.field), ...changes.map((change) => `${change.field.split("/")[0]}`)]);
	return {
		ref: wanted.ref,
		label: labelOf(wanted),
		action: "change",
		...(move === undefined ? {} : { reason: saidOfMove(move) }),
		changes,
		losses: [
			...lossesOf(wanted, "inPlace").filter((loss) => made.has(loss.field)),
			...keptOf(match),
			...(move === undefined ? [] : lossesOfMove()),
		],
		after: parentsOf(wanted),
		liveDigest: digestOf(live),
		details,
		requests: 2 + costOf(details) + (move === undefined ? 0 : 5),
	};
}

/** Fields that a move sets, or that no edit does. */
const movedFields = (move: PlanDetails["move"] | undefined): ReadonlySet<string> =>
	new Set(move == null ? ["project"] : ["project", "issuetype"]);

/** A restore deletes nothing: what came later stays, and what was made again under another id is there. */
function isDone(change: FieldDifference, match: ItemMatch): boolean {
	if (change.field === "key") return false;
	if (change.field.startsWith("fields.") || change.field === "rank") return true;
	if (change.after === undefined) return false;
	const [part, id] = change.field.split("/");
	if (part === "comments" || part === "worklogs") {
		return id !== undefined && (match[part].missing.includes(id) || match[part].changed.includes(id));
	}
	if (part === "remote-links") return id !== undefined && [...match.remoteLinks.missing, ...match.remoteLinks.changed].includes(id);
	if (part === "forms") return id !== undefined && [...match.forms.missing, ...match.forms.changed].includes(id);
	// Nobody can ask for an approval again, nor answer one for another person.
	if (part === "approvals") return false;
	if (part === "participants") return id !== undefined && match.participants.includes(id);
	if (part === "feedback") return match.feedback;
	return part === "file" ? id !== undefined && match.files.missing.includes(id) : true;
}

function costOf(details: PlanDetails): number {
	const entries = [details.comments.add, details.comments.edit, details.worklogs.add, details.worklogs.edit, details.files];
	const beside = [
		details.remoteLinks.add,
		details.remoteLinks.edit,
		details.properties,
		details.watchers,
		details.participants,
		...[details.forms.add, details.forms.edit].flatMap((forms) => [forms, forms, forms]),
		details.rank === null ? [] : [0],
	];
	const writes = [...entries, ...beside].reduce((sum, list) => sum + list.length, 0);
	return (
		writes + details.files.length + (details.links.length > 0 ? 2 + details.links.length : 0) + (details.fields.includes("status") ? 3 : 0)
	);
}

function keptOf(match: ItemMatch): Loss[] {
	const kinds = [
		["comments", "comments", match.comments.extra.length],
		["worklogs", "worklogs", match.worklogs.extra.length],
		["fields.attachment", "attachments", match.files.extra.length],
	] as const;
	return kinds.flatMap(([field, noun, count]): Loss[] => {
		const label = `${count} newer ${noun}`;
		return count === 0
			? []
			: [{ field, label, level: "degraded", reason: "Added after the snapshot; kept, since a restore deletes nothing." }];
	});
}

/** Files whose bytes the snapshot lacks: they could not be read when it was taken. */
function missingBytes(wanted: StoredItem): Loss[] {
	const held = new Set(wanted.files.map((file) => file.part));
	return attachmentsOf(wanted.parts.get("")).flatMap(({ id, name }): Loss[] => {
		if (held.has(`file/${id}`)) return [];
		return [{ field: `file/${id}`, label: `Attachment ${name}`, level: "impossible", reason: "The snapshot does not hold its bytes." }];
	});
}

/** The rows of the fidelity table that concern this item. */
function lossesOf(wanted: StoredItem, way: "inPlace" | "recreated"): Loss[] {
	return workItemFidelity.flatMap((row): Loss[] => {
		const fidelity = row[way];
		if (fidelity.level !== "degraded" && fidelity.level !== "impossible") return [];
		if (!hasValue(wanted, row.field)) return [];
		const field = row.field.replace(/[.*/]+$/, "");
		return [{ field, label: row.label, level: fidelity.level, reason: fidelity.level === "degraded" ? fidelity.why : fidelity.reason }];
	});
}

function hasValue(wanted: StoredItem, pattern: string): boolean {
	const main = wanted.parts.get("");
	if (pattern === "id" || pattern === "key") return true;
	const part = /^(?:comments|worklogs|history)/.exec(pattern)?.[0];
	if (part !== undefined) return listAt(wanted.parts.get(part)).length > 0;
	if (pattern === "rank") return rankOf(main) !== undefined;
	if (pattern.startsWith("file")) return attachmentsOf(main).length > 0;
	const beside = /^(watchers|votes|remote-links|properties|participants|forms|approvals|service-levels|feedback)(?:\.|$)/.exec(
		pattern,
	)?.[1];
	if (beside !== undefined) return wanted.parts.has(beside);
	if (pattern.startsWith("links")) return identityOf(at(main, "fields", "issuelinks")) !== "";
	if (pattern.startsWith("fields.attachment")) return identityOf(at(main, "fields", "attachment")) !== "";
	if (pattern === "fields.issuerestriction") return isRestricted(main);
	const field = pattern.slice("fields.".length);
	if (!field.endsWith("*")) return saysSomething(at(main, "fields", field));
	const prefix = field.slice(0, -1);
	return Object.entries(objectAt(main, "fields")).some(
		([name, value]) => name.startsWith(prefix) && isComparable(name, value) && saysSomething(value),
	);
}

/** Whether only some roles may see the work item, as team-managed spaces allow. */
export function isRestricted(main: JsonValue | undefined): boolean {
	return Object.keys(objectAt(main, "fields", "issuerestriction", "issuerestrictions")).length > 0;
}

/** Jira's editors leave a document of empty paragraphs where a text was taken out. */
function saysSomething(value: JsonValue | undefined): boolean {
	if (identityOf(value) === "") return false;
	const isEmpty = (block: JsonValue) => textAt(block, "type") === "paragraph" && listAt(block, "content").length === 0;
	return !(isAdf(value) && listAt(value, "content").every(isEmpty));
}

/** Digest of what a plan depends on: fields that people set, comments, worklogs, attachments and links. */
export function digestOf(live: StoredItem): string {
	const fields = Object.entries(objectAt(live.parts.get(""), "fields"))
		.filter(([field, value]) => isComparable(field, value) && identityOf(value) !== "")
		.map(([field, value]) => `${field}\n${identityOf(value)}`)
		.toSorted();
	const files = attachmentsOf(live.parts.get(""))
		.map((file) => file.id)
		.toSorted();
	const lists = ["comments", "worklogs"].map((part) => live.parts.get(part) ?? []);
	const links = at(live.parts.get(""), "fields", "issuelinks") ?? [];
	return createHash("sha256")
		.update(canonicalJson([fields, files, links, ...lists]))
		.digest("hex");
}
