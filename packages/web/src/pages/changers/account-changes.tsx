import { Button, Checkbox, Group, Stack } from "@mantine/core";
import { type AccountChanges as Found, maxPlanItems, type Site, type TouchedItem } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { type TrayItem, useTray } from "../../live/use-tray.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { FirstRows } from "../../parts/first-rows.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { counted } from "../../parts/write-number.ts";
import { nobody } from "./account-list.tsx";
import classes from "./changers.module.css";

export interface AccountChangesProps {
	readonly site: Site;
	readonly asked: Parameters<typeof queries.accountChanges>[2];
	readonly name: string | null;
	/** Whether what nobody is named for goes back, too. */
	readonly setUnsigned: (too: boolean) => void;
}

/** What an account changed: each item with what of it would go back, to be chosen from. */
export function AccountChanges({ site, asked, name, setUnsigned }: AccountChangesProps): ReactNode {
	const found = useQuery(queries.accountChanges(useClient(), site.id, asked));
	return (
		<Panel title={asked.accountId === nobody ? "What changed in nobody’s name" : `What ${name ?? asked.accountId} changed`} flush>
			<div className={classes.pad} hidden={asked.accountId === nobody}>
				<Checkbox
					checked={asked.deletions}
					onChange={(event) => setUnsigned(event.currentTarget.checked)}
					label="Also what Atlassian names nobody for in that time: items that went missing, moves, labels, restrictions"
				/>
			</div>
			<QueryView query={found}>{(data) => <Items site={site} found={data} />}</QueryView>
		</Panel>
	);
}

/** Rows that are shown before one asks for all. */
const shown = 50;

const keyOf = ({ ref }: Pick<TouchedItem, "ref">): string => `${ref.kind}/${ref.id}`;

function asTrayItem(siteId: string, { ref, version, key, title, type, fields }: TouchedItem): TrayItem {
	return { siteId, ...ref, version, key, title, type, ...(fields === null ? {} : { fields, together: true }) };
}

function Items({ site, found }: { readonly site: Site; readonly found: Found }): ReactNode {
	const tray = useTray();
	const navigate = useNavigate();
	const { permissions } = useMe();
	const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
	const { items, kept } = found;
	const chosen = items.filter((item) => !left.has(keyOf(item)));
	const toggle = (item: TouchedItem): void => {
		const next = new Set(left);
		if (!next.delete(keyOf(item))) next.add(keyOf(item));
		setLeft(next);
	};
	// Exactly these come back: what was selected before is another restore.
	const restore = (): void => {
		tray.clear();
		tray.put(chosen.map((item) => asTrayItem(site.id, item)));
		void navigate({ to: "/restore" });
	};
	return (
		<Stack gap="sm">
			{items.length === 0 ? (
				<div className={classes.pad}>
					<EmptyState title="Nothing of it can be taken back" />
				</div>
			) : (
				<>
					<FirstRows rows={items} most={shown}>
						{(rows) => (
							<DataTable
								caption="Items that go back"
								rows={rows}
								rowKey={keyOf}
								columns={[
									{
										label: "Choose",
										silent: true,
										cell: (item) => (
											<Checkbox
												aria-label={`Take back ${item.key ?? item.title}`}
												checked={!left.has(keyOf(item))}
												onChange={() => toggle(item)}
											/>
										),
									},
									{ label: "Item", cell: (item) => <Item item={item} siteId={site.id} /> },
									{ label: "What goes back", cell: whatGoesBack },
								]}
							/>
						)}
					</FirstRows>
					<Group className={classes.pad ?? ""} gap="sm">
						{permissions.includes("item.restore") ? (
							<Button size="sm" disabled={chosen.length === 0 || chosen.length > maxPlanItems} onClick={restore}>
								Review taking back {counted(chosen.length, ["item", "items"])}
							</Button>
						) : null}
						<Button variant="subtle" onClick={() => setLeft(left.size > 0 ? new Set() : new Set(items.map(keyOf)))}>
							{left.size > 0 ? "Choose all" : "Choose none"}
						</Button>
					</Group>
				</>
			)}
			{kept.length === 0 ? null : (
				<FirstRows rows={kept} most={shown}>
					{(rows) => (
						<DataTable
							caption="What stays"
							rows={rows}
							rowKey={(row) => `${keyOf(row)} ${row.reason}`}
							columns={[
								{ label: "What stays", cell: ({ label }) => label },
								{ label: "Why", cell: ({ reason }) => reason },
							]}
						/>
					)}
				</FirstRows>
			)}
		</Stack>
	);
}

function whatGoesBack({ fields, state, absence }: TouchedItem): string {
	if (fields !== null) return fields.map(({ label }) => label).join(", ");
	if (state === "live") return "Everything, as it was before";
	return absence === "deleted" ? "It was deleted: all of it" : "It went missing: all of it";
}

function Item({ item, siteId }: { readonly item: TouchedItem; readonly siteId: string }): ReactNode {
	return (
		<span className={classes.item}>
			<KindMark kind={item.ref.kind} type={item.type} />
			<Link to="/items/$siteId/$kind/$id" params={{ siteId, kind: item.ref.kind, id: item.ref.id }}>
				{item.key === null ? "" : `${item.key} `}
				{item.title}
			</Link>
		</span>
	);
}
