import { Checkbox } from "@mantine/core";
import type { ItemHit } from "@skyeworx/contract";
import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useKindNames } from "../../live/use-kind-names.ts";
import { trayItem, useTray } from "../../live/use-tray.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { GoneMark } from "../../parts/marks/status-marks.tsx";
import { sentence } from "../../parts/sentence.ts";
import { Snippet } from "../../parts/snippet.tsx";
import { When } from "../../parts/time/when.tsx";
import { counted } from "../../parts/write-number.ts";
import classes from "./explore.module.css";

const rowHeight = 60;

export interface HitListProps {
	readonly hits: readonly ItemHit[];
	readonly asOf: number | undefined;
	/** Called when the end comes near. */
	readonly more: () => void;
}

/** Found items; only the rows in sight are drawn, however many there are. */
export function HitList({ hits, asOf, more }: HitListProps): ReactNode {
	const list = useRef<HTMLUListElement>(null);
	const [offset, setOffset] = useState(0);
	useLayoutEffect(() => setOffset(list.current?.offsetTop ?? 0), []);
	const rows = useWindowVirtualizer({ count: hits.length, estimateSize: () => rowHeight, overscan: 12, scrollMargin: offset });
	const visible = rows.getVirtualItems();
	const last = visible.at(-1)?.index ?? 0;
	useEffect(() => {
		if (hits.length > 0 && last >= hits.length - 20) more();
	}, [last, hits.length, more]);
	return (
		<ul ref={list} className={classes.list} style={{ height: rows.getTotalSize() }} aria-label="Items">
			{visible.map((row) => {
				const hit = hits[row.index];
				return hit === undefined ? null : (
					<li
						key={`${hit.ref.kind}/${hit.ref.id}`}
						aria-setsize={hits.length}
						aria-posinset={row.index + 1}
						className={classes.row}
						style={{ height: row.size, transform: `translateY(${row.start - offset}px)` }}
					>
						<HitRow hit={hit} asOf={asOf} />
					</li>
				);
			})}
		</ul>
	);
}

/** The way to what a deleted item was created again as. */
function Successor({ hit }: { readonly hit: ItemHit }): ReactNode {
	if (hit.successor === null) return null;
	const { ref, key, title } = hit.successor;
	return (
		<>
			{" · now "}
			<Link to="/items/$siteId/$kind/$id" params={{ siteId: hit.siteId, ...ref }} className={classes.successor}>
				{key ?? title}
			</Link>
		</>
	);
}

function HitRow({ hit, asOf }: { readonly hit: ItemHit; readonly asOf: number | undefined }): ReactNode {
	const tray = useTray();
	const [kindName] = useKindNames()(hit.ref.kind);
	const sort = hit.ref.kind === "jira.work-item" ? (hit.type ?? kindName) : kindName;
	const name = [hit.key, hit.title].filter(Boolean).join(" ");
	return (
		<>
			<Checkbox size="xs" checked={tray.has(hit.ref)} onChange={() => tray.toggle(trayItem(hit, asOf))} aria-label={`Select ${name}`} />
			<KindMark kind={hit.ref.kind} type={hit.type} />
			<div className={classes.rowText}>
				<Link
					to="/items/$siteId/$kind/$id"
					params={{ siteId: hit.siteId, kind: hit.ref.kind, id: hit.ref.id }}
					search={asOf === undefined ? {} : { version: String(asOf) }}
					className={classes.rowTitle}
					data-deleted={hit.state === "deleted" || undefined}
				>
					{hit.key === null ? null : <span className={classes.rowKey}>{hit.key}</span>}
					{hit.title}
				</Link>
				<div className={classes.rowSub}>
					{hit.snippet === null ? (
						[sentence(sort), hit.status, hit.updatedBy && `by ${hit.updatedBy}`].filter(Boolean).join(" · ")
					) : (
						<Snippet text={hit.snippet} />
					)}
					<Successor hit={hit} />
				</div>
			</div>
			<div className={classes.rowSide}>
				{hit.absence === null ? null : <GoneMark absence={hit.absence} />}
				<span className={classes.rowSpace}>{hit.space?.key ?? ""}</span>
				<span className={classes.rowTime}>
					{hit.state === "deleted" ? <When at={hit.deletedAt} none="" quiet /> : <When at={hit.updatedAt} none="" quiet />}
					{hit.state === "deleted" || hit.updatedAt !== null ? <br /> : null}
					{counted(hit.versions, ["version", "versions"])}
				</span>
			</div>
		</>
	);
}
