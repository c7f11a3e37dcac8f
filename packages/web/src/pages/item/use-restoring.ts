import type { ItemDetail } from "@skyeworx/contract";
import { useNavigate } from "@tanstack/react-router";
import { useMe } from "../../live/app-context.tsx";
import { type ChosenField, type TrayItem, trayItem, useTray } from "../../live/use-tray.tsx";

/** The item at a version, as a restore takes it: a version of another incarnation belongs to that one's id. */
export function itemAt(item: ItemDetail, version: string): TrayItem {
	const wanted = Number(version);
	const entry = item.history.find((candidate) => candidate.state !== "deleted" && candidate.snapshotId <= wanted);
	return { ...trayItem(item, entry?.snapshotId), id: entry?.ref.id ?? item.ref.id };
}

/** Takes the person to the review of a restore of this item, whole or of some fields; undefined where that is not possible. */
export function useRestoring(item: ItemDetail): ((version: string, fields?: readonly ChosenField[]) => void) | undefined {
	const tray = useTray();
	const navigate = useNavigate();
	const { permissions } = useMe();
	if (!item.restorable || !permissions.includes("item.restore")) return undefined;
	return (version, fields) => {
		tray.clear();
		tray.put([{ ...itemAt(item, version), ...(fields === undefined ? {} : { fields }) }]);
		void navigate({ to: "/restore" });
	};
}
