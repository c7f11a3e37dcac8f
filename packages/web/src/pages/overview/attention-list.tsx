import { Button } from "@mantine/core";
import type { Attention } from "@skyeworx/contract";
import { IconAlertTriangle, IconCircleX, IconInfoCircle } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe } from "../../live/app-context.tsx";
import { useBackup, useSiteCheck } from "../../live/use-deeds.ts";
import { Panel } from "../../parts/panel.tsx";
import classes from "./overview.module.css";

const looks = {
	critical: { icon: IconCircleX, word: "Critical" },
	warning: { icon: IconAlertTriangle, word: "Warning" },
	info: { icon: IconInfoCircle, word: "Note" },
} as const;

/** What needs somebody, each with the one thing to do. */
export function AttentionList({ entries }: { readonly entries: readonly Attention[] }): ReactNode {
	return (
		<Panel title={`Needs attention (${entries.length})`} flush>
			{entries.map((entry) => (
				<Row key={`${entry.code}-${entry.siteId ?? ""}-${entry.title}`} entry={entry} />
			))}
		</Panel>
	);
}

function Row({ entry }: { readonly entry: Attention }): ReactNode {
	const { icon: Icon, word } = looks[entry.severity];
	return (
		<div className={classes.attention} data-severity={entry.severity}>
			<Icon size={19} stroke={1.7} role="img" aria-label={word} />
			<div className={classes.attentionText}>
				<strong>{entry.title}</strong> <span className={classes.attentionDetail}>{entry.detail}</span>
			</div>
			<Deed entry={entry} />
		</div>
	);
}

function Deed({ entry }: { readonly entry: Attention }): ReactNode {
	const backup = useBackup();
	const check = useSiteCheck();
	const navigate = useNavigate();
	const { permissions } = useMe();
	const { action, siteId } = entry;
	const act = (): void => {
		if (action.type === "run-backup" && siteId !== null) backup.mutate(siteId);
		else if (action.type === "check-site" && siteId !== null) check.mutate(siteId);
		else if (action.type === "open-run" && action.runId !== null) void navigate({ to: "/runs/$runId", params: { runId: action.runId } });
		else if (action.type === "continue-setup" && siteId !== null) void navigate({ to: "/setup", search: { site: siteId } });
		else if (action.type === "open-changes" && siteId !== null && action.snapshotId !== null) {
			void navigate({ to: "/snapshots/$siteId/$snapshotId", params: { siteId, snapshotId: String(action.snapshotId) } });
		} else if (siteId !== null) void navigate({ to: "/settings/sites/$siteId", params: { siteId } });
		else void navigate({ to: "/settings" });
	};
	const barred =
		(action.type === "run-backup" && !permissions.includes("backup.run")) ||
		((action.type === "check-site" || action.type === "continue-setup") && !permissions.includes("site.connect"));
	if (barred) return null;
	return (
		<Button variant="default" onClick={act} loading={backup.isPending || check.isPending}>
			{action.label}
		</Button>
	);
}
