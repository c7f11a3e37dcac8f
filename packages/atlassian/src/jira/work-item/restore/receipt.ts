import { canonicalJson, type JsonValue } from "@skyeworx/core";
import type { ApplyContext, PlanAction, ReceiptField, RestoreOptions, RestoreProblem, StoredItem } from "@skyeworx/engine";
import { adfText } from "../../../adf/plain-text.ts";
import { isAdf } from "../../../adf/walk.ts";
import { at, idAt, isRawNumber, listAt, mapJson, objectAt, textAt } from "../../../record/json-access.ts";
import { compareWorkItems, linkField } from "../compare-items.ts";
import { workItemFidelity } from "../fidelity.ts";
import { fieldLabel, identityOf, isComparable } from "../field-values.ts";
import { linksOf } from "../links.ts";
import { attachmentsOf, workItemRef } from "../record.ts";
import { participantsOf } from "../request/request-side.ts";
import { translateItem } from "./elsewhere/translate-item.ts";
import { entryOf, matchParts } from "./match-parts.ts";
import { parseDetails } from "./plan-details.ts";
import { isRestricted, isWanted } from "./plan-items.ts";
import { withoutProvenance } from "./provenance.ts";
import { besideLines } from "./receipt-beside.ts";
import { rewriteBody } from "./rewrite-bodies.ts";
import { thingsNow } from "./things-now.ts";

/** What {@link receiptOf} is given beside the two versions. */
export interface ReceiptContext {
	readonly action: PlanAction;
	readonly mapped: ApplyContext["mapped"];
	readonly mappedKey: ApplyContext["mappedKey"];
	readonly options: RestoreOptions;
	/** The plan's, as planning wrote them. */
	readonly details: JsonValue;
	/** What was said not to have worked. */
	readonly problems: readonly RestoreProblem[];
}

type Rewrite = (value: JsonValue) => JsonValue;

/** Compares what was wanted with what is there now, field by field; pure. */
export function receiptOf(stored: StoredItem, now: StoredItem, context: ReceiptContext): readonly ReceiptField[] {
	const { words } = parseDetails(context.details);
	const wanted = words === null ? stored : translateItem(stored, words);
	const files = context.mapped(wanted.ref)?.files ?? {};
	// The address of the site stands in every record; a receipt knows no connection.
	const siteUrl = (textAt(now.parts.get(""), "self") ?? "").replace(/\/rest\/api\/.*$|\/ex\/jira\/.*$/, "");
	const elsewhere = now.ref.id !== wanted.ref.id;
	const rewrite: Rewrite = (value) => rewriteBody(value, { item: wanted, files, siteUrl, names: context, elsewhere });
	const fields = [
		...fieldLines(wanted, now, { context, rewrite }),
		...entryLines(wanted, now, { context, rewrite }),
		...fileLines(wanted, now, context),
		...linkLines(wanted, now, context),
		...besideLines(wanted, now, context),
		...keyLine(wanted, now, context),
		...(context.action === "create" ? impossibleLines(wanted) : []),
	];
	return fields.filter((line) => isWanted(line.field, context.options));
}

/** Jira adds ids of its own to some nodes. */
function plainDocument(value: JsonValue): string {
	return canonicalJson(mapJson(value, (member, name) => (name === "localId" ? undefined : member)) ?? null);
}

function sameBody(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
	return plainDocument(one ?? null) === plainDocument(other ?? null);
}

interface Lines {
	readonly context: ReceiptContext;
	readonly rewrite: Rewrite;
}

function fieldLines(wanted: StoredItem, now: StoredItem, { context, rewrite }: Lines): ReceiptField[] {
	const [before, after] = [wanted.parts.get(""), now.parts.get("")];
	const [then, current] = [objectAt(before, "fields"), objectAt(after, "fields")];
	return [...new Set([...Object.keys(then), ...Object.keys(current)])].flatMap((name): ReceiptField[] => {
		const [stored, value] = [then[name], current[name]];
		if (!isComparable(name, stored, value) || (identityOf(stored) === "" && identityOf(value) === "")) return [];
		const line = { field: `fields.${name}`, label: fieldLabel(name, before, after) };
		if (name === "parent") return [{ ...line, ...verdict(parentNow(stored, context) === idAt(value, "id")) }];
		if (name === "project" && isChosenSpace(value, context)) return [{ ...line, result: "degraded", reason: "The space that was chosen." }];
		if (isAdf(stored)) return [{ ...line, ...bodyVerdict(stored, value, rewrite) }];
		if (
			name === "summary" &&
			context.action === "create" &&
			typeof stored === "string" &&
			value === `[Restored copy] ${stored}`.slice(0, 255)
		) {
			return [{ ...line, result: "degraded", reason: "Marked as a copy." }];
		}
		if (identityOf(thingsNow(stored, context.mapped)) === identityOf(value) && identityOf(stored) !== identityOf(value))
			return [{ ...line, result: "degraded", reason: "The same sprints or assets under new numbers." }];
		if (identityOf(stored) === identityOf(value) || followsKey(stored, value, context)) return [{ ...line, result: "exact" }];
		if (onlyMoreParticipants(wanted, stored, value))
			return [{ ...line, result: "degraded", reason: "People who took part later are kept." }];
		if (onlyClosedMissing(stored, value)) return [{ ...line, result: "degraded", reason: "Jira takes nothing into closed sprints." }];
		if (identityOf(value) === "" && stored === textAt(then.parent, "key"))
			return [{ ...line, result: "degraded", reason: "It follows the parent; the space does not show it." }];
		const named = sameNames(stored, value);
		return [{ ...line, ...(named ? { result: "degraded" as const, reason: "The same name under another id." } : verdict(false)) }];
	});
}

/** A copy lies where it was asked to lie. */
function isChosenSpace(value: JsonValue | undefined, { options: { target }, details }: ReceiptContext): boolean {
	return target.type === "copy" && target.spaceId !== undefined && idAt(value, "id") === parseDetails(details).spaceId;
}

function verdict(same: boolean): Pick<ReceiptField, "result" | "reason"> {
	return same ? { result: "exact" } : { result: "failed", reason: "The site has another value." };
}

/** A field that holds the key of an item which has a new key now, as Epic Link does, follows it. */
function followsKey(stored: JsonValue | undefined, value: JsonValue | undefined, context: ReceiptContext): boolean {
	return typeof stored === "string" && value !== undefined && context.mappedKey(stored) === value;
}

function parentNow(stored: JsonValue | undefined, context: ReceiptContext): string | undefined {
	const id = idAt(stored, "id");
	return id === undefined ? undefined : (context.mapped(workItemRef(id))?.ref.id ?? id);
}

function bodyVerdict(stored: JsonValue, value: JsonValue | undefined, rewrite: Rewrite): Pick<ReceiptField, "result" | "reason"> {
	if (sameBody(stored, value)) return { result: "exact" };
	if (sameBody(rewrite(stored), value)) return { result: "degraded", reason: "Files and links in it point to what they are called now." };
	return verdict(false);
}

/** Values of another space: its own statuses, components and options of the same name. */
function sameNames(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
	const names = (value: JsonValue | undefined): string[] =>
		(Array.isArray(value) ? value : [value ?? null]).flatMap((entry) =>
			isRawNumber(entry) ? [] : (textAt(entry, "name") ?? textAt(entry, "value") ?? textAt(entry, "requestType", "name") ?? []),
		);
	return names(one).length > 0 && names(one).toSorted().join("\n") === names(other).toSorted().join("\n");
}

/** The field that shows who takes part in a request: a restore takes nobody out. */
function onlyMoreParticipants(wanted: StoredItem, stored: JsonValue | undefined, value: JsonValue | undefined): boolean {
	const ids = (list: JsonValue | undefined) => listAt(list).flatMap((person) => textAt(person, "accountId") ?? []);
	const there = new Set(ids(value));
	const isTheirs =
		ids(stored).toSorted().join() ===
		participantsOf(wanted)
			.map(({ accountId }) => accountId)
			.toSorted()
			.join();
	return isTheirs && there.size > 0 && ids(stored).every((id) => there.has(id));
}

/** Sprints: what is there was wanted, and what is not there is closed. */
function onlyClosedMissing(stored: JsonValue | undefined, value: JsonValue | undefined): boolean {
	const there = new Set(listAt(value).map((sprint) => idAt(sprint, "id")));
	const wanted = listAt(stored);
	const known = wanted.every((sprint) => textAt(sprint, "state") === "closed" || there.has(idAt(sprint, "id")));
	return wanted.some((sprint) => textAt(sprint, "state") === "closed") && known && there.size < wanted.length;
}

function entryLines(wanted: StoredItem, now: StoredItem, { context, rewrite }: Lines): ReceiptField[] {
	const rewritten = rewriteEntries(wanted, rewrite);
	const match = matchParts(rewritten, now);
	return (["comments", "worklogs"] as const).flatMap((part) =>
		listAt(wanted.parts.get(part)).flatMap((entry): ReceiptField[] => {
			const id = idAt(entry, "id") ?? "";
			const label = compareWorkItems(undefined, { ...wanted, parts: new Map([[part, [entry]]]) })[0]?.label ?? id;
			const line = { field: `${part}/${id}`, label };
			const there = match[part].same.get(id);
			if (there === undefined) return [{ ...line, result: "failed", reason: "It is not there." }];
			if (there !== id) return [{ ...line, ...againVerdict(entryOf(rewritten, part, id), entryOf(now, part, there), part) }];
			return [{ ...line, ...verdict(!match[part].changed.includes(id) || context.action === "leave") }];
		}),
	);
}

function rewriteEntries(wanted: StoredItem, rewrite: Rewrite): StoredItem {
	const parts = new Map(wanted.parts);
	for (const [part, name] of [
		["comments", "body"],
		["worklogs", "comment"],
	] as const) {
		const list = listAt(parts.get(part)).map((entry) => {
			const text = at(entry, name);
			return text === undefined ? entry : { ...objectAt(entry), [name]: rewrite(text) };
		});
		if (list.length > 0) parts.set(part, list);
	}
	return { ...wanted, parts };
}

/** An entry made again: its text stands under a line that says whose it was. */
function againVerdict(entry: JsonValue | undefined, now: JsonValue | undefined, part: string): Pick<ReceiptField, "result" | "reason"> {
	const name = part === "comments" ? "body" : "comment";
	const [text, there] = [at(entry, name), withoutProvenance(at(now, name))];
	const isSame = sameBody(text, there) || (adfText(text ?? null) === "" && adfText(there ?? null) === "");
	if (!isSame) return { result: "degraded", reason: "Made again; its text differs in form from the original." };
	return { result: "degraded", reason: "Made again in the connection's name; its first line says who wrote it and when." };
}

function fileLines(wanted: StoredItem, now: StoredItem, context: ReceiptContext): ReceiptField[] {
	const { same } = matchParts(wanted, now).files;
	const isElsewhere = parseDetails(context.details).words !== null;
	const files = context.mapped(wanted.ref)?.files ?? {};
	const there = new Set(attachmentsOf(now.parts.get("")).map((file) => file.id));
	return attachmentsOf(wanted.parts.get("")).map(({ id, name }): ReceiptField => {
		const line = { field: `file/${id}`, label: `Attachment ${name}` };
		// On another site the same number is another file's.
		const current = files[id]?.id ?? (isElsewhere ? undefined : same.get(id));
		if (current === undefined || !there.has(current)) return { ...line, result: "failed", reason: "It is not there." };
		if (current === id && !isElsewhere) return { ...line, result: "exact" };
		return { ...line, result: "degraded", reason: "Same bytes and name under a new id, in the connection's name." };
	});
}

function linkLines(wanted: StoredItem, now: StoredItem, context: ReceiptContext): ReceiptField[] {
	const there = new Map(linksOf(now.parts.get("")).map((link) => [linkField(link), link.id]));
	const planned = new Set(parseDetails(context.details).links);
	const isCopy = context.options.target.type === "copy";
	return linksOf(wanted.parts.get("")).flatMap((link): ReceiptField | ReceiptField[] => {
		if (isCopy && !planned.has(linkField(link))) return [];
		const otherId = context.mapped(workItemRef(link.otherId))?.ref.id ?? link.otherId;
		const line = { field: linkField(link), label: `Link: ${link.phrase} ${link.otherKey}` };
		const current = there.get(linkField({ ...link, otherId }));
		if (current === undefined) return { ...line, result: "failed", reason: "The linked work item is not there, or may not be linked." };
		return current === link.id ? { ...line, result: "exact" } : { ...line, result: "degraded", reason: "Made again under a new link id." };
	});
}

/** What a work item that was moved back into its space is called there. */
function keyLine(wanted: StoredItem, now: StoredItem, { details }: ReceiptContext): ReceiptField[] {
	if (parseDetails(details).move === null) return [];
	const line = { field: "key", label: "Key" };
	const [then, key] = [textAt(wanted.parts.get(""), "key"), textAt(now.parts.get(""), "key") ?? ""];
	if (then === key) return [{ ...line, result: "exact" }];
	return [{ ...line, result: "degraded", reason: `Jira numbered it anew: it is ${key} now, and its old keys lead to it.` }];
}

/** Rows of the fidelity table that no restore can bring back, as far as the item has something there. */
function impossibleLines(wanted: StoredItem): ReceiptField[] {
	const main = wanted.parts.get("");
	return workItemFidelity.flatMap((row): ReceiptField[] => {
		if (row.recreated.level !== "impossible" || row.field.includes("*")) return [];
		if (row.field === "feedback") return [];
		if (row.field === "history" && !wanted.parts.has("history")) return [];
		if (row.field === "fields.issuerestriction" && !isRestricted(main)) return [];
		return [{ field: row.field, label: row.label, result: "impossible", reason: row.recreated.reason }];
	});
}
