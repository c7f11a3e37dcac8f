import type { JsonValue } from "@skyeworx/core";
import type { ItemPlan, StoredItem } from "@skyeworx/engine";
import { at, idAt, listAt, textAt } from "../../../../record/json-access.ts";
import { workItemKind } from "../../record.ts";
import type { CreateScreens } from "../field-metadata.ts";
import { type PlanDetails, parseDetails } from "../plan-details.ts";

type Move = NonNullable<PlanDetails["move"]>;
type Loss = ItemPlan["losses"][number];

/** How a work item that stands in another space than the snapshot says moves back; undefined where it stands in its own. */
export function moveOf(wanted: StoredItem, live: StoredItem): Move | undefined {
	const [then, now] = [wanted.parts.get(""), live.parts.get("")];
	const from = idAt(now, "fields", "project", "id") ?? "";
	if (from === (idAt(then, "fields", "project", "id") ?? "")) return undefined;
	return {
		from,
		fromName: textAt(now, "fields", "project", "name") ?? textAt(now, "fields", "project", "key") ?? "",
		fromType: typeIn(now),
		type: typeIn(then),
		isSubtask: at(then, "fields", "issuetype", "subtask") === true,
		parentId: idAt(then, "fields", "parent", "id") ?? null,
		subtasks: listAt(now, "fields", "subtasks").flatMap((one) => {
			const id = idAt(one, "id");
			return id === undefined ? [] : [{ id, key: textAt(one, "key") ?? id }];
		}),
	};
}

const typeIn = (main: JsonValue | undefined) => ({
	id: idAt(main, "fields", "issuetype", "id") ?? "",
	name: textAt(main, "fields", "issuetype", "name") ?? "",
});

/** What moving does beside the space, for the plan. */
export function lossesOfMove(): readonly Loss[] {
	const reason = "Jira gives it back its old key, or the next number of the space; every key that it had leads to it.";
	return [{ field: "key", label: "Key", level: "degraded", reason }];
}

/** Said of a move in the plan. */
export const saidOfMove = ({ fromName }: Move): string => `Moves back from the space ${fromName}.`;

/** The same plan without its move: the item is put right where it stands. */
function without(plan: ItemPlan, reason: string): ItemPlan {
	const { reason: _said, ...rest } = plan;
	const details: PlanDetails = { ...parseDetails(plan.details), move: null };
	const spaceId = parseDetails(plan.details).move?.from ?? details.spaceId;
	const changes = plan.changes.filter(({ field }) => field !== "fields.project");
	const losses: readonly Loss[] = [
		...plan.losses.filter(({ field }) => field !== "key" && field !== "fields.project"),
		{ field: "fields.project", label: "Space", level: "impossible", reason },
	];
	if (changes.length > 0) return { ...rest, changes, losses, details: { ...details, spaceId } };
	return { ...rest, action: "cannot", reason, changes: [], losses: [], details: null, requests: 0 };
}

interface Spaces {
	readonly screens: Pick<CreateScreens, "typeFor">;
	/** Today's id of a space; undefined when it is not there. */
	readonly there: (spaceId: string) => string | undefined;
	/** Whether a space is restored with the items. */
	readonly isRestored: (spaceId: string) => boolean;
	/** Whether a work item is. */
	readonly isSelected: (id: string) => boolean;
	/** The space in which a work item stands now. */
	readonly spaceOf: (id: string) => Promise<string | undefined>;
}

/** Holds a plan's move against the space that it goes to. */
export async function fitMove(plan: ItemPlan, wanted: StoredItem, spaces: Spaces): Promise<ItemPlan> {
	if (plan.action !== "change") return plan;
	const { move, spaceId } = parseDetails(plan.details);
	if (move === null || spaces.isRestored(spaceId)) return plan;
	if (spaces.there(spaceId) === undefined)
		return without(plan, "The space that it was in is not there: take it out of Jira's trash, or restore it with the item.");
	const type = at(wanted.parts.get(""), "fields", "issuetype");
	if ((await spaces.screens.typeFor(spaceId, type, new AbortController().signal)) === undefined)
		return without(plan, `The space that it was in has no work type "${move.type.name}" any more.`);
	const { isSubtask, parentId } = move;
	if (!isSubtask || parentId === null || spaces.isSelected(parentId) || (await spaces.spaceOf(parentId)) === spaceId) return plan;
	return without(plan, "A sub-task stands where its parent does: select that as well.");
}

/**
 * Leaves out moves that would take along what nobody selected: Jira moves sub-tasks with their parent, and a sub-task stands where
 * its parent does. What is left moves parent by parent, sub-tasks with it.
 */
export function arrangeMoves(plans: readonly ItemPlan[]): readonly ItemPlan[] {
	const byLive = new Map(plans.flatMap((plan) => (plan.ref.kind === workItemKind ? [[liveIdOf(plan), plan] as const] : [])));
	const moveIn = (plan: ItemPlan | undefined) =>
		plan?.details == null || plan.action !== "change" ? null : parseDetails(plan.details).move;
	const headless = plans.map((plan) => {
		const move = moveIn(plan);
		const left = (move?.subtasks ?? []).filter(({ id }) => moveIn(byLive.get(id)) === null);
		if (left.length === 0) return plan;
		return without(
			plan,
			`Its sub-tasks ${left.map(({ key }) => key).join(", ")} would move with it: select them as well, as they were then.`,
		);
	});
	const kept = new Map(headless.map((plan) => [plan.ref.id, plan]));
	return headless.map((plan) => {
		const move = moveIn(plan);
		if (move?.isSubtask !== true) return plan;
		const parent = kept.get(move.parentId ?? "");
		if (parent === undefined || parent.action === "create" || moveIn(parent) !== null || parent.action === "leave") return plan;
		return without(plan, "A sub-task stands where its parent does, and that one does not move back.");
	});
}

function liveIdOf({ ref, details }: ItemPlan): string {
	return details === null ? ref.id : (parseDetails(details).live?.id ?? ref.id);
}
