import { Button } from "@mantine/core";
import type { OverviewSite } from "@skyeworx/contract";
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconLoader2, IconPlayerPause } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe } from "../../live/app-context.tsx";
import { useBackup } from "../../live/use-deeds.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { DayStrip } from "../../parts/marks/day-strip.tsx";
import marks from "../../parts/marks/marks.module.css";
import { PromiseAge } from "../../parts/marks/promise-age.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import { bytes, count } from "../../parts/write-number.ts";

function Condition({ site }: { readonly site: OverviewSite }): ReactNode {
	if (site.status === "credential-problem")
		return (
			<ToneMark tone="fail" icon={<IconCircleX size={15} />}>
				Credential rejected
			</ToneMark>
		);
	if (site.status === "unreachable")
		return (
			<ToneMark tone="fail" icon={<IconCircleX size={15} />}>
				Unreachable
			</ToneMark>
		);
	if (site.status === "paused")
		return (
			<ToneMark tone="quiet" icon={<IconPlayerPause size={15} />}>
				Paused
			</ToneMark>
		);
	if (site.runningRunId !== null)
		return (
			<ToneMark tone="run" icon={<IconLoader2 size={15} className={marks.spin} />}>
				Backing up
			</ToneMark>
		);
	if (site.lastGood === null)
		return (
			<ToneMark tone="warn" icon={<IconAlertTriangle size={15} />}>
				Never backed up
			</ToneMark>
		);
	if (!site.withinPromise)
		return (
			<ToneMark tone="fail" icon={<IconAlertTriangle size={15} />}>
				Late
			</ToneMark>
		);
	return (
		<ToneMark tone="ok" icon={<IconCircleCheck size={15} />}>
			Within promise
		</ToneMark>
	);
}

function BackupButton({ site }: { readonly site: OverviewSite }): ReactNode {
	const backup = useBackup();
	const { permissions } = useMe();
	if (site.runningRunId !== null) {
		return (
			<Button variant="default" component={Link} to={`/runs/${site.runningRunId}`}>
				Watch
			</Button>
		);
	}
	if (!permissions.includes("backup.run")) return null;
	return (
		<Button variant="default" loading={backup.isPending} onClick={() => backup.mutate(site.id)} aria-label={`Back up now: ${site.name}`}>
			Back up now
		</Button>
	);
}

/** The connected sites: age of the last good backup against its promise, thirty days, what is held. */
export function SiteRows({ sites }: { readonly sites: readonly OverviewSite[] }): ReactNode {
	return (
		<DataTable
			caption="Connected sites"
			rows={sites}
			rowKey={(site) => site.id}
			columns={[
				{
					label: "Site",
					cell: (site) => (
						<>
							<Link to="/settings/sites/$siteId" params={{ siteId: site.id }} style={{ fontWeight: 600 }}>
								{site.name}
							</Link>
							<div style={{ color: "var(--sw-quiet)", fontSize: 12 }}>{site.url.replace(/^https?:\/\//, "")}</div>
						</>
					),
				},
				{ label: "State", cell: (site) => <Condition site={site} /> },
				{ label: "Last good backup", cell: (site) => <PromiseAge {...site} at={site.lastGood?.at} /> },
				{ label: `Last ${sites[0]?.strip.length ?? 30} days`, cell: (site) => <DayStrip days={site.strip} /> },
				{ label: "Items", number: true, cell: (site) => count(site.items) },
				{
					label: "Gone, still held",
					number: true,
					cell: (site) => (
						<Link to="/explore" search={{ site: site.id, state: "deleted" }}>
							{site.deletedItems === null ? "—" : count(site.deletedItems)}
						</Link>
					),
				},
				{ label: "Stored", number: true, cell: (site) => (site.storedBytes === null ? "—" : bytes(site.storedBytes)) },
				{ label: "Deeds", silent: true, cell: (site) => <BackupButton site={site} /> },
			]}
		/>
	);
}
