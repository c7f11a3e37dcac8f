import { Button, Group, Menu, Select, Tabs } from "@mantine/core";
import { IconChevronDown, IconDatabase, IconShieldCheck } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe } from "../../live/app-context.tsx";
import { useBackup, useVerification } from "../../live/use-deeds.ts";
import { useSite } from "../../live/use-site.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { SiteFilter } from "../../parts/site-filter.tsx";
import { WithoutSite } from "../../parts/states/without-site.tsx";
import { Page } from "../../shell/page.tsx";
import { RunList } from "./run-list.tsx";
import { SnapshotList } from "./snapshot-list.tsx";

const route = getRouteApi("/shell/backups");

const statuses = [
	{ value: "running", label: "Running" },
	{ value: "succeeded", label: "Complete" },
	{ value: "incomplete", label: "Incomplete" },
	{ value: "failed", label: "Failed" },
	{ value: "cancelled", label: "Cancelled" },
] as const;

/** Runs, the restore points that they left, and the button for one now. */
export function BackupsPage(): ReactNode {
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const { site } = useSite();
	const set = (change: Partial<typeof search>): void => void navigate({ search: (before) => ({ ...before, ...change }) });
	if (site === undefined) {
		return (
			<Page>
				<PageHead title="Backups" />
				<WithoutSite icon={<IconDatabase size={32} />}>The first backup of a site starts as soon as it is connected.</WithoutSite>
			</Page>
		);
	}
	return (
		<Page>
			<PageHead title="Backups" sub="Runs with what they read and stored, and the restore points that they left" actions={<Deeds />} />
			<Tabs
				value={search.tab ?? "runs"}
				onChange={(tab) => set({ tab: tab === "snapshots" ? "snapshots" : undefined })}
				keepMounted={false}
			>
				<Group justify="space-between" mb="md" gap="xs">
					<Tabs.List>
						<Tabs.Tab value="runs">Runs</Tabs.Tab>
						<Tabs.Tab value="snapshots">Restore points</Tabs.Tab>
					</Tabs.List>
					<Group gap="xs">
						<SiteFilter value={search.site} set={(next) => set({ site: next })} />
						{search.tab === "snapshots" ? null : (
							<Select
								size="xs"
								clearable
								aria-label="Outcome"
								placeholder="Any outcome"
								value={search.status ?? null}
								data={statuses}
								onChange={(next) => set({ status: statuses.find(({ value }) => value === next)?.value })}
							/>
						)}
					</Group>
				</Group>
				<Tabs.Panel value="runs">
					<RunList siteId={search.site} status={search.status} type={search.type} />
				</Tabs.Panel>
				<Tabs.Panel value="snapshots">
					<SnapshotList siteId={site.id} />
				</Tabs.Panel>
			</Tabs>
		</Page>
	);
}

function Deeds(): ReactNode {
	const { site } = useSite();
	const { permissions } = useMe();
	const backup = useBackup();
	const verify = useVerification();
	if (site === undefined || !permissions.includes("backup.run")) return null;
	return (
		<>
			<Menu position="bottom-end">
				<Menu.Target>
					<Button
						variant="default"
						loading={verify.isPending}
						leftSection={<IconShieldCheck size={15} aria-hidden />}
						rightSection={<IconChevronDown size={13} aria-hidden />}
					>
						Verify
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					<Menu.Item onClick={() => verify.mutate({ siteId: site.id, level: "structure" })}>Structure of every restore point</Menu.Item>
					<Menu.Item onClick={() => verify.mutate({ siteId: site.id, level: "data" })}>Every byte</Menu.Item>
				</Menu.Dropdown>
			</Menu>
			<Button loading={backup.isPending} onClick={() => backup.mutate(site.id)} leftSection={<IconDatabase size={15} aria-hidden />}>
				Back up {site.name} now
			</Button>
		</>
	);
}
