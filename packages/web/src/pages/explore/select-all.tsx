import { Button } from "@mantine/core";
import { type ItemHit, type ItemPage, maxPlanItems } from "@skyeworx/contract";
import { type ReactNode, useState } from "react";
import { trayItem, useTray } from "../../live/use-tray.tsx";
import { count } from "../../parts/write-number.ts";

interface Paged {
	readonly hasNextPage: boolean;
	readonly fetchNextPage: () => Promise<{
		readonly data?: { readonly pages: readonly ItemPage[] } | undefined;
		readonly hasNextPage: boolean;
	}>;
}

export interface SelectAllProps {
	readonly found: Paged;
	readonly hits: readonly ItemHit[];
	readonly total: number;
	readonly asOf: number | undefined;
}

/** Puts everything that was found into the tray, up to what one plan may hold. */
export function SelectAll({ found, hits, total, asOf }: SelectAllProps): ReactNode {
	const tray = useTray();
	const [busy, setBusy] = useState(false);
	if (hits.length === 0) return null;
	const items = hits.map((hit) => trayItem(hit, asOf));
	const all = hits.every((hit) => tray.has(hit.ref));
	const selectAll = async (): Promise<void> => {
		setBusy(true);
		let held = hits;
		let more = found.hasNextPage;
		while (more && held.length < maxPlanItems) {
			const next = await found.fetchNextPage();
			held = next.data?.pages.flatMap((page) => page.items) ?? held;
			more = next.hasNextPage;
		}
		tray.put(held.slice(0, maxPlanItems).map((hit) => trayItem(hit, asOf)));
		setBusy(false);
	};
	if (all) {
		return (
			<Button variant="subtle" onClick={() => tray.take(items)}>
				Unselect these
			</Button>
		);
	}
	return (
		<Button variant="default" loading={busy} onClick={() => void selectAll()}>
			Select all {count(Math.min(total, maxPlanItems))}
		</Button>
	);
}
