import { type ItemRef, itemRefText, type JsonValue } from "@skyeworx/core";
import type { KindDefinition, StoredItem } from "@skyeworx/engine";
import { adfText } from "../../adf/plain-text.ts";
import { adfReferences } from "../../adf/references.ts";
import { isAdf } from "../../adf/walk.ts";
import { at, idAt, listAt, objectAt, textAt, timeAt } from "../../record/json-access.ts";
import { assetRefs } from "./asset-field.ts";
import { isComparable, plain } from "./field-values.ts";
import { formsOf } from "./form/forms-of-item.ts";
import { linksOf } from "./links.ts";
import { attachmentsOf, richFields, workItemRef } from "./record.ts";
import { requestPeople, requestWords } from "./request/request-side.ts";

type ItemFacts = ReturnType<KindDefinition["describe"]>;

/** Fields whose value is said elsewhere in the facts, or names something of the site rather than of the item. */
const notText: ReadonlySet<string> = new Set(["summary", "project", "issuetype", "status", "parent", "priority", "resolution"]);

function texts(item: StoredItem): string {
	const main = item.parts.get("");
	const fields = Object.entries(objectAt(main, "fields"))
		.filter(([field, value]) => value !== null && !notText.has(field) && isComparable(field, value))
		.map(([, value]) => (isAdf(value) ? adfText(value) : words(value)));
	const comments = listAt(item.parts.get("comments")).map((comment) => adfText(at(comment, "body") ?? null));
	const notes = listAt(item.parts.get("worklogs")).map((worklog) => adfText(at(worklog, "comment") ?? null));
	const files = attachmentsOf(main).map((file) => file.name);
	return [...fields, ...comments, ...notes, ...files, ...requestWords(item), ...formsOf(item).flatMap(({ name, said }) => [name, ...said])]
		.filter((text) => text !== "")
		.join("\n");
}

/** Words a person may search for; machine values (numbers, dates, unknown objects) are not. */
function words(value: JsonValue): string {
	if (typeof value === "string") return /^\d{4}-\d\d-\d\d/.test(value) ? "" : value;
	if (Array.isArray(value))
		return value
			.map(words)
			.filter((text) => text !== "")
			.join(" ");
	if (typeof value !== "object" || value === null) return "";
	const text = plain(value);
	return text.startsWith("{") ? "" : text;
}

function people(item: StoredItem): readonly string[] {
	const names = new Set<string>();
	const add = (person: JsonValue): void => {
		const name = textAt(person, "displayName");
		if (name !== undefined && textAt(person, "accountId") !== undefined) names.add(name);
	};
	for (const value of Object.values(objectAt(item.parts.get(""), "fields")))
		for (const one of Array.isArray(value) ? (value as readonly JsonValue[]) : [value]) add(one);
	for (const part of ["comments", "worklogs"]) for (const entry of listAt(item.parts.get(part))) add(at(entry, "author") ?? null);
	for (const name of requestPeople(item)) names.add(name);
	return [...names];
}

function references(item: StoredItem): readonly ItemRef[] {
	const main = item.parts.get("");
	const found = new Map<string, ItemRef>();
	const add = (ref: ItemRef): void => {
		if (ref.id !== item.ref.id) found.set(itemRefText(ref), ref);
	};
	const parent = idAt(main, "fields", "parent", "id");
	if (parent !== undefined) add(workItemRef(parent));
	for (const value of Object.values(objectAt(main, "fields"))) for (const ref of assetRefs(value)) add(ref);
	for (const link of linksOf(main)) add(workItemRef(link.otherId));
	const bodies = listAt(item.parts.get("comments")).map((comment): JsonValue => at(comment, "body") ?? null);
	const documents: readonly JsonValue[] = [...richFields(main).values(), ...bodies];
	for (const document of documents) {
		for (const id of adfReferences(document).pageIds) add({ kind: "confluence.page", id });
	}
	return [...found.values()];
}

/** The author of the youngest change or comment; Jira's record itself does not name one. */
function updatedBy(item: StoredItem): ItemFacts["updatedBy"] {
	const changes = [
		...listAt(item.parts.get("history"))
			.slice(-1)
			.map((change) => ({ author: at(change, "author"), time: timeAt(change, "created") ?? 0 })),
		...listAt(item.parts.get("comments")).map((comment) => ({
			author: at(comment, "updateAuthor"),
			time: timeAt(comment, "updated") ?? 0,
		})),
		{ author: at(item.parts.get(""), "fields", "creator"), time: 0 },
	];
	const { author } = changes.reduce((latest, change) => (change.time > latest.time ? change : latest));
	const [accountId, name] = [textAt(author, "accountId"), textAt(author, "displayName")];
	return accountId === undefined ? undefined : { accountId, name: name ?? accountId };
}

/** Milliseconds and zone in one way: Jira writes `2026-05-03T10:15:30.000+1000`. */
function instant(text: string | undefined): string | undefined {
	const time = Date.parse(text ?? "");
	return Number.isFinite(time) ? new Date(time).toISOString() : undefined;
}

/** Drops members without a value: an absent fact is no member. */
function given<T extends object>(facts: { [K in keyof T]: T[K] | undefined }): Partial<T> {
	return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Tells what the catalog and the UI show of a work item. */
export function describeWorkItem(item: StoredItem, site: { readonly url: string }): ItemFacts {
	const main = item.parts.get("");
	const key = textAt(main, "key") ?? item.ref.id;
	const project = at(main, "fields", "project");
	const parent = idAt(main, "fields", "parent", "id");
	const spaceId = idAt(project, "id");
	const spaceKey = textAt(project, "key") ?? key.replace(/-\d+$/, "");
	const space = spaceId === undefined ? undefined : { id: spaceId, key: spaceKey, name: textAt(project, "name") ?? spaceKey };
	return {
		app: textAt(project, "projectTypeKey") === "service_desk" ? "jsm" : "jira",
		key,
		title: textAt(main, "fields", "summary") ?? "",
		...given<Pick<ItemFacts, "space" | "parent" | "type" | "status" | "updatedBy" | "createdAt" | "updatedAt">>({
			space,
			parent: parent === undefined ? undefined : workItemRef(parent),
			type: textAt(main, "fields", "issuetype", "name"),
			status: textAt(main, "fields", "status", "name"),
			updatedBy: updatedBy(item),
			createdAt: instant(textAt(main, "fields", "created")),
			updatedAt: instant(textAt(main, "fields", "updated")),
		}),
		text: texts(item),
		people: people(item),
		url: `${site.url}/browse/${key}`,
		references: references(item),
		files: attachmentsOf(main),
	};
}
