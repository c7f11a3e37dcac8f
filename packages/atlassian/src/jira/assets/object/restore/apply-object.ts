import { AppError, isAppError, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { ApplyContext, ApplyResult, ItemPlan, RestoreProblem, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../../../app-reader.ts";
import { textAt } from "../../../../record/json-access.ts";
import { idIn } from "../../../setting/deed.ts";
import { isOtherSite } from "../../other-site.ts";
import { type Assets, ask, openAssets } from "../../workspace.ts";
import { assetObjectKind, assetObjectRef, attributePrefix, attributesIn, mainOf } from "../object-record.ts";
import { findObjects, idOf } from "../read-objects.ts";
import { readDetails } from "./plan-objects.ts";
import type { SchemaNow, SchemasNow } from "./schema-now.ts";
import { attributesBody, type Writing, type WrittenAttribute, writtenValues } from "./written-values.ts";

interface Work {
	readonly context: ApplyContext;
	readonly plan: ItemPlan;
	readonly wanted: StoredItem;
}

/** How long Assets' search may take to show what was just made. */
const settling = 5_000;

async function begin(site: AppSite, schemas: SchemasNow, { context, plan, wanted }: Work): Promise<Writing> {
	const assets = await openAssets(site.client, context.signal);
	const { mapped, restoreId } = context;
	const record = mainOf(wanted);
	const schema: SchemaNow | undefined = await schemas.of(assets, record, { restoreId, mapped, byIds: !isOtherSite(context.options) });
	const typeId = schema?.typeOf(record);
	if (schema === undefined || typeId === undefined) {
		throw new AppError("restore-failed", "Its object type is not there", { hint: "Restore the schema with it." });
	}
	return { assets, context, details: readDetails(plan), wanted, schema, typeId };
}

/** Carries out one object's plan but for references to objects that come later. */
export async function applyObject(site: AppSite, schemas: SchemasNow, work: Work): Promise<ApplyResult> {
	const writing = await begin(site, schemas, work);
	const { context } = work;
	const { live } = writing.details;
	const { attributes, problems } = await writtenValues(writing);
	// A reference that finds nothing now may find it in `finish`, which says what is still missing.
	const found: RestoreProblem[] = problems.filter(({ field }) => !attributes.some((one) => one.field === field && one.isReference));
	let id = live;
	// What is there is not given up for a part of what was there.
	const whole = attributes.filter(({ isWhole }) => isWhole);
	if (id === null) id = await create(site, writing, work, { attributes, problems: found });
	else await change(writing, context, { id, attributes: whole, problems: found, step: "values" });
	return { mapped: { ref: assetObjectRef(id) }, url: `${site.siteUrl}/jira/assets/object/${id}`, problems: found };
}

/** Writes the references to objects that were made after this one. */
export async function finishObject(site: AppSite, schemas: SchemasNow, work: Work, result: ApplyResult): Promise<void> {
	const { fields } = readDetails(work.plan);
	const referring = attributesIn(mainOf(work.wanted)).filter(
		({ id, values }) => fields.includes(attributePrefix + id) && values.some(({ type }) => type === "object"),
	);
	if (referring.length === 0) return;
	const writing = await begin(site, schemas, work);
	const { attributes, problems } = await writtenValues({
		...writing,
		details: { ...writing.details, fields: referring.map(({ id }) => attributePrefix + id) },
	});
	for (const problem of problems) work.context.problem(problem);
	const refused: RestoreProblem[] = [];
	const { id } = result.mapped.ref;
	const written = attributes.filter(({ isWhole }) => isWhole || writing.details.live === null);
	await change(writing, work.context, { id, attributes: written, problems: refused, step: "references" });
	for (const problem of refused) work.context.problem(problem);
}

interface Change {
	readonly id: string;
	readonly attributes: readonly WrittenAttribute[];
	readonly problems: RestoreProblem[];
	readonly step: string;
}

/** One write; where Assets refuses it, one for each attribute, so that one bad value does not hold up the rest. */
async function change({ assets, typeId }: Writing, context: ApplyContext, { id, attributes, problems, step }: Change): Promise<void> {
	if (attributes.length === 0) return;
	const write = async (some: readonly WrittenAttribute[]): Promise<void> => {
		const body = { objectTypeId: typeId, attributes: attributesBody(some) };
		await ask(assets, { method: "PUT", path: "object/{id}", parameters: { id }, body, idempotent: true });
	};
	// Written twice it is the same; what was refused is written again to know why.
	const refused = await context.step<JsonValue>(step, {
		run: async () => {
			try {
				await write(attributes);
				return [];
			} catch (error) {
				if (!isAppError(error, "site-refused")) throw error;
				return await refusals(attributes, write);
			}
		},
		find: async () => undefined,
	});
	for (const attribute of attributes) if (Array.isArray(refused) && refused.includes(attribute.field)) problems.push(refusalOf(attribute));
}

async function refusals(attributes: readonly WrittenAttribute[], write: (some: readonly WrittenAttribute[]) => Promise<void>) {
	const refused: string[] = [];
	for (const attribute of attributes) {
		try {
			await write([attribute]);
		} catch (error) {
			if (!isAppError(error, "site-refused")) throw error;
			refused.push(attribute.field);
		}
	}
	return refused;
}

const refusalOf = ({ field }: WrittenAttribute): RestoreProblem => ({ field, reason: "Assets does not take the value." });

interface Creation {
	readonly attributes: readonly WrittenAttribute[];
	readonly problems: RestoreProblem[];
}

async function create(site: AppSite, writing: Writing, { context, wanted }: Work, { attributes, problems }: Creation): Promise<string> {
	const { assets, typeId } = writing;
	const twins = async (): Promise<string[]> => await objectsAlike(writing, attributes);
	const before = await context.step("known", { run: twins });
	const made = await context.step<JsonValue>("create", {
		run: () => createTaken(assets, typeId, attributes),
		find: async () => {
			await site.ports.clock.sleep(settling, context.signal);
			const mine = madeBefore(context);
			const id = (await twins()).find((one) => !before.includes(one) && !mine.has(one));
			return id === undefined ? undefined : { id, refused: [] };
		},
	});
	const id = textAt(made, "id") ?? "";
	if (id === "") throw new AppError("restore-failed", `Assets gave no id to ${textAt(mainOf(wanted), "objectKey") ?? "the object"}`);
	context.created({ ref: assetObjectRef(id), part: "" });
	const { refused } = made as { readonly refused: readonly string[] };
	for (const attribute of attributes) if (refused.includes(attribute.field)) problems.push(refusalOf(attribute));
	return id;
}

/** Objects that this restore has made so far: called alike, none of them is the one whose answer was lost. */
function madeBefore({ plans, mapped }: ApplyContext): ReadonlySet<string> {
	const objects = plans.filter(({ ref }) => ref.kind === assetObjectKind);
	return new Set(objects.flatMap(({ ref }) => mapped(ref)?.ref.id ?? []));
}

/** Makes the object; values that Assets names in its refusal are left out, and said. */
async function createTaken(assets: Assets, typeId: string, attributes: readonly WrittenAttribute[]): Promise<JsonObject> {
	let left = attributes.filter(({ values }) => values.length > 0);
	const refused: string[] = [];
	for (;;) {
		try {
			const body = { objectTypeId: typeId, attributes: attributesBody(left) };
			const id = idIn(await ask(assets, { method: "POST", path: "object/create", body })) ?? "";
			return { id, refused };
		} catch (error) {
			const named = isAppError(error, "site-refused") ? String(error.facts?.fields ?? "").match(/\d+/g) : null;
			const bad = left.filter(({ id }) => named?.includes(id) === true);
			if (bad.length === 0) throw error;
			refused.push(...bad.map(({ field }) => field));
			left = left.filter((attribute) => !bad.includes(attribute));
		}
	}
}

/** Ids of the objects of a type that are called like this one: whichever was not there before was made by this restore. */
async function objectsAlike({ assets, schema, typeId, wanted }: Writing, attributes: readonly WrittenAttribute[]): Promise<string[]> {
	const label = schema.labelName(typeId);
	const attribute = attributesIn(mainOf(wanted)).find(({ name }) => name === label);
	const value = attributes.find(({ field }) => field === `${attributePrefix}${attribute?.id}`)?.values[0];
	const named = label === undefined || value === undefined ? "" : ` AND ${quoted(label)} = ${quoted(value)}`;
	const ids: string[] = [];
	for await (const page of findObjects(assets, `objectTypeId = ${typeId}${named}`)) ids.push(...page.map(idOf));
	return ids;
}

/** A text in AQL. */
function quoted(text: string): string {
	return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
