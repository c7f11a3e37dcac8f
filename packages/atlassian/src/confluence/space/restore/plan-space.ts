import { createHash } from "node:crypto";
import { canonicalJson } from "@skyeworx/core";
import type { FieldDifference, ItemPlan, KindRestore, LiveItem, PlanAction, RestoreOptions, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { differences, type Field } from "../../fields.ts";
import { isElsewhere } from "../../restore/placement.ts";
import { wantsField } from "../../restore/plan-details.ts";
import { type SpaceContent, spaceContent, spaceFields } from "../space-content.ts";
import { spaceFidelity } from "../space-fidelity.ts";
import { grantsByRoles } from "../space-parts.ts";
import { type SpaceDetails, spaceDetailsJson, spaceName } from "./space-deed.ts";
import { spacesWithKey } from "./taken-key.ts";

interface Decision {
	readonly action: PlanAction;
	readonly reason?: string;
	readonly targetId?: string;
	readonly key: string;
	readonly changes: readonly FieldDifference[];
}

/** Fields that no restore writes: they come from the others, or Atlassian gives no way. */
const unwritten = new Set(["key", "type"]);

/** From live to wanted, as far as a restore writes it; what the backup does not know stays as it is. */
export function spaceChanges(
	live: readonly Field[],
	wanted: readonly Field[],
	options: Pick<RestoreOptions, "target" | "ifExists" | "fields">,
): readonly FieldDifference[] {
	const kept = (difference: FieldDifference): boolean =>
		difference.after !== undefined || difference.field === "labels" || difference.field === "look/theme";
	return differences(live, wanted).filter(
		(difference) => !unwritten.has(difference.field) && kept(difference) && wantsField(options, difference.field),
	);
}

function liveDigest(live: LiveItem): string {
	const parts = live.state === "absent" ? [] : [...live.item.parts].sort(([a], [b]) => (a < b ? -1 : 1));
	return createHash("sha256")
		.update(canonicalJson([live.state, parts.map(([name, value]) => [name, value])]))
		.digest("hex");
}

/** A key that no space has: `ENG2` for `ENG`; on another site the same where it is free. */
async function freeKey(site: AppSite, key: string, elsewhere: boolean): Promise<string> {
	const plain = key.replace(/^~/, "");
	for (let number = elsewhere ? 1 : 2; ; number++) {
		const candidate = number === 1 ? plain : `${plain}${number}`;
		if ((await spacesWithKey(site.client, candidate)).length === 0) return candidate;
	}
}

async function decideCreate(site: AppSite, wanted: SpaceContent, options: RestoreOptions, copy: boolean): Promise<Decision> {
	const { key, type } = wanted.main;
	const changes = spaceChanges([], spaceFields(wanted), options);
	const cannot = (reason: string): Decision => ({ action: "cannot", reason, key, changes: [] });
	if (options.fields !== undefined && !copy) return cannot("The space itself is not there: restore it whole, or as a copy.");
	if (copy) return { action: "create", key: await freeKey(site, key, isElsewhere(options)), changes };
	if (type === "personal")
		return cannot("Atlassian lets only its owner make a personal space: restore its pages as copies into another space.");
	const [holder] = await spacesWithKey(site.client, key);
	if (holder === undefined) return { action: "create", key, changes };
	return cannot(
		holder.status === "trashed"
			? "A space with its key lies in Atlassian's trash: take that out of it, delete it there for good, or restore this one as a copy."
			: "Another space has its key now: restore it as a copy, under a new key.",
	);
}

async function decide(site: AppSite, wanted: SpaceContent, live: LiveItem, options: RestoreOptions): Promise<Decision> {
	const { key } = wanted.main;
	if (options.target.type === "copy" && options.target.spaceId !== undefined) {
		return { action: "leave", reason: "What is in it goes into the other space.", key, changes: [] };
	}
	const copy = options.target.type === "copy" || (live.state === "live" && options.ifExists === "copy");
	if (copy || live.state === "absent") return await decideCreate(site, wanted, options, copy);
	if (live.state === "trashed") {
		const reason = "It lies in Atlassian's trash of spaces, from which a space administrator takes it out with everything in it.";
		return { action: "cannot", reason, key, changes: [] };
	}
	if (options.ifExists === "skip") return { action: "leave", reason: "It still exists.", key, changes: [] };
	const now = spaceContent(live.item);
	const changes = spaceChanges(spaceFields(now), spaceFields(wanted), options);
	if (changes.length === 0) return { action: "leave", reason: "Nothing that can be restored differs.", key, changes };
	return { action: "change", targetId: live.ref.id, key: now.main.key, changes };
}

function losses({ action }: Decision, wanted: SpaceContent): ItemPlan["losses"] {
	if (action !== "create") return [];
	const has = (field: string): boolean =>
		["id", "authorId", "createdAt", "homepageId"].includes(field) || (field === "permissions" && wanted.permissions !== undefined);
	return spaceFidelity.flatMap(({ field, label, recreated }) => {
		if (!has(field) || recreated.level === "exact" || recreated.level === "derived") return [];
		return [{ field, label, level: recreated.level, reason: recreated.level === "degraded" ? recreated.why : recreated.reason }];
	});
}

/** Says for each space what restoring it would do; reads, writes nothing. */
export async function planSpaces(
	site: AppSite,
	wanted: readonly StoredItem[],
	live: readonly LiveItem[],
	options: RestoreOptions,
): ReturnType<KindRestore["plan"]> {
	const roles = await grantsByRoles(site.client);
	const plans: ItemPlan[] = [];
	for (const [index, item] of wanted.entries()) {
		const space = spaceContent(item);
		const now = live[index] ?? { ref: item.ref, state: "absent" };
		const decision = await decide(site, space, now, options);
		const details: SpaceDetails = { targetId: decision.targetId ?? null, key: decision.key, roles };
		plans.push({
			ref: item.ref,
			label: `${space.main.key} ${space.main.name}`,
			action: decision.action,
			name: spaceName(space.main.key),
			...(decision.reason === undefined ? {} : { reason: decision.reason }),
			changes: decision.changes,
			losses: losses(decision, space),
			after: [],
			liveDigest: liveDigest(now),
			details: spaceDetailsJson(details),
			requests: decision.action === "create" ? 12 + (space.permissions?.length ?? 0) : decision.changes.length + 4,
		});
	}
	return plans;
}
