import { Button } from "@mantine/core";
import type { Restore, RestoreItem } from "@skyeworx/contract";
import { IconArrowRight, IconCircleX, IconExternalLink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { DataTable } from "../../parts/data-table.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { OutcomeMark } from "../../parts/marks/status-marks.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import { safeAddress } from "../../parts/rich/safe-address.ts";
import { count, counted } from "../../parts/write-number.ts";

const intents = {
	create: "to be created",
	change: "to be changed in place",
	untrash: "to be taken out of the trash",
	leave: "left alone",
	cannot: "not possible",
} as const;

const verbs = {
	create: "created",
	change: "changed in place",
	untrash: "taken out of the trash",
	leave: "left alone",
	cannot: "not possible",
} as const;

/** Every item with its outcome, what it is called now, and where to open it. */
export function OutcomeList({ restore }: { readonly restore: Restore }): ReactNode {
	const [shown, setShown] = useState(100);
	const order = { failed: 0, kept: 1, running: 2, waiting: 3, restored: 4, undone: 5, skipped: 6 } as const;
	const rows = restore.items.toSorted((a, b) => order[a.outcome] - order[b.outcome]);
	return (
		<>
			<DataTable
				caption="Restored items"
				rows={rows.slice(0, shown)}
				rowKey={(row) => `${row.ref.kind}/${row.ref.id}`}
				columns={[
					{ label: "Item", cell: (row) => <What item={row} siteId={restore.siteId} /> },
					{ label: "Outcome", cell: (row) => <OutcomeMark outcome={row.outcome} /> },
					{
						label: "How",
						cell: (row) =>
							row.error?.detail ?? row.reason ?? (row.outcome === "waiting" || row.outcome === "running" ? intents : verbs)[row.action],
					},
					{ label: "Called now", cell: (row) => <NameNow item={row} /> },
					{ label: "Fields read back", cell: (row) => <Fidelity item={row} /> },
					{ label: "Open", silent: true, cell: (row) => <Open item={row} /> },
				]}
			/>
			{rows.length > shown ? (
				<Button variant="subtle" m="sm" onClick={() => setShown(shown + 300)}>
					Show more of {count(rows.length)}
				</Button>
			) : null}
		</>
	);
}

function What({ item, siteId }: { readonly item: RestoreItem; readonly siteId: string }): ReactNode {
	return (
		<span style={{ display: "inline-flex", gap: 8 }}>
			<KindMark kind={item.ref.kind} />
			<Link to="/items/$siteId/$kind/$id" params={{ siteId, kind: item.ref.kind, id: item.ref.id }}>
				{item.label}
			</Link>
		</span>
	);
}

function NameNow({ item }: { readonly item: RestoreItem }): ReactNode {
	if (item.now === null) return "—";
	const name = item.now.key ?? item.now.ref.id;
	if (item.now.ref.id === item.ref.id) return `${name} (unchanged)`;
	return (
		<span style={{ whiteSpace: "nowrap" }}>
			{/^[A-Z][A-Z0-9_]*-\d+(?= )/.exec(item.label)?.[0] ?? item.ref.id} <IconArrowRight size={12} aria-label="is now" />{" "}
			<strong>{name}</strong>
		</span>
	);
}

function Fidelity({ item }: { readonly item: RestoreItem }): ReactNode {
	if (item.fidelity === null) return "—";
	const { exact, degraded, impossible, failed } = item.fidelity;
	const parts = [`${exact} exact`, degraded > 0 ? `${degraded} not quite` : "", impossible > 0 ? `${impossible} not possible` : ""].filter(
		Boolean,
	);
	return (
		<>
			{parts.join(", ")}
			{failed > 0 ? (
				<div>
					<ToneMark tone="fail" icon={<IconCircleX size={14} />}>
						{counted(failed, ["field failed", "fields failed"])}
					</ToneMark>
				</div>
			) : null}
		</>
	);
}

function Open({ item }: { readonly item: RestoreItem }): ReactNode {
	const address = item.outcome === "undone" ? undefined : safeAddress(item.url);
	if (address === undefined) return null;
	return (
		<Button
			variant="default"
			component="a"
			href={address}
			target="_blank"
			rel="noopener noreferrer"
			rightSection={<IconExternalLink size={13} aria-hidden />}
			aria-label={`Open ${item.now?.key ?? item.label} on the site`}
		>
			Open {item.now?.key ?? ""}
		</Button>
	);
}
