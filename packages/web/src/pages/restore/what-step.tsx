import { ActionIcon, Button, Group, Text } from "@mantine/core";
import type { RelatedItem } from "@skyeworx/contract";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { type ChosenField, type TrayItem, trayItem, useTray } from "../../live/use-tray.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { shortTime } from "../../parts/time/write-time.ts";
import { counted } from "../../parts/write-number.ts";
import classes from "./restore.module.css";

/** So many selected items are looked at for relatives that are gone. */
const lookedAt = 5;

/** What comes back, and what may have to come with it. */
export function WhatStep({ items }: { readonly items: readonly TrayItem[] }): ReactNode {
	const tray = useTray();
	const [shown, setShown] = useState(8);
	return (
		<>
			<ul className={classes.items}>
				{items.slice(0, shown).map((item) => (
					<li key={`${item.kind}/${item.id}`}>
						<div className={classes.itemRow}>
							<KindMark kind={item.kind} type={item.type} />
							<Link
								to="/items/$siteId/$kind/$id"
								params={{ siteId: item.siteId, kind: item.kind, id: item.id }}
								search={{ version: String(item.version) }}
							>
								{item.key === null ? null : <strong>{item.key} </strong>}
								{item.title}
							</Link>
							<VersionTime item={item} />
							<ActionIcon
								variant="subtle"
								color="gray"
								size="sm"
								onClick={() => tray.take([item])}
								aria-label={`Leave out ${item.key ?? item.title}`}
							>
								<IconX size={14} aria-hidden />
							</ActionIcon>
						</div>
						{item.fields === undefined ? null : <ChosenFields item={item} fields={item.fields} />}
					</li>
				))}
			</ul>
			<Group gap="xs" mt="xs">
				{items.length > shown ? (
					<Button variant="subtle" onClick={() => setShown(shown + 100)}>
						Show {Math.min(100, items.length - shown)} more of {items.length}
					</Button>
				) : null}
				<Button variant="subtle" component={Link} to="/explore" leftSection={<IconPlus size={14} aria-hidden />}>
					Add more items
				</Button>
			</Group>
			{items.some((item) => item.fields !== undefined) ? null : <Suggestions items={items} />}
		</>
	);
}

/** The parts of the item that come back alone; each can be left out. */
function ChosenFields({ item, fields }: { readonly item: TrayItem; readonly fields: readonly ChosenField[] }): ReactNode {
	const tray = useTray();
	const { fields: _all, ...whole } = item;
	const leaveOut = (field: string): void => {
		const rest = fields.filter((chosen) => chosen.field !== field);
		if (rest.length === 0) tray.take([item]);
		else tray.put([{ ...item, fields: rest }]);
	};
	return (
		<div className={classes.fields}>
			<span id="chosen-fields">Only {fields.length === 1 ? "this comes" : `these ${fields.length} come`} back:</span>
			<ul aria-labelledby="chosen-fields">
				{fields.map(({ field, label }) => (
					<li key={field}>
						{label}
						<ActionIcon variant="subtle" color="gray" size="xs" onClick={() => leaveOut(field)} aria-label={`Leave out ${label}`}>
							<IconX size={12} aria-hidden />
						</ActionIcon>
					</li>
				))}
			</ul>
			<Button variant="subtle" size="compact-xs" onClick={() => tray.put([whole])}>
				Restore the whole item instead
			</Button>
		</div>
	);
}

function VersionTime({ item }: { readonly item: TrayItem }): ReactNode {
	const snapshots = useInfiniteQuery(queries.snapshots(useClient(), item.siteId));
	const found = snapshots.data?.pages.flatMap((page) => page.items).find((snapshot) => snapshot.id === item.version);
	return (
		<span className={classes.quiet}>{found === undefined ? `as of restore point ${item.version}` : `as of ${shortTime(found.at)}`}</span>
	);
}

function Suggestions({ items }: { readonly items: readonly TrayItem[] }): ReactNode {
	const client = useClient();
	const tray = useTray();
	const siteId = items[0]?.siteId ?? "";
	const found = useQueries({ queries: items.slice(0, lookedAt).map(({ kind, id }) => queries.item(client, { siteId, kind, id })) });
	const missing = new Map<string, RelatedItem>();
	for (const answer of found) {
		for (const entry of answer.data?.related ?? []) {
			if (entry.state === "deleted" && !tray.has(entry.ref)) missing.set(`${entry.ref.kind}/${entry.ref.id}`, entry);
		}
	}
	if (missing.size === 0) return null;
	const add = async (): Promise<void> => {
		const details = await Promise.all([...missing.values()].map(({ ref }) => client.getItem({ params: { siteId, ...ref } })));
		tray.put(details.filter((detail) => detail.restorable).map((detail) => trayItem(detail)));
	};
	const names = [...missing.values()].slice(0, 3).map((entry) => entry.key ?? entry.title);
	return (
		<div className={classes.suggestion}>
			<Text size="sm">
				{counted(missing.size, ["related item is gone too", "related items are gone too"])}: {names.join(", ")}
				{missing.size > 3 ? " …" : ""}
			</Text>
			<Button variant="default" onClick={() => void add()}>
				Restore {missing.size === 1 ? "it" : "them"} as well
			</Button>
		</div>
	);
}
