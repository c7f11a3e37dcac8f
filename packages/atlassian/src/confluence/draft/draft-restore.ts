import { createHash } from "node:crypto";
import { AppError, canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import type {
	ApplyContext,
	ApplyResult,
	CreatedThing,
	ItemPlan,
	KindRestore,
	LiveItem,
	RestoreOptions,
	StoredItem,
} from "@skyeworx/engine";
import { z } from "zod";
import type { AppSite } from "../../app-reader.ts";
import { cursorPages, itemsOfPages } from "../../http/paging.ts";
import { idAt, textAt } from "../../record/json-access.ts";
import { flavours, pageFlavour } from "../content/flavour.ts";
import { idOf, readContent } from "../content/records.ts";
import { differences, fieldReceipt } from "../fields.ts";
import { readMains } from "../live/read-live.ts";
import { collect } from "../read/in-order.ts";
import { isElsewhere, type Placed, parentNow, placementOf, type Selected, selectedOf, spaceNow } from "../restore/placement.ts";
import { Places } from "../restore/places.ts";
import { wantsField } from "../restore/plan-details.ts";
import { rewriteBody } from "../restore/rewrite-body.ts";
import { draftFidelity, draftFields } from "./draft-kind.ts";
import { draftFlavour, draftKindId, fetchDraft } from "./draft-record.ts";

const kind = draftKindId;
const detailsShape = z.object({
	targetId: z.string().nullable(),
	spaceId: z.string(),
	spaceComes: z.boolean().default(false),
	parentId: z.string().nullable(),
	parentKept: z.boolean().default(false),
	parentComes: z.boolean().default(false),
	elsewhere: z.boolean().default(false),
});

interface Question {
	readonly places: Places;
	readonly selected: Selected;
	readonly options: RestoreOptions;
	/** Ids of drafts that are changes to pages which are published: writing these would take the page back. */
	readonly published: ReadonlySet<string>;
}

const mainOf = (item: StoredItem): JsonValue => item.parts.get("") ?? null;
const digestOf = (value: JsonValue): string => createHash("sha256").update(canonicalJson(value)).digest("hex");

/** What of a draft an undo compares: somebody's later change keeps it. */
function written(main: JsonValue): string {
	const { title, body } = readContent(main);
	return digestOf([title, body?.storage?.value ?? ""]);
}

function placeOf(question: Question, wanted: StoredItem, copy: boolean): Placed {
	const { spaceId, parentId, parentType } = readContent(mainOf(wanted));
	return placementOf(question, { spaceId, parentId, parentType }, copy);
}

type Decision = Pick<ItemPlan, "action" | "reason" | "changes" | "after" | "details">;

function decide(question: Question, wanted: StoredItem, live: LiveItem): Decision {
	const { options } = question;
	const { spaceId } = readContent(mainOf(wanted));
	const nowhere = { changes: [], after: [], details: { targetId: null, spaceId, parentId: null } };
	const copy = options.target.type === "copy" || (live.state === "live" && options.ifExists === "copy");
	if (live.state === "live" && !copy) {
		if (options.ifExists === "skip") return { ...nowhere, action: "leave", reason: "It still exists." };
		const all = differences(draftFields(live.item), draftFields(wanted));
		const changes = all.filter(({ field }) => ["title", "body"].includes(field) && wantsField(options, field));
		if (changes.length === 0) return { ...nowhere, action: "leave", reason: "Nothing that can be restored differs." };
		if (question.published.has(live.ref.id)) return beside(question, wanted);
		// To make a draft of a page's words, Atlassian would take the published page back.
		return { ...nowhere, action: "change", changes, details: { targetId: live.ref.id, spaceId, parentId: null } };
	}
	return anew(question, wanted, copy);
}

/** A draft of its own. */
function anew(question: Question, wanted: StoredItem, copy: boolean): Decision {
	const { spaceId } = readContent(mainOf(wanted));
	const placed = placeOf(question, wanted, copy);
	if ("cannot" in placed)
		return { changes: [], after: [], details: { targetId: null, spaceId, parentId: null }, action: "cannot", reason: placed.cannot };
	const { placement, after, reason } = placed;
	const changes = differences([], draftFields(wanted)).filter(({ field }) => wantsField(question.options, field));
	const said = reason === undefined ? {} : { reason };
	return { action: "create", changes, after, details: { ...placement, targetId: null }, ...said };
}

/** Changes to a published page can't be written without taking the page back, so they come back beside it. */
function beside(question: Question, wanted: StoredItem): Decision {
	const decision = anew(question, wanted, false);
	if (decision.action !== "create") return decision;
	return {
		...decision,
		reason: "Its page is published, and Atlassian's API writes no draft of a published page: it comes back as a draft of its own.",
	};
}

/** Which drafts that are there belong to pages or blog posts that are published. */
async function publishedAmong(site: AppSite, live: readonly LiveItem[]): Promise<ReadonlySet<string>> {
	const ids = live.flatMap(({ state, ref }) => (state === "live" ? [ref.id] : []));
	const mains = await Promise.all(flavours.map(async (flavour) => [...(await readMains(site.client, flavour, ids)).keys()]));
	return new Set(mains.flat());
}

async function plan(
	site: AppSite,
	items: { readonly wanted: readonly StoredItem[]; readonly live: readonly LiveItem[]; readonly options: RestoreOptions },
	selection: NonNullable<Parameters<KindRestore["plan"]>[3]>,
): Promise<readonly ItemPlan[]> {
	const { wanted, live, options } = items;
	const target = options.target.type === "copy" && options.target.spaceId !== undefined ? [options.target.spaceId] : [];
	const places = await Places.survey(
		site.client,
		wanted.map((item) => readContent(mainOf(item))),
		target,
	);
	const published = await publishedAmong(site, live);
	const question: Question = { places, selected: selectedOf(selection), options, published };
	return wanted.map((item, index): ItemPlan => {
		const now = live[index] ?? { ref: item.ref, state: "absent" };
		const decision = decide(question, item, now);
		const losses = draftFidelity.flatMap(({ field, label, recreated }) =>
			decision.action === "create" && ["id", "authorId", "createdAt"].includes(field) && recreated.level === "impossible"
				? [{ field, label, level: "impossible" as const, reason: recreated.reason }]
				: [],
		);
		return {
			ref: item.ref,
			label: readContent(mainOf(item)).title,
			...decision,
			losses,
			liveDigest: digestOf(now.state === "absent" ? null : mainOf(now.item)),
			requests: ["create", "change"].includes(decision.action) ? 2 : 0,
		};
	});
}

interface Work {
	readonly context: ApplyContext;
	readonly plan: ItemPlan;
	readonly wanted: StoredItem;
}

function bodyOf(site: AppSite, { context, wanted, plan: planned }: Work): string {
	const { spaceId, body } = readContent(mainOf(wanted));
	const { elsewhere } = detailsShape.parse(planned.details);
	return rewriteBody(body?.storage?.value ?? "", context, site.siteUrl, {
		spaceId,
		spaceKey: undefined,
		...(elsewhere ? { elsewhere } : {}),
	});
}

/** A draft with just these words that the search names: one that this restore made without hearing of it. */
async function findMade(site: AppSite, wanted: JsonObject, signal: AbortSignal): Promise<{ readonly id: string } | undefined> {
	const query = { cql: "type in (page,blogpost)", cqlcontext: JSON.stringify({ contentStatuses: ["draft"] }), limit: 250 };
	const call = { method: "GET", path: "/wiki/rest/api/content/search", query, signal } as const;
	for (const hit of await collect(itemsOfPages(cursorPages(site.client, call)))) {
		if (textAt(hit, "title") !== wanted.title) continue;
		const draft = await fetchDraft(site.client, idOf(hit), signal);
		const same = draft !== undefined && textAt(draft, "body", "storage", "value") === textAt(wanted, "body", "value");
		if (same && draft !== undefined && idAt(draft, "spaceId") === wanted.spaceId) return { id: idOf(draft) };
	}
	return undefined;
}

async function create(site: AppSite, work: Work): Promise<string> {
	const { context, wanted, plan: planned } = work;
	const details = detailsShape.parse(planned.details);
	const record = readContent(mainOf(wanted));
	const flavour = draftFlavour(mainOf(wanted)) ?? pageFlavour;
	const parentId = flavour === pageFlavour ? parentNow(context, details, record) : undefined;
	const spaceId = spaceNow(context, details);
	if (details.spaceComes && spaceId === record.spaceId)
		throw new AppError("restore-failed", "Its space was not restored", { facts: { spaceId } });
	const body: JsonObject = {
		spaceId,
		status: "draft",
		title: record.title,
		body: { representation: "storage", value: bodyOf(site, work) },
		...(parentId === undefined ? {} : { parentId }),
	};
	const { id } = await context.step("create", {
		run: async () => ({ id: idOf((await site.client.call({ method: "POST", path: flavour.list, body, signal: context.signal })).json) }),
		find: () => findMade(site, body, context.signal),
	});
	const now = await fetchDraft(site.client, id, context.signal);
	context.created({ ref: { kind, id }, part: now === undefined ? "" : `written/${written(now)}` });
	return id;
}

async function change(site: AppSite, work: Work, id: string): Promise<void> {
	const { context, wanted, plan: planned } = work;
	const record = readContent(mainOf(wanted));
	const flavour = draftFlavour(mainOf(wanted)) ?? pageFlavour;
	const fields = new Set(planned.changes.map(({ field }) => field));
	await context.step("update", {
		run: async () => {
			const now = await fetchDraft(site.client, id, context.signal);
			if (now === undefined) throw new AppError("not-found", "The draft is not there any more", { facts: { kind, id } });
			if ((await readMains(site.client, flavour, [id], context.signal)).size > 0)
				throw new AppError("restore-failed", "It was published meanwhile; to write its draft would take the page back", {
					facts: { kind, id },
				});
			const value = fields.has("body") ? bodyOf(site, work) : (textAt(now, "body", "storage", "value") ?? "");
			const body = {
				id,
				status: "draft",
				title: fields.has("title") ? record.title : (textAt(now, "title") ?? ""),
				body: { representation: "storage", value },
				// The number of every draft [openapi: `version.number`].
				version: { number: 1 },
			};
			await site.client.call({ method: "PUT", path: flavour.one, parameters: { id }, body, item: id, signal: context.signal });
			return true;
		},
	});
}

async function apply(site: AppSite, work: Work): Promise<ApplyResult> {
	const { targetId } = detailsShape.parse(work.plan.details);
	const id = targetId ?? (await create(site, work));
	if (targetId !== null) await change(site, work, id);
	const url = `${site.siteUrl}/wiki/pages/resumedraft.action?draftId=${id}`;
	return { mapped: { ref: { kind, id } }, url, problems: [] };
}

async function undoCreated(site: AppSite, made: CreatedThing, signal: AbortSignal): Promise<"undone" | "kept"> {
	const now = await fetchDraft(site.client, made.ref.id, signal);
	if (now === undefined) return "undone";
	if (made.part !== "" && made.part !== `written/${written(now)}`) return "kept";
	const { one } = draftFlavour(now) ?? pageFlavour;
	const call = { method: "DELETE", path: one, parameters: { id: made.ref.id }, query: { draft: true }, accept: [404], signal } as const;
	await site.client.call(call);
	return "undone";
}

/** The restore half of drafts. */
export function draftRestore(site: AppSite): KindRestore {
	return {
		reachesOtherSites: true,
		plan: (wanted, live, options, selection) => plan(site, { wanted, live, options }, selection ?? []),
		apply: (context, planned, wanted) => apply(site, { context, plan: planned, wanted }),
		undoCreated: (made, { signal }) => undoCreated(site, made, signal),
		receipt: (wanted, now, context) => {
			const elsewhere = isElsewhere(context.options) ? { elsewhere: true } : {};
			const { spaceId, body } = readContent(mainOf(wanted));
			const rewritten = rewriteBody(body?.storage?.value ?? "", context, site.siteUrl, { spaceId, spaceKey: undefined, ...elsewhere });
			return fieldReceipt(draftFields(wanted), draftFields(now), (field) => {
				if (field === "spaceId" || field === "parentId") return { result: "degraded", reason: "It stands elsewhere now." };
				if (field !== "body" || rewritten !== readContent(mainOf(now)).body?.storage?.value) return undefined;
				return { result: "degraded", reason: "References to things that have a new id were changed; all else is as it was." };
			}).filter(({ field }) => wantsField(context.options, field));
		},
	};
}
