import { type AuditEntry, auditActionName } from "@skyeworx/contract";
import { IconBan, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { useKindNames } from "../../live/use-kind-names.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import panel from "../../parts/panel.module.css";
import { sentence } from "../../parts/sentence.ts";
import { When } from "../../parts/time/when.tsx";
import classes from "./audit.module.css";
import { factWords, targetName } from "./entry-words.ts";

type Target = NonNullable<AuditEntry["target"]>;
/** Names of sites by id. */
type Sites = ReadonlyMap<string, string>;

/** Entries of the log in words; what a program would look for (codes, ids, hashes) stands small beside them. */
export function EntryTable({ rows }: { readonly rows: readonly AuditEntry[] }): ReactNode {
	const sites: Sites = new Map((useQuery(queries.sites(useClient())).data ?? []).map((site) => [site.id, site.name]));
	return (
		<DataTable
			caption="Audit entries"
			rows={rows}
			rowKey={(row) => String(row.seq)}
			columns={[
				{ label: "No.", number: true, cell: (row) => <span title={`Hash ${row.hash}, after ${row.previousHash}`}>{row.seq}</span> },
				{
					label: "When",
					cell: (row) => (
						<span className={classes.line}>
							<When at={row.at} />
						</span>
					),
				},
				{ label: "Who", cell: (row) => <Who entry={row} /> },
				{ label: "What", cell: (row) => <What entry={row} /> },
				{ label: "Outcome", cell: (row) => <OutcomeMark outcome={row.outcome} /> },
				{ label: "Target", cell: (row) => (row.target === null ? "—" : <TargetCell target={row.target} sites={sites} />) },
				{ label: "Details", wide: true, cell: (row) => <Details entry={row} sites={sites} /> },
			]}
		/>
	);
}

function Who({ entry }: { readonly entry: AuditEntry }): ReactNode {
	return (
		<span className={classes.line}>
			{entry.actor.name}
			{entry.ip === null ? null : <div className={classes.small}>from {entry.ip}</div>}
		</span>
	);
}

function What({ entry }: { readonly entry: AuditEntry }): ReactNode {
	return (
		<>
			{auditActionName(entry.action)}
			<div className={classes.code}>{entry.action}</div>
		</>
	);
}

function OutcomeMark({ outcome }: { readonly outcome: AuditEntry["outcome"] }): ReactNode {
	if (outcome === "success")
		return (
			<ToneMark tone="ok" icon={<IconCircleCheck size={15} />}>
				Succeeded
			</ToneMark>
		);
	if (outcome === "denied")
		return (
			<ToneMark tone="warn" icon={<IconBan size={15} />}>
				Denied
			</ToneMark>
		);
	return (
		<ToneMark tone="fail" icon={<IconCircleX size={15} />}>
			Failed
		</ToneMark>
	);
}

const shortId = (id: string): string => (id.length > 14 ? `${id.slice(0, 8)}…` : id);

/** What it is called, where that is known, with the way to it. */
function TargetCell({ target, sites }: { readonly target: Target; readonly sites: Sites }): ReactNode {
	const kinds = useKindNames();
	const name = target.label ?? (target.type === "site" ? sites.get(target.id) : undefined);
	// An item's id begins with its kind: `jira.work-item/10012`.
	const [kind = "", ...rest] = target.id.split("/");
	const isItem = target.type === "item" && rest.length > 0;
	const type = isItem ? sentence(kinds(kind)[0]) : targetName(target.type);
	return (
		<>
			<Way type={target.type} id={target.id}>
				{name ?? type}
			</Way>
			<div className={classes.small} title={target.id}>
				{name === undefined ? "" : `${type} `}
				<span className={panel.mono}>{shortId(isItem ? rest.join("/") : target.id)}</span>
			</div>
		</>
	);
}

/** A link to what has a page of its own. */
function Way({ type, id, children }: { readonly type: string; readonly id: string; readonly children: ReactNode }): ReactNode {
	if (type === "run")
		return (
			<Link to="/runs/$runId" params={{ runId: id }}>
				{children}
			</Link>
		);
	if (type === "restore")
		return (
			<Link to="/restores/$restoreId" params={{ restoreId: id }}>
				{children}
			</Link>
		);
	if (type === "site")
		return (
			<Link to="/settings/sites/$siteId" params={{ siteId: id }}>
				{children}
			</Link>
		);
	return children;
}

/** The reason that was given, the error, and every fact. */
function Details({ entry, sites }: { readonly entry: AuditEntry; readonly sites: Sites }): ReactNode {
	const facts = Object.entries(entry.facts);
	return (
		<div className={classes.details}>
			{entry.reason === null ? null : <div>“{entry.reason}”</div>}
			{entry.error === null ? null : (
				<div>
					{entry.error.detail} <span className={classes.code}>{entry.error.code}</span>
				</div>
			)}
			{facts.length === 0 ? null : (
				<div className={classes.small}>
					{facts.map(([name, value], index) => {
						const [label, said] = factWords(name, value);
						return (
							<span key={name}>
								{index === 0 ? "" : " · "}
								{label}:{" "}
								<Way type={name} id={String(value)}>
									{sites.get(said) ?? (/^[0-9a-f]{8}-/.test(said) ? <span title={said}>{shortId(said)}</span> : said)}
								</Way>
							</span>
						);
					})}
				</div>
			)}
		</div>
	);
}
