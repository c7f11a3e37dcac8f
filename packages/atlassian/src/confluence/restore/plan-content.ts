import { createHash } from "node:crypto";
import { canonicalJson, type ItemRef, itemRefText } from "@skyeworx/core";
import type { FieldDifference, ItemPlan, KindRestore, LiveItem, PlanAction, RestoreOptions, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { compareContent } from "../content/compare-content.ts";
import type { ContentFlavour } from "../content/flavour.ts";
import { type Content, contentOf } from "../content/parts.ts";
import { collect, inOrder } from "../read/in-order.ts";
import { align } from "./align.ts";
import { lossesOf } from "./losses.ts";
import { titleName } from "./page-name.ts";
import { findPeopleElsewhere } from "./people-elsewhere.ts";
import { isElsewhere, type Placement, parentRef, placementOf, type Selected, selectedOf } from "./placement.ts";
import { freeTitle, Places } from "./places.ts";
import { detailsJson, type PlanDetails, wantsField } from "./plan-details.ts";

interface Question {
	readonly site: AppSite;
	readonly flavour: ContentFlavour;
	readonly options: RestoreOptions;
	readonly places: Places;
	readonly selected: Selected;
	/** What people are called on another site. */
	readonly people: Pick<PlanDetails, "people">;
}

/** Each may ask the site whether a title is free. */
const plansAtOnce = 6;

/** What of the live state a plan rests on. */
export function liveDigest(live: LiveItem): string {
	const parts =
		live.state === "absent" ? [] : [...live.item.parts].filter(([name]) => name !== "context").sort(([a], [b]) => (a < b ? -1 : 1));
	return createHash("sha256")
		.update(canonicalJson([live.state, parts.map(([name, value]) => [name, value])]))
		.digest("hex");
}

/** Whether restoring in place writes this difference: what was added since the snapshot is somebody's work and stays. */
export function isWritten(difference: FieldDifference, wanted: StoredItem, options: RestoreOptions): boolean {
	if (!wantsField(options, difference.field)) return false;
	if (["status", "space", "likes"].includes(difference.field)) return false;
	return difference.after !== undefined || !/^(comments|file|properties)\//.test(difference.field) || isUnlabelling(difference, wanted);
}

/** Whether labels are taken off a file that the snapshot has without any, as they are taken off a page. */
function isUnlabelling({ field, after }: FieldDifference, wanted: StoredItem): boolean {
	const file = after === undefined ? /^file\/([^/]+)\/labels$/.exec(field)?.[1] : undefined;
	return file !== undefined && contentOf(wanted).attachments.some(({ id }) => id === file);
}

/** From live to wanted, as far as a restore writes it. */
export function writtenChanges(live: StoredItem | undefined, wanted: StoredItem, options: RestoreOptions): readonly FieldDifference[] {
	return compareContent(live, wanted).filter((difference) => isWritten(difference, wanted, options));
}

function isCopy(options: RestoreOptions, live: LiveItem): boolean {
	return options.target.type === "copy" || (live.state === "live" && options.ifExists === "copy");
}

interface Decision {
	readonly action: PlanAction;
	readonly reason?: string;
	readonly details: PlanDetails;
	readonly changes: readonly FieldDifference[];
	readonly after: readonly ItemRef[];
}

function detailsFor(content: Content, over: Partial<PlanDetails>): PlanDetails {
	const { main } = content;
	const placement = {
		spaceId: main.spaceId,
		spaceComes: false,
		parentId: main.parentId ?? null,
		parentKept: true,
		parentComes: false,
		elsewhere: false,
	};
	return { targetId: null, title: main.title, position: main.position ?? null, ...placement, ...over };
}

function joined(...reasons: readonly (string | undefined)[]): { readonly reason?: string } {
	const said = reasons.filter((reason) => reason !== undefined);
	return said.length === 0 ? {} : { reason: said.join(" ") };
}

/** Where it goes and under which title: in a space that is made in the same restore every title is free. */
async function titleIn(question: Question, content: Content, placement: Placement, copy: boolean): Promise<string> {
	const { title } = content.main;
	if (placement.spaceComes) return title;
	const marked = copy && !(question.options.target.type === "copy" && question.options.target.unmarked === true);
	const suffix = marked ? { suffix: "restored copy" } : {};
	return await freeTitle(question.site.client, question.flavour, { spaceId: placement.spaceId, title, ...suffix });
}

function otherSpace({ places }: Question, content: Content, { spaceId, spaceComes, elsewhere }: Placement): Partial<PlanDetails> {
	const own = spaceComes || (!elsewhere && spaceId === content.main.spaceId);
	const space = own ? undefined : places.space(spaceId);
	return space === undefined ? {} : { spaceKeyNow: space.key };
}

async function decideCreate(question: Question, wanted: StoredItem, content: Content, copy: boolean): Promise<Decision> {
	const { options } = question;
	const cannot = (reason: string): Decision => ({ action: "cannot", reason, details: detailsFor(content, {}), changes: [], after: [] });
	if (options.fields !== undefined && !copy) return cannot("The page itself is not there: restore it whole, or as a copy.");
	const placed = placementOf(question, content.main, copy);
	if ("cannot" in placed) return cannot(placed.cannot);
	const { placement, after } = placed;
	const title = await titleIn(question, content, placement, copy);
	const renamed = title === content.main.title || copy ? undefined : `Another page has its title now, so it is called "${title}".`;
	return {
		action: "create",
		details: detailsFor(content, { title, ...placement, ...otherSpace(question, content, placement), ...question.people }),
		changes: writtenChanges(undefined, wanted, { ...options, target: { type: "in-place" } }),
		after,
		...joined(placed.reason, renamed),
	};
}

async function decideUntrash(question: Question, wanted: StoredItem, content: Content, trashed: StoredItem): Promise<Decision> {
	const { places, site, flavour, options } = question;
	const now = contentOf(trashed);
	const blank = { details: detailsFor(content, {}), changes: [], after: [] };
	if (places.space(now.main.spaceId) === undefined) return { ...blank, action: "cannot", reason: "Its space is not there any more." };
	const title = await freeTitle(site.client, flavour, { spaceId: now.main.spaceId, title: now.main.title });
	if (title !== now.main.title) {
		const reason = "It lies in the trash and another page has its title now: rename that one, or restore this one as a copy.";
		return { ...blank, action: "cannot", reason };
	}
	// It comes back into the space in which it was deleted.
	const placed = placementOf(question, { ...content.main, spaceId: now.main.spaceId }, false);
	if ("cannot" in placed) return { ...blank, action: "cannot", reason: placed.cannot };
	const { placement, after, ...said } = placed;
	// Of what lies in the trash only the main record was read; the rest is compared once it is back.
	const changes = writtenChanges(trashed, wanted, options).filter(({ field }) => ["title", "body", "parent", "owner"].includes(field));
	return { action: "untrash", details: detailsFor(content, { targetId: trashed.ref.id, ...placement }), changes, after, ...said };
}

function decideChange(question: Question, wanted: StoredItem, content: Content, live: StoredItem): Decision {
	const { options } = question;
	const now = contentOf(live);
	const details = detailsFor(content, { targetId: live.ref.id, spaceId: now.main.spaceId });
	if (options.ifExists === "skip") return { action: "leave", reason: "It still exists.", details, changes: [], after: [] };
	const all = writtenChanges(align(live, wanted).item, wanted, options);
	const parent = parentWay(question, content, now);
	const changes = parent.moves ? all : all.filter((difference) => difference.field !== "parent");
	if (changes.length === 0) return { action: "leave", reason: "Nothing that can be restored differs.", details, changes, after: [] };
	if (now.main.status === "archived") {
		const reason = "It is archived, and Atlassian takes no changes to archived pages: unarchive it first, or restore a copy.";
		return { action: "cannot", reason, details, changes: [], after: [] };
	}
	return { action: "change", details: { ...details, ...parent.over }, changes, after: parent.after };
}

/** Whether a page that is there goes back under its parent: one that lives, or one that comes back in the same restore. */
function parentWay(
	{ places, selected }: Question,
	content: Content,
	now: Content,
): { readonly moves: boolean; readonly over: Partial<PlanDetails>; readonly after: readonly ItemRef[] } {
	const { parentId } = content.main;
	const stays = { moves: false, over: { parentId: null, parentKept: false }, after: [] };
	const parent = parentRef(content.main);
	if (parentId == null || parent === undefined || now.main.spaceId !== content.main.spaceId) return stays;
	const standsFor = selected.get(itemRefText(parent));
	if (now.main.parentId === (standsFor ?? parentId)) return { ...stays, over: { parentId: now.main.parentId, parentKept: false } };
	const kept = places.isLiving(parentId);
	if (standsFor === undefined) return kept ? { moves: true, over: {}, after: [] } : stays;
	const over = kept ? { parentComes: true } : { parentId: now.main.parentId ?? null, parentKept: false, parentComes: true };
	return { moves: true, over, after: [parent] };
}

async function decide(question: Question, wanted: StoredItem, content: Content, live: LiveItem): Promise<Decision> {
	const copy = isCopy(question.options, live);
	if (copy || live.state === "absent") return await decideCreate(question, wanted, content, copy);
	if (live.state === "trashed") return await decideUntrash(question, wanted, content, live.item);
	return decideChange(question, wanted, content, live.item);
}

/** Writes beside the one that makes or changes the page itself. */
function requestsFor(decision: Decision): number {
	if (decision.action === "leave" || decision.action === "cannot") return 0;
	const fields = new Set(decision.changes.map(({ field }) => (/^(title|body|owner|status|space)$/.test(field) ? "page" : field)));
	return fields.size + (decision.action === "change" ? 6 : 10);
}

async function planOne(question: Question, wanted: StoredItem, live: LiveItem): Promise<ItemPlan> {
	const content = contentOf(wanted);
	const decision = await decide(question, wanted, content, live);
	return {
		ref: wanted.ref,
		label: content.main.title,
		action: decision.action,
		name: titleName(content.main.spaceId, content.main.title),
		...(decision.reason === undefined ? {} : { reason: decision.reason }),
		changes: decision.changes,
		losses: lossesOf(decision, content, question.options),
		after: decision.after,
		...(content.main.position == null ? {} : { rank: content.main.position }),
		liveDigest: liveDigest(live),
		details: detailsJson(decision.details),
		requests: requestsFor(decision),
	};
}

/** Says for each page what restoring it would do; reads, writes nothing. */
export async function planContent(
	site: AppSite,
	flavour: ContentFlavour,
	items: {
		readonly wanted: readonly StoredItem[];
		readonly live: readonly LiveItem[];
		readonly options: RestoreOptions;
		readonly selection?: Parameters<KindRestore["plan"]>[3];
	},
): Promise<readonly ItemPlan[]> {
	const { options } = items;
	const pairs = items.selection ?? items.wanted.map(({ ref }, index) => ({ ref, liveRef: items.live[index]?.ref ?? ref }));
	const selected = selectedOf(pairs);
	const target = options.target.type === "copy" && options.target.spaceId !== undefined ? [options.target.spaceId] : [];
	const places = await Places.survey(
		site.client,
		items.wanted.map((item) => contentOf(item).main),
		target,
	);
	const people = isElsewhere(options) ? { people: await findPeopleElsewhere(site, items.wanted.map(contentOf), options) } : {};
	const plan = async ([index, wanted]: [number, StoredItem]): Promise<ItemPlan> => {
		const live = items.live[index] ?? { ref: wanted.ref, state: "absent" };
		return await planOne({ site, flavour, options, places, selected, people }, wanted, live);
	};
	return await collect(inOrder(items.wanted.entries(), plansAtOnce, plan));
}
