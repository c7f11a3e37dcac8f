import { createHash } from "node:crypto";
import { AppError, canonicalJson, type ItemRef, itemRefText, type JsonObject, type JsonValue } from "@skyeworx/core";
import type {
	ApplyContext,
	ApplyResult,
	CreatedThing,
	ItemPlan,
	KindRestore,
	LiveItem,
	PlanAction,
	ReceiptField,
	RestoreOptions,
	StoredItem,
} from "@skyeworx/engine";
import { z } from "zod";
import type { AppSite } from "../../app-reader.ts";
import { textAt } from "../../record/json-access.ts";
import { differences, fieldReceipt } from "../fields.ts";
import { spacesById } from "../live/read-live.ts";
import { isElsewhere, spaceRef } from "../restore/placement.ts";
import { wantsField } from "../restore/plan-details.ts";
import { rewriteBody } from "../restore/rewrite-body.ts";
import { templateFidelity, templateFields } from "./template-kind.ts";
import { fetchTemplate, isBlueprint, listTemplates, readTemplate, type TemplateRecord } from "./template-record.ts";

const kind = "confluence.template";
const one = "/wiki/rest/api/template/{contentTemplateId}";
const detailsShape = z.object({
	targetId: z.string().nullable(),
	/** Key of the space that it goes into; null for the whole site, or when the space comes back in the same restore. */
	spaceKey: z.string().nullable(),
	/** On another site, where the space's own id and key mean nothing, or something else. */
	elsewhere: z.boolean().default(false),
});

interface Decision {
	readonly action: PlanAction;
	readonly reason?: string;
	readonly targetId?: string;
	readonly spaceKey?: string;
	readonly changes: ItemPlan["changes"];
	readonly after?: readonly ItemRef[];
}

interface Question {
	readonly options: RestoreOptions;
	readonly keys: ReadonlyMap<string, string>;
	readonly selected: ReadonlySet<string>;
}

function decideCreate({ options, keys, selected }: Question, wanted: StoredItem, template: TemplateRecord, copy: boolean): Decision {
	const changes = differences([], templateFields(wanted)).filter(({ field }) => wantsField(options, field));
	const { space } = template;
	if (space == null) return { action: "create", changes };
	const other = options.target.type === "copy" ? options.target.spaceId : undefined;
	const elsewhere = isElsewhere(options);
	const comes = other === undefined && selected.has(itemRefText(spaceRef(space.id)));
	const key = elsewhere && other === undefined ? undefined : keys.get(other ?? space.id);
	if (comes && (copy || key === undefined)) return { action: "create", changes, after: [spaceRef(space.id)] };
	if (key !== undefined) return { action: "create", changes, spaceKey: key };
	const reason = elsewhere
		? "On another site it needs a space to go into: choose one, or restore its space with it."
		: "Its space is not there any more: restore the space with it.";
	return { action: "cannot", reason, changes: [] };
}

function decide(question: Question, wanted: StoredItem, live: LiveItem): Decision {
	const { options } = question;
	const template = readTemplate(wanted.parts.get("") ?? null);
	const copy = options.target.type === "copy" || (live.state === "live" && options.ifExists === "copy");
	const there = live.state === "live" && !copy ? live.item : undefined;
	if (there !== undefined && options.ifExists === "skip") return { action: "leave", reason: "It still exists.", changes: [] };
	const changes =
		there === undefined
			? []
			: differences(templateFields(there), templateFields(wanted)).filter(({ field }) => field !== "space" && wantsField(options, field));
	if (there !== undefined && changes.length === 0) return { action: "leave", reason: "Nothing that can be restored differs.", changes };
	if (isBlueprint(template))
		return { action: "cannot", reason: "Atlassian's API writes no templates of blueprints: set it up from the app.", changes: [] };
	if (there === undefined) return decideCreate(question, wanted, template, copy);
	const key = template.space?.key;
	return { action: "change", targetId: live.ref.id, changes, ...(key === undefined ? {} : { spaceKey: key }) };
}

async function plan(
	site: AppSite,
	wanted: readonly StoredItem[],
	live: readonly LiveItem[],
	options: RestoreOptions,
	selection: NonNullable<Parameters<KindRestore["plan"]>[3]>,
): Promise<readonly ItemPlan[]> {
	const ids = wanted.flatMap((item) => readTemplate(item.parts.get("") ?? null).space?.id ?? []);
	const target = options.target.type === "copy" && options.target.spaceId !== undefined ? [options.target.spaceId] : [];
	const spaces = await spacesById(site.client, [...new Set([...ids, ...target])]);
	const keys = new Map([...spaces].map(([id, { key }]) => [id, key]));
	const question: Question = { options, keys, selected: new Set(selection.map(({ ref }) => itemRefText(ref))) };
	return wanted.map((item, index): ItemPlan => {
		const now = live[index] ?? { ref: item.ref, state: "absent" };
		const { action, reason, changes, after = [], targetId = null, spaceKey = null } = decide(question, item, now);
		const lost = templateFidelity.flatMap(({ field, label, recreated }) =>
			action === "create" && field === "templateId" && recreated.level === "impossible"
				? [{ field, label, level: "impossible" as const, reason: recreated.reason }]
				: [],
		);
		return {
			ref: item.ref,
			label: readTemplate(item.parts.get("") ?? null).name,
			action,
			...(reason === undefined ? {} : { reason }),
			changes,
			losses: lost,
			after,
			liveDigest: digestOf(now.state === "absent" ? null : (now.item.parts.get("") ?? null)),
			details: { targetId, spaceKey, elsewhere: isElsewhere(options) },
			requests: action === "leave" || action === "cannot" ? 0 : 2,
		};
	});
}

const digestOf = (value: JsonValue): string => createHash("sha256").update(canonicalJson(value)).digest("hex");

/** What of a template an undo compares: somebody's later change keeps it. */
function written(template: TemplateRecord): string {
	return digestOf([template.name, template.description ?? "", template.body?.storage?.value ?? ""]);
}

interface Work {
	readonly context: ApplyContext;
	readonly plan: ItemPlan;
	readonly wanted: StoredItem;
}

function bodyOf(site: AppSite, { context, wanted, plan: planned }: Work): JsonObject {
	const template = readTemplate(wanted.parts.get("") ?? null);
	const { spaceKey, elsewhere } = detailsShape.parse(planned.details);
	const { space } = template;
	const key = spaceKey ?? (space == null ? undefined : context.mapped(spaceRef(space.id))?.name);
	// Without a space it would become a template of the whole site, and a space of the same key may be another one.
	if (space != null && key === undefined)
		throw new AppError("restore-failed", "Its space was not restored", { facts: { spaceId: space.id } });
	const moves = key !== undefined && key !== space?.key ? { spaceKeyNow: key } : {};
	const origin = { spaceId: space?.id ?? "", spaceKey: space?.key, ...moves, ...(elsewhere ? { elsewhere } : {}) };
	const value = rewriteBody(template.body?.storage?.value ?? "", context, site.siteUrl, origin);
	return {
		name: template.name,
		templateType: "page",
		description: template.description ?? "",
		labels: (template.labels ?? []).map(({ name, prefix }) => ({ prefix: prefix ?? "global", name, id: "0", label: name })),
		body: { storage: { value, representation: "storage" } },
		...(key === undefined ? {} : { space: { key } }),
	};
}

async function findMade(site: AppSite, body: JsonObject, signal: AbortSignal): Promise<{ readonly id: string } | undefined> {
	const spaceKey = textAt(body, "space", "key");
	const listed = (await listTemplates(site.client, { path: "/wiki/rest/api/template/page", spaceKey }, signal)) ?? [];
	const found = listed
		.map(readTemplate)
		.find((template) => template.name === body.name && template.body?.storage?.value === textAt(body, "body", "storage", "value"));
	return found === undefined ? undefined : { id: found.templateId };
}

async function apply(site: AppSite, work: Work): Promise<ApplyResult> {
	const { context, plan: planned } = work;
	const { targetId } = detailsShape.parse(planned.details);
	const body = bodyOf(site, work);
	const path = "/wiki/rest/api/template";
	let id = targetId;
	if (id === null) {
		const made = await context.step("create", {
			run: async () => {
				const { json } = await site.client.call({ method: "POST", path, body, signal: context.signal });
				return { id: textAt(json, "templateId") ?? "" };
			},
			find: () => findMade(site, body, context.signal),
		});
		({ id } = made);
		const now = await fetchTemplate(site.client, id, context.signal);
		context.created({ ref: { kind, id }, part: now === undefined ? "" : `written/${written(readTemplate(now))}` });
	} else {
		const templateId = id;
		await context.step("update", {
			run: async () => {
				// Writing it twice gives the same.
				await site.client.call({ method: "PUT", path, body: { ...body, templateId }, idempotent: true, signal: context.signal });
				return true;
			},
		});
	}
	return {
		mapped: { ref: { kind, id } },
		url: `${site.siteUrl}/wiki/pages/templates2/viewpagetemplate.action?entityId=${id}`,
		problems: [],
	};
}

async function undoCreated(site: AppSite, made: CreatedThing, signal: AbortSignal): Promise<"undone" | "kept"> {
	const now = await fetchTemplate(site.client, made.ref.id, signal);
	if (now === undefined) return "undone";
	if (made.part !== "" && made.part !== `written/${written(readTemplate(now))}`) return "kept";
	await site.client.call({ method: "DELETE", path: one, parameters: { contentTemplateId: made.ref.id }, accept: [404], signal });
	return "undone";
}

function receipt(
	site: AppSite,
	wanted: StoredItem,
	now: StoredItem,
	context: Parameters<KindRestore["receipt"]>[2],
): readonly ReceiptField[] {
	const template = readTemplate(wanted.parts.get("") ?? null);
	const is = readTemplate(now.parts.get("") ?? null);
	const elsewhere = isElsewhere(context.options) ? { elsewhere: true } : {};
	const origin = { spaceId: template.space?.id ?? "", spaceKey: template.space?.key, spaceKeyNow: is.space?.key, ...elsewhere };
	const rewritten = rewriteBody(
		template.body?.storage?.value ?? "",
		context,
		site.siteUrl,
		origin.spaceKey === origin.spaceKeyNow ? { ...origin, spaceKeyNow: undefined } : origin,
	);
	return fieldReceipt(templateFields(wanted), templateFields(now), (field) => {
		if (field === "space") return { result: "degraded", reason: `It is in ${is.space?.key ?? "the whole site"} now.` };
		if (field !== "body" || rewritten !== is.body?.storage?.value) return undefined;
		return { result: "degraded", reason: "References to things that have a new id were changed; all else is as it was." };
	}).filter(({ field }) => wantsField(context.options, field));
}

/** The restore half of templates. */
export function templateRestore(site: AppSite): KindRestore {
	return {
		reachesOtherSites: true,
		plan: (wanted, live, options, selection) => plan(site, wanted, live, options, selection ?? []),
		apply: (context, planned, wanted) => apply(site, { context, plan: planned, wanted }),
		undoCreated: (made, { signal }) => undoCreated(site, made, signal),
		receipt: (wanted, now, context) => receipt(site, wanted, now, context),
	};
}
