import { childrenOf, move } from "./children.ts";
import type { Deed } from "./deed.ts";

/** Puts a page under a parent, before the first sibling that stood after it. */
export async function writePosition(
	deed: Deed,
	id: string,
	place: { readonly parentId: string; readonly isThere: boolean },
): Promise<void> {
	const { position } = deed.content.main;
	const children = await childrenOf(deed, place.parentId);
	const next = position == null ? undefined : children.find((child) => child.id !== id && child.position >= position);
	const at = children.findIndex((child) => child.id === id);
	if (next === undefined) {
		if (!place.isThere) await move(deed, id, { position: "append", targetId: place.parentId });
	} else if (at === -1 || children[at + 1]?.id !== next.id) await move(deed, id, { position: "before", targetId: next.id });
}
