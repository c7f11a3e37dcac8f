import type { ApplyContext } from "@skyeworx/engine";
import { idAt, numberAt } from "../../record/json-access.ts";
import { flavourOf } from "../content/flavour.ts";
import { treeFlavourOf } from "../tree-object/tree-flavour.ts";
import { childrenOf, move } from "./children.ts";
import type { Deed } from "./deed.ts";
import { parentRef, spaceRef } from "./placement.ts";
import { planDetails } from "./plan-details.ts";
import { parentOf } from "./write-page.ts";

/** Lets one after another through, in the order in which they came; each line by a name. */
class Lines {
	readonly #last = new Map<string, Promise<void>>();

	/** Waits for those who came before in this line. @returns how to let the next one through; calling it twice does no harm */
	join(name: string): { readonly turn: Promise<void>; readonly leave: () => void } {
		const turn = this.#last.get(name) ?? Promise.resolve();
		const { promise, resolve } = Promise.withResolvers<void>();
		const mine = turn.then(() => promise);
		this.#last.set(name, mine);
		const leave = (): void => {
			resolve();
			if (this.#last.get(name) === mine) this.#last.delete(name);
		};
		return { turn, leave };
	}
}

/** What is known of one restore while it runs. */
interface Run {
	/** Where what is restored stood among its siblings, by the ids of now. */
	readonly standings: ReadonlyMap<string, Standing>;
	/** Nothing but new pages: they came into being in their order, before and after a crash alike. */
	readonly orderly: boolean;
	/** By parent: where each page goes that is out of its place. */
	readonly moves: Map<string, Promise<ReadonlyMap<string, Place>>>;
}

type Place = { readonly position: "before" | "after"; readonly targetId: string };

/** A sibling and where it stood. */
interface Standing {
	readonly id: string;
	readonly position: number;
	/** Folders and the like can't be moved: the others go around them. */
	readonly fixed: boolean;
}

/** The longest row of siblings whose positions grow: those stay, so that the fewest are moved. */
function longestRow(siblings: readonly Standing[]): readonly Standing[] {
	const rows: (readonly Standing[])[] = [];
	for (const sibling of siblings) {
		const at = rows.findIndex((row) => (row.at(-1)?.position ?? 0) > sibling.position);
		const length = at === -1 ? rows.length : at;
		rows[length] = [...(rows[length - 1] ?? []), sibling];
	}
	return rows.at(-1) ?? [];
}

/** Where each sibling goes that is out of its place, told from the others; to be moved in the order of their positions. */
export function placesFor(siblings: readonly Standing[]): ReadonlyMap<string, Place> {
	const around = [...siblings.entries()].filter(([index, sibling]) =>
		siblings.every((other, at) => !other.fixed || other === sibling || at < index === other.position < sibling.position),
	);
	const stay = new Set(longestRow(around.map(([, sibling]) => sibling)).map(({ id }) => id));
	const sorted = siblings.toSorted((a, b) => a.position - b.position);
	const places = new Map<string, Place>();
	for (const [index, { id, fixed }] of sorted.entries()) {
		if (stay.has(id) || fixed) continue;
		const [before, after] = [sorted[index - 1], sorted.find((other) => stay.has(other.id) || other.fixed)];
		if (before !== undefined) places.set(id, { position: "after", targetId: before.id });
		else if (after !== undefined) places.set(id, { position: "before", targetId: after.id });
	}
	return places;
}

/**
 * Keeps siblings in their order although pages are restored side by side. Under a parent that the restore itself makes, pages are
 * created one after another in their order; where folders stand among them, or pages that were there before, what got another place is
 * moved once all are there.
 */
export class SiblingOrder {
	readonly #lines = new Lines();
	readonly #runs = new WeakMap<ApplyContext["plans"], Run>();

	/** Joins the line of those that come under the same parent. */
	join(deed: Deed): ReturnType<Lines["join"]> {
		return this.#lines.join(`${deed.context.restoreId} ${parentOf(deed) ?? deed.details.spaceId}`);
	}

	/** Whether the page goes under a parent that this restore makes: then all that stands there comes from it. */
	isUnderNew(deed: Deed): boolean {
		const { context, content, details } = deed;
		const parent = parentRef(content.main);
		if (parent === undefined || parent.kind !== deed.flavour.kind) return false;
		const mapped = context.mapped(parent)?.ref.id;
		const brought = details.spaceComes && context.mapped(spaceRef(details.spaceId))?.brought?.[parent.id] !== undefined;
		return brought || (details.parentComes && mapped !== undefined && mapped !== parent.id && this.#made(deed, parent.id));
	}

	#made({ context, flavour }: Deed, parentId: string): boolean {
		const plan = context.plans.find(({ ref }) => ref.id === parentId && ref.kind === flavour.kind);
		return plan !== undefined && planDetails(plan).targetId === null;
	}

	#run(deed: Deed): Run {
		const { plans, mapped } = deed.context;
		let run = this.#runs.get(plans);
		if (run === undefined) {
			const standings = plans.flatMap(({ ref, details }) => {
				const [id, position] = [mapped(ref)?.ref.id, numberAt(details, "position")];
				const known = flavourOf(ref) !== undefined || treeFlavourOf(ref) !== undefined;
				if (!known || id === undefined || position === undefined) return [];
				return [[id, { id, position, fixed: ref.kind !== deed.flavour.kind }] as const];
			});
			const orderly = plans.every(
				({ ref, details }) => treeFlavourOf(ref) === undefined && (flavourOf(ref) === undefined || idAt(details, "targetId") === undefined),
			);
			run = { standings: new Map(standings), orderly, moves: new Map() };
			this.#runs.set(plans, run);
		}
		return run;
	}

	/** Moves the page to its place among its siblings; to be called for all of them, in their order, once all are there. */
	async settle(deed: Deed, id: string): Promise<void> {
		const parentId = parentOf(deed);
		if (parentId === undefined) return;
		const { standings, orderly, moves } = this.#run(deed);
		if (orderly) return;
		const line = this.#lines.join(`${deed.context.restoreId} ${parentId} order`);
		try {
			const known =
				moves.get(parentId) ??
				childrenOf(deed, parentId).then((children) => placesFor(children.flatMap((child) => standings.get(child.id) ?? [])));
			moves.set(parentId, known);
			const place = (await known).get(id);
			await line.turn;
			if (place !== undefined) await move(deed, id, place);
		} finally {
			line.leave();
		}
	}
}
