import type { AccountChanges, ChangersBody, TouchedItem } from "@skyeworx/contract";
import { blastRadius, findChangers, type KindDefinition, type RestoreSelection, readStoredItem } from "@skyeworx/engine";
import { absenceOf } from "./item-bodies.ts";
import type { SiteView } from "./site-view.ts";

interface Between {
	readonly from: string;
	readonly to: string;
}

const times = ({ from, to }: Between) => ({ from: new Date(from), to: new Date(to) });
const blastPorts = ({ vault, catalog, live }: SiteView) => ({ vault, catalog, kinds: live.kinds });

/** Who changed things on a site, as far as the caller may see them. */
export async function changersBody(view: SiteView, between: Between): Promise<ChangersBody> {
	const { accounts, unsigned } = await findChangers(blastPorts(view), times(between));
	return {
		accounts: accounts.map(({ accountId, name, items, first, last }) => ({
			accountId,
			name: name ?? view.catalog.item({ kind: "jira.user", id: accountId })?.title ?? null,
			items,
			first: first.toISOString(),
			last: last.toISOString(),
		})),
		unsigned,
	};
}

/** What an account changed, item by item. */
export async function accountChangesBody(
	view: SiteView,
	asked: Between & { readonly accountId: string; readonly deletions: boolean },
): Promise<AccountChanges> {
	const { accountId, deletions } = asked;
	const radius = await blastRadius(blastPorts(view), { accountId, ...times(asked), deletions });
	const items: TouchedItem[] = [];
	for (const selected of radius.selection) {
		const item = await touchedItem(view, selected);
		if (item !== undefined) items.push(item);
	}
	return { items, kept: radius.kept.map((one) => ({ ...one })) };
}

async function touchedItem(view: SiteView, selected: RestoreSelection): Promise<TouchedItem | undefined> {
	const item = view.catalog.item(selected.ref);
	if (item === undefined) return undefined;
	const kind = view.live.kinds.find(({ id }) => id === selected.ref.kind);
	const { key, title, type, state } = item;
	return {
		ref: selected.ref,
		version: selected.snapshotId,
		key: key ?? null,
		title,
		type: type ?? null,
		state,
		absence: state === "deleted" ? absenceOf(kind) : null,
		fields:
			selected.fields === undefined || kind === undefined ? null : await labelled(view, kind, { ...selected, fields: selected.fields }),
	};
}

/** The names of fields, from what differs between then and now. */
async function labelled(
	{ vault }: SiteView,
	kind: KindDefinition,
	{ ref, snapshotId, fields }: RestoreSelection & { readonly fields: readonly string[] },
): Promise<NonNullable<TouchedItem["fields"]>> {
	const newest = vault.snapshots().findLast((snapshot) => snapshot.complete)?.id ?? snapshotId;
	const [was, is] = await Promise.all([snapshotId, newest].map(async (id) => await readStoredItem(await vault.snapshot(id), ref)));
	const labels = new Map(kind.compare(is, was).map(({ field, label }) => [field, label]));
	return fields.map((field) => ({ field, label: labels.get(field) ?? field.split(/[./]/).at(-1) ?? field }));
}
