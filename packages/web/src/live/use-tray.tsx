import type { ItemSummary } from "@skyeworx/contract";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { usePorts } from "./app-context.tsx";

/** A part of an item that comes back alone: an attachment, a comment, one field. */
export interface ChosenField {
	/** The path that a difference names: `fields.summary`, `file/10023`. */
	readonly field: string;
	readonly label: string;
}

/** One item that was put aside for a restore, at a version. */
export interface TrayItem {
	readonly siteId: string;
	readonly kind: string;
	readonly id: string;
	readonly version: number;
	readonly key: string | null;
	readonly title: string;
	readonly type: string | null;
	/** Only these come back; the whole item when left out. */
	readonly fields?: readonly ChosenField[];
	/** Its fields come back in one restore with other items. */
	readonly together?: true;
}

interface Tray {
	readonly items: readonly TrayItem[];
	has(item: { readonly kind: string; readonly id: string }): boolean;
	toggle(item: TrayItem): void;
	put(items: readonly TrayItem[]): void;
	take(items: readonly TrayItem[]): void;
	clear(): void;
}

const TrayContext = createContext<Tray | undefined>(undefined);
const place = "skyeworx.tray";

function read(text: string | null): readonly TrayItem[] {
	try {
		const value: unknown = JSON.parse(text ?? "[]");
		return Array.isArray(value) ? value.filter(isTrayItem) : [];
	} catch {
		return [];
	}
}

function isTrayItem(value: unknown): value is TrayItem {
	return (
		typeof value === "object" &&
		value !== null &&
		"kind" in value &&
		"id" in value &&
		"siteId" in value &&
		"version" in value &&
		"title" in value
	);
}

const same = (a: { readonly kind: string; readonly id: string }, b: { readonly kind: string; readonly id: string }): boolean =>
	a.kind === b.kind && a.id === b.id;

/** Keeps the selection while the person goes on searching; it survives a reload of the tab. */
export function TrayProvider({ children }: { readonly children: ReactNode }): ReactNode {
	const { storage } = usePorts();
	const [items, setItems] = useState(() => read(storage.getItem(place)));
	const change = useCallback(
		(make: (before: readonly TrayItem[]) => readonly TrayItem[]) =>
			setItems((before) => {
				const after = make(before);
				storage.setItem(place, JSON.stringify(after));
				return after;
			}),
		[storage],
	);
	const tray = useMemo<Tray>(
		() => ({
			items,
			has: (item) => items.some((held) => same(held, item)),
			toggle: (item) =>
				change((before) => (before.some((held) => same(held, item)) ? before.filter((held) => !same(held, item)) : [...before, item])),
			put: (more) => change((before) => [...before.filter((held) => !more.some((item) => same(held, item))), ...more]),
			take: (less) => change((before) => before.filter((held) => !less.some((item) => same(held, item)))),
			clear: () => change(() => []),
		}),
		[items, change],
	);
	return <TrayContext.Provider value={tray}>{children}</TrayContext.Provider>;
}

export function useTray(): Tray {
	const tray = useContext(TrayContext);
	if (tray === undefined) throw new Error("TrayProvider is missing");
	return tray;
}

/** Whether fields of it were chosen that come back in a restore of their own. */
export function isAlone(item: TrayItem | undefined): boolean {
	return item?.fields !== undefined && item.together !== true;
}

/**
 * What one restore can take of the selection: the items of one site that come back whole, or one item of which chosen fields do,
 * whichever stands first.
 */
export function oneRestore(items: readonly TrayItem[]): readonly TrayItem[] {
	const [first] = items;
	if (first === undefined) return [];
	if (isAlone(first)) return [first];
	return items.filter((item) => item.siteId === first.siteId && !isAlone(item));
}

/** A found item as the tray keeps it, at the version that the person looks at. */
export function trayItem(item: ItemSummary, version?: number): TrayItem {
	const { siteId, key, title, type, ref, lastSnapshotId } = item;
	return { siteId, kind: ref.kind, id: ref.id, key, title, type, version: version ?? lastSnapshotId };
}
