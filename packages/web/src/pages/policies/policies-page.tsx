import { Select, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { Policy, ScheduleBody } from "@skyeworx/contract";
import { IconCalendarClock } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { useSite } from "../../live/use-site.ts";
import { Facts } from "../../parts/facts.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SiteFilter } from "../../parts/site-filter.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { WithoutSite } from "../../parts/states/without-site.tsx";
import { shortTime } from "../../parts/time/write-time.ts";
import { Page } from "../../shell/page.tsx";
import { DrillPanel } from "./drill-panel.tsx";
import { HoldPanel } from "./hold-panel.tsx";
import { RetentionPanel } from "./retention-panel.tsx";
import { isPlain, scheduleNames, schedules } from "./schedules.ts";

const route = getRouteApi("/shell/policies");

/** How often a site is backed up, how long its restore points are kept, and what keeps them longer. */
export function PoliciesPage(): ReactNode {
	const { site: wanted } = route.useSearch();
	const navigate = route.useNavigate();
	const { site } = useSite();
	return (
		<Page>
			<PageHead
				title="Policies"
				sub={site === undefined ? undefined : `${site.name}: how often it is backed up, and how long its restore points are kept`}
				actions={<SiteFilter value={wanted} set={(next) => void navigate({ search: next === undefined ? {} : { site: next } })} />}
			/>
			{site === undefined ? (
				<WithoutSite icon={<IconCalendarClock size={32} />}>Each site has a policy of its own from the moment it is connected.</WithoutSite>
			) : (
				<Stack gap="md" key={site.id}>
					<SchedulePanel siteId={site.id} />
					<Keeping siteId={site.id} />
					<DrillPanel siteId={site.id} />
				</Stack>
			)}
		</Page>
	);
}

function Keeping({ siteId }: { readonly siteId: string }): ReactNode {
	const retention = useQuery(queries.retention(useClient(), siteId));
	return (
		<QueryView query={retention} loading={6}>
			{(data) => (
				<>
					<RetentionPanel key={JSON.stringify(data.rules)} retention={data} />
					<HoldPanel retention={data} />
				</>
			)}
		</QueryView>
	);
}

function SchedulePanel({ siteId }: { readonly siteId: string }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const { permissions } = useMe();
	const policy = useQuery(queries.policy(client, siteId));
	const save = useMutation({
		mutationFn: (schedule: ScheduleBody) => client.updatePolicy({ params: { siteId }, body: { schedule } }),
		onSuccess: (after) => {
			cache.setQueryData(["policy", siteId], after);
			notifications.show({ color: "moss", title: "Saved", message: scheduleNames[after.schedule.every] });
		},
	});
	return (
		<Panel title="Backups">
			<QueryView query={policy}>
				{(data) => (
					<Stack gap="sm">
						{save.isError ? <ProblemView error={save.error} /> : null}
						<Select
							label="A backup"
							maw={360}
							allowDeselect={false}
							disabled={!permissions.includes("policy.edit") || save.isPending}
							value={data.schedule.every}
							data={Object.entries(scheduleNames)
								.filter(([every]) => isPlain(every) || every === data.schedule.every)
								.map(([value, label]) => ({ value, label }))}
							onChange={(every) => every !== null && isPlain(every) && save.mutate(schedules[every])}
						/>
						<ScheduleFacts policy={data} />
					</Stack>
				)}
			</QueryView>
		</Panel>
	);
}

function ScheduleFacts({ policy }: { readonly policy: Policy }): ReactNode {
	const { schedule } = policy;
	return (
		<Facts
			rows={[
				["Begins between", "window" in schedule ? `${schedule.window.from} and ${schedule.window.to} (${policy.timeZone})` : null],
				["Expression", schedule.every === "cron" ? `${schedule.expression} (${policy.timeZone})` : null],
				["Next", shortTime(policy.nextDueAt)],
				["After that", policy.upcoming.slice(1, 4).map(shortTime).join(", ")],
				["Promise", policy.keepsPromise ? null : "Shorter than the time between two backups: it can’t be kept"],
			]}
		/>
	);
}
