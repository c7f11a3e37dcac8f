import { type Client, type ItemHit, maxPlanItems, type Space } from "@skyeworx/contract";

const pageSize = 200;

/** A space, or an item in it, as one snapshot saw it. */
export interface Top {
	readonly siteId: string;
	readonly space: Pick<Space, "id" | "app">;
	/** `confluence.page/4711`; the space itself when left out. */
	readonly item?: string;
	readonly asOf: number;
}

const nameOf = (ref: ItemHit["ref"]): string => `${ref.kind}/${ref.id}`;

/** Everything that a snapshot saw in a space, or of it an item with all that hangs below; undefined when that is more than a restore takes. */
export async function collectBelow(client: Client, { siteId, space, item, asOf }: Top): Promise<readonly ItemHit[] | undefined> {
	const all: ItemHit[] = [];
	for (let cursor: string | null | undefined; cursor !== null; ) {
		const page = await client.searchSiteItems({
			params: { siteId },
			query: {
				space: space.id,
				app: space.app,
				asOf,
				state: "live",
				order: "position",
				limit: pageSize,
				...(cursor === undefined ? {} : { cursor }),
			},
		});
		all.push(...page.items);
		if (item === undefined && all.length > maxPlanItems) return undefined;
		cursor = page.nextCursor;
	}
	const wanted = item === undefined ? all.filter((hit) => !hit.ref.kind.endsWith(".space")) : branch(all, item);
	return wanted.length > maxPlanItems ? undefined : wanted;
}

/** The item and what hangs below it, at any depth. */
function branch(all: readonly ItemHit[], item: string): readonly ItemHit[] {
	const below = Map.groupBy(all, (hit) => (hit.parent === null ? "none" : nameOf(hit.parent)));
	const found = new Map(all.filter((hit) => nameOf(hit.ref) === item).map((hit) => [item, hit]));
	for (const name of found.keys()) for (const hit of below.get(name) ?? []) found.set(nameOf(hit.ref), hit);
	return [...found.values()];
}

/** A space as the last snapshot that held it saw it, up to a chosen one; undefined when none did. */
export async function spaceSeen(
	client: Client,
	{ siteId, space, asOf }: Pick<Top, "siteId" | "space"> & { readonly asOf: number | undefined },
): Promise<ItemHit | undefined> {
	const kind = space.app === "confluence" ? "confluence.space" : "jira.space";
	const query = { space: space.id, kind, limit: 1, ...(asOf === undefined ? {} : { asOf }) };
	const page = await client.searchSiteItems({ params: { siteId }, query });
	return page.items[0];
}
