import { createHash } from "node:crypto";
import { canonicalJson, type ItemRef, itemRefText, type JsonObject } from "@skyeworx/core";
import type { FieldDifference, ItemPlan, LiveItem, RestoreOptions, StoredItem } from "@skyeworx/engine";
import { z } from "zod";
import type { AppSite } from "../../../../app-reader.ts";
import { idAt, textAt } from "../../../../record/json-access.ts";
import { rowOf } from "../../../setting/essence.ts";
import { findPeople } from "../../../work-item/restore/elsewhere/vocabulary.ts";
import { isOtherSite } from "../../other-site.ts";
import { assetSchemaKind } from "../../schema/asset-schema.ts";
import { openAssets } from "../../workspace.ts";
import { assetObjectTable, objectDifferences } from "../asset-object.ts";
import { assetObjectRef, attributePrefix, attributesIn, mainOf, withReferences } from "../object-record.ts";
import { readSchemaNow, type SchemaNow } from "./schema-now.ts";

const details = z.object({
	/** What is changed in place; null when it is created. */
	live: z.string().nullable(),
	/** Fields to write: `attribute/135`. */
	fields: z.array(z.string()),
	/** On another site: people's accounts there, null for those who have none. */
	people: z.record(z.string(), z.string().nullable()).default({}),
});

export type ObjectDetails = z.infer<typeof details>;

/** What applying a plan needs to know: ids, no content. */
export const readDetails = (plan: Pick<ItemPlan, "details">): ObjectDetails => details.parse(plan.details);

interface Question {
	readonly wanted: StoredItem;
	readonly live: LiveItem;
	readonly options: RestoreOptions;
	/** What is restored with it. */
	readonly selected: ReadonlySet<string>;
	/** A record with what it refers to called as the site calls it today. */
	readonly today: (record: JsonObject) => JsonObject;
	/** Its schema as the site has it, asked for when it has to be made; undefined when it is not there. */
	readonly schema: () => Promise<SchemaNow | undefined>;
	readonly people: () => Promise<Readonly<Record<string, string | null>>>;
}

/** Says what a restore would do with objects; writes nothing. */
export async function planObjects(
	site: AppSite,
	asked: {
		readonly wanted: readonly StoredItem[];
		readonly live: readonly LiveItem[];
		readonly options: RestoreOptions;
		readonly selection: readonly { readonly ref: ItemRef; readonly liveRef: ItemRef }[];
	},
): Promise<readonly ItemPlan[]> {
	const { options, selection } = asked;
	const selected = new Set(selection.map(({ ref }) => itemRefText(ref)));
	const liveRefs = new Map(selection.map(({ ref, liveRef }) => [itemRefText(ref), { ref: liveRef }]));
	const byIds = !isOtherSite(options);
	const mapped = (ref: ItemRef) => (byIds ? liveRefs.get(itemRefText(ref)) : undefined);
	const schemas = new Map<string, Promise<SchemaNow | undefined>>();
	const schemaOf = async (record: JsonObject): Promise<SchemaNow | undefined> => {
		const key = idAt(record, "objectSchemaId") ?? "";
		const reading =
			schemas.get(key) ??
			openAssets(site.client, undefined).then(
				async (assets) => await readSchemaNow(assets, record, { byIds, mapped: goneStays(mapped, key) }),
			);
		schemas.set(key, reading);
		return await reading;
	};
	let people: Promise<Readonly<Record<string, string | null>>> | undefined;
	const peopleOf = () => {
		people ??= byIds ? Promise.resolve({}) : findPeople(site.client, peopleIn(asked.wanted), { standIn: options.standIn });
		return people;
	};
	const today = (record: JsonObject): JsonObject => withReferences(record, (id) => mapped(assetObjectRef(id))?.ref.id ?? id);
	const plans: ItemPlan[] = [];
	for (const [index, wanted] of asked.wanted.entries()) {
		const live = asked.live[index] ?? { ref: wanted.ref, state: "absent" };
		plans.push(await planObject({ wanted, live, options, selected, schema: () => schemaOf(mainOf(wanted)), people: peopleOf, today }));
	}
	return plans;
}

/** A schema that stands for itself is looked for rather than believed in: it may be gone. */
function goneStays(mapped: (ref: ItemRef) => { readonly ref: ItemRef } | undefined, id: string): typeof mapped {
	return (ref) => {
		const now = mapped(ref);
		return now === undefined || now.ref.id === id ? undefined : now;
	};
}

function peopleIn(items: readonly StoredItem[]) {
	return items
		.flatMap((item) => attributesIn(mainOf(item)))
		.flatMap(({ values }) =>
			values.flatMap((value) => (value.type === "user" ? { accountId: value.accountId, name: value.name, email: undefined } : [])),
		);
}

const spokenOf = (options: RestoreOptions, field: string): boolean => options.fields?.includes(field) ?? true;

async function planObject(question: Question): Promise<ItemPlan> {
	const { live, options } = question;
	if ((options.target.type === "copy" && !isOtherSite(options)) || (options.ifExists === "copy" && live.state === "live")) {
		return nothing(question, "cannot", "An asset object is restored to its place or to another site, not as a copy.");
	}
	return live.state === "live" ? planChange(question, mainOf(live.item)) : await planCreate(question);
}

function about({ wanted }: Question): Pick<ItemPlan, "ref" | "label" | "after"> {
	const main = mainOf(wanted);
	const schema = { kind: assetSchemaKind, id: idAt(main, "objectSchemaId") ?? "" };
	const targets = attributesIn(main).flatMap(({ values }) => values.flatMap((value) => (value.type === "object" ? value.id : [])));
	const others = [...new Set(targets)].filter((id) => id !== wanted.ref.id).map(assetObjectRef);
	const label = [textAt(main, "objectKey"), textAt(main, "label")].filter((text) => text !== undefined).join(" ");
	return { ref: wanted.ref, label, after: [schema, ...others] };
}

function nothing(question: Question, action: "leave" | "cannot", reason: string): ItemPlan {
	const { live } = question;
	const liveDigest = live.state === "live" ? digestOf(mainOf(live.item)) : "absent";
	return { ...about(question), action, reason, changes: [], losses: [], liveDigest, details: null, requests: 0 };
}

/** Digest of all that a plan depends on. */
function digestOf(record: JsonObject): string {
	const { objectType } = record;
	return createHash("sha256")
		.update(canonicalJson([objectType ?? null, valuesOf(record)]))
		.digest("hex");
}

const valuesOf = (record: JsonObject): JsonObject =>
	Object.fromEntries(Object.entries(record).filter(([name]) => name.startsWith(attributePrefix)));

function planChange(question: Question, live: JsonObject): ItemPlan {
	const { wanted, options } = question;
	if (options.ifExists === "skip") return nothing(question, "leave", "It exists, and existing items are to be left alone.");
	const all = objectDifferences(live, question.today(mainOf(wanted)));
	const changes = all.filter(({ field }) => field.startsWith(attributePrefix) && spokenOf(options, field));
	if (changes.length === 0) return nothing(question, "leave", "It is as the snapshot has it, as far as Assets lets it be written.");
	return {
		...about(question),
		action: "change",
		changes,
		losses: lossesOf("inPlace", all),
		liveDigest: digestOf(live),
		details: { live: question.live.ref.id, fields: changes.map(({ field }) => field), people: {} },
		requests: 4,
	};
}

async function planCreate(question: Question): Promise<ItemPlan> {
	const { wanted, options, selected } = question;
	const main = mainOf(wanted);
	const withSchema = selected.has(itemRefText({ kind: assetSchemaKind, id: idAt(main, "objectSchemaId") ?? "" }));
	const type = textAt(main, "objectType", "name") ?? "";
	const schema = withSchema ? undefined : await question.schema();
	if (!withSchema && schema === undefined)
		return nothing(question, "cannot", "Its schema is not there any more: restore the schema with it.");
	if (schema !== undefined && schema.typeOf(main) === undefined) {
		return nothing(question, "cannot", `Its object type "${type}" is not there any more: restore the schema with it.`);
	}
	const all = objectDifferences({}, main);
	const fields = all.map(({ field }) => field).filter((field) => field.startsWith(attributePrefix) && spokenOf(options, field));
	return {
		...about(question),
		action: "create",
		changes: all,
		losses: lossesOf("recreated", [{ field: "id" }, { field: "objectKey" }, { field: "created" }, ...all]),
		liveDigest: "absent",
		details: { live: null, fields, people: { ...(await question.people()) } },
		requests: 5,
	};
}

function lossesOf(way: "inPlace" | "recreated", concerned: readonly Pick<FieldDifference, "field">[]): ItemPlan["losses"] {
	return concerned.flatMap(({ field }): ItemPlan["losses"][number][] => {
		const row = rowOf({ table: assetObjectTable }, field);
		const said = row?.[way];
		if (row === undefined || said?.level !== "impossible") return [];
		return [{ field, label: row.label, level: "impossible", reason: said.reason }];
	});
}
