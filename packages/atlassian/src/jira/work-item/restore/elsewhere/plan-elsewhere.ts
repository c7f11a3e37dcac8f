import type { ItemRef, JsonValue } from "@skyeworx/core";
import type { ItemPlan, RestoreOptions, StoredItem } from "@skyeworx/engine";
import type { HttpClient } from "../../../../http/http-client.ts";
import { at, idAt, objectAt, textAt } from "../../../../record/json-access.ts";
import { linkField } from "../../compare-items.ts";
import { fieldLabel, identityOf } from "../../field-values.ts";
import { formsOf } from "../../form/forms-of-item.ts";
import { linksOf } from "../../links.ts";
import { workItemKind } from "../../record.ts";
import type { Screen } from "../field-metadata.ts";
import { isOrganizations } from "../organizations-now.ts";
import { type PlanDetails, parseDetails } from "../plan-details.ts";
import type { ApplyPorts } from "../restoring.ts";
import { writableValue } from "../writable-value.ts";
import { estimates, otherwiseSet } from "../write-fields.ts";
import { findFields, findLinkTypes, findPeople, peopleIn, type Vocabulary } from "./vocabulary.ts";

type Loss = ItemPlan["losses"][number];

/** Learns what everything that some items name is called on the site of the target. */
export async function learnVocabulary(
	client: HttpClient,
	wanted: readonly StoredItem[],
	options: RestoreOptions,
	selection: readonly { readonly ref: ItemRef }[],
): Promise<Vocabulary> {
	const [people, fields, linkTypes] = await Promise.all([
		findPeople(client, peopleIn(wanted).values(), { standIn: options.standIn }),
		findFields(client, wanted),
		findLinkTypes(client, wanted),
	]);
	const items = selection.flatMap(({ ref }) => (ref.kind === workItemKind ? [ref.id] : []));
	return { people, fields, linkTypes, items };
}

/** The part of a vocabulary that one item needs. */
export function wordsOf(item: StoredItem, words: Vocabulary): Vocabulary {
	const people = new Set(peopleIn([item]).keys());
	const names = objectAt(item.parts.get(""), "names");
	const links = linksOf(item.parts.get(""));
	const others = new Set([idAt(item.parts.get(""), "fields", "parent", "id"), ...links.map((link) => link.otherId)]);
	const only = <T>(table: Readonly<Record<string, T>>, wanted: (id: string) => boolean) =>
		Object.fromEntries(Object.entries(table).filter(([id]) => wanted(id)));
	return {
		people: only(words.people, (id) => people.has(id)),
		fields: only(words.fields, (id) => id in names),
		linkTypes: only(words.linkTypes, (id) => links.some((link) => link.typeId === id)),
		items: words.items.filter((id) => others.has(id)),
	};
}

/** What an item loses on its way to another site, before anything of the target space is looked at. */
export function lossesOnTheWay(item: StoredItem, words: Vocabulary, standIn: string | undefined): readonly Loss[] {
	const main = item.parts.get("");
	const losses: Loss[] = [];
	const lose = (field: string, label: string, reason: string, level: Loss["level"] = "impossible") =>
		losses.push({ field, label, level, reason });
	for (const person of peopleIn([item]).values()) {
		const there = words.people[person.accountId] ?? null;
		const field = `people/${person.accountId}`;
		if (there === null) lose(field, person.name, "Not known on the target site: left out of fields, named in texts.");
		else if (there === standIn && there !== person.accountId)
			lose(field, person.name, "Not known on the target site: the stand-in is set instead.", "degraded");
	}
	for (const [field, to] of Object.entries(words.fields)) {
		if (to === null && identityOf(at(main, "fields", field)) !== "")
			lose(`fields.${field}`, fieldLabel(field, main), "The target site has no field of this name.");
	}
	for (const link of linksOf(main)) {
		const isKnown = words.items.includes(link.otherId) && (words.linkTypes[link.typeId] ?? null) !== null;
		if (!isKnown)
			lose(
				`links/${link.typeId}/${link.direction}/${link.otherId}`,
				`Link: ${link.phrase} ${link.otherKey}`,
				"It does not come along, or its type is not known there.",
			);
	}
	for (const { id, name } of formsOf(item))
		lose(`forms/${id}`, `Form ${name}`, "It is made from a template of the site that it comes from.");
	const parent = at(main, "fields", "parent");
	if (identityOf(parent) !== "" && !words.items.includes(idAt(parent, "id") ?? ""))
		lose("fields.parent", "Parent", "The parent does not come along.");
	return losses;
}

/** Holds a plan against the space it goes to: its work types, screens and choices. */
export async function fitToSpace(
	ports: Pick<ApplyPorts, "screens">,
	plan: ItemPlan,
	wanted: StoredItem,
	selection: readonly { readonly ref: ItemRef }[],
): Promise<ItemPlan> {
	const details = parseDetails(plan.details);
	const main = wanted.parts.get("");
	const type = at(main, "fields", "issuetype");
	const signal = new AbortController().signal;
	const typeId = await ports.screens.typeFor(details.spaceId, type, signal);
	if (typeId === undefined) return cannot(plan, `The target space has no work type "${textAt(type, "name") ?? ""}".`);
	const parentId = idAt(main, "fields", "parent", "id");
	const comesAlong = parentId !== undefined && selection.some(({ ref }) => ref.kind === workItemKind && ref.id === parentId);
	if (at(type, "subtask") === true && !comesAlong) return cannot(plan, "A sub-task can't be made without its parent: select that as well.");
	const screen = await ports.screens.screen(details.spaceId, typeId, signal);
	const losses = details.fields.flatMap((field) => lossOn(screen, field, main) ?? []);
	if (losses.some(({ field }) => field === "fields.security"))
		return cannot(plan, "Its security level can't be set in the target space: more people would see it.");
	const known = new Set(plan.losses.map(({ field }) => field));
	return { ...plan, losses: [...plan.losses, ...losses.filter(({ field }) => !known.has(field))] };
}

function lossOn(screen: Screen, field: string, main: JsonValue | undefined): Loss | undefined {
	if (otherwiseSet.has(field) || field === "parent") return undefined;
	const stored = at(main, "fields", field);
	if (identityOf(stored) === "") return undefined;
	const loss = { field: `fields.${field}`, label: fieldLabel(field, main), level: "impossible" as const };
	const metadata = screen.get(estimates.has(field) ? "timetracking" : field);
	if (metadata === undefined) return { ...loss, reason: "No screen of the target space takes it when a work item is created." };
	if (isOrganizations(stored)) return { ...loss, level: "degraded", reason: "Organizations of the same name there, where there are such." };
	const writable = estimates.has(field) ? { value: null } : writableValue(stored, metadata);
	return "reason" in writable ? { ...loss, reason: writable.reason } : undefined;
}

function cannot(plan: ItemPlan, reason: string): ItemPlan {
	return { ...plan, action: "cannot", reason, changes: [], losses: [], requests: 0 };
}

/** Copies are linked to each other only: a link to anything else would change an item that nobody selected. */
export function withoutForeignLinks(plan: ItemPlan, wanted: StoredItem, selection: readonly { readonly ref: ItemRef }[]): ItemPlan {
	if (plan.action !== "create") return plan;
	const selected = new Set(selection.flatMap(({ ref }) => (ref.kind === workItemKind ? [ref.id] : [])));
	const foreign = linksOf(wanted.parts.get("")).filter((link) => !selected.has(link.otherId));
	if (foreign.length === 0) return plan;
	const fields = new Set(foreign.map(linkField));
	const details = parseDetails(plan.details);
	const losses = foreign.map((link): Loss => {
		const reason = "It does not come along: a link would change a work item that is not selected.";
		return { field: linkField(link), label: `Link: ${link.phrase} ${link.otherKey}`, level: "impossible", reason };
	});
	return {
		...plan,
		changes: plan.changes.filter((change) => !fields.has(change.field)),
		losses: [...plan.losses, ...losses],
		details: { ...details, links: details.links.filter((field) => !fields.has(field)) },
	};
}

/** The same details for an item that goes to another site. */
export function withWords(plan: ItemPlan, words: Vocabulary): ItemPlan {
	if (plan.details === null) return plan;
	const details: PlanDetails = { ...parseDetails(plan.details), words };
	return { ...plan, details };
}
