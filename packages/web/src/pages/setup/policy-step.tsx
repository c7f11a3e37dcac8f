import { Button, Group, Radio, Select, Stack } from "@mantine/core";
import type { RetentionRules } from "@skyeworx/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { isPlain, type PlainSchedule, scheduleNames, schedules } from "../policies/schedules.ts";
import { useLookAgain } from "./use-setup.ts";

const kept: readonly { readonly value: string; readonly label: string; readonly rules: RetentionRules }[] = [
	{ value: "year", label: "Daily for a month, weekly for a quarter, monthly for a year", rules: { daily: 31, weekly: 13, monthly: 12 } },
	{ value: "quarter", label: "Every restore point for 90 days", rules: { withinDays: 90 } },
	{ value: "all", label: "Everything, as long as the plan allows", rules: {} },
];

/** How often the site is backed up, and how long restore points are kept. */
export function PolicyStep({ siteId }: { readonly siteId: string }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const lookAgain = useLookAgain(siteId);
	const { permissions } = useMe();
	const retention = useQuery(queries.retention(client, siteId));
	const [every, setEvery] = useState<PlainSchedule>("day");
	const [keep, setKeep] = useState("year");
	const mayKeep = permissions.includes("retention.edit");
	const save = useMutation({
		mutationFn: async () => {
			const rules = kept.find(({ value }) => value === keep)?.rules;
			const same = JSON.stringify(rules) === JSON.stringify(retention.data?.rules);
			// The schedule last: with it the step is done.
			if (mayKeep && rules !== undefined && !same) await client.updateRetention({ params: { siteId }, body: { rules } });
			return await client.updatePolicy({ params: { siteId }, body: { schedule: schedules[every] } });
		},
		onSuccess: async () => {
			for (const key of ["policy", "retention"]) void cache.invalidateQueries({ queryKey: [key, siteId] });
			await lookAgain();
		},
	});
	return (
		<Panel title="How often, how long">
			<Stack gap="md">
				{save.isError ? <ProblemView error={save.error} /> : null}
				<Select
					label="A backup"
					maw={360}
					allowDeselect={false}
					value={every}
					data={Object.keys(schedules).map((value) => ({ value, label: isPlain(value) ? scheduleNames[value] : value }))}
					onChange={(next) => next !== null && isPlain(next) && setEvery(next)}
				/>
				<Radio.Group label="Restore points are kept" value={keep} onChange={setKeep} readOnly={!mayKeep}>
					<Stack gap={6} mt={6}>
						{kept.map(({ value, label }) => (
							<Radio key={value} value={value} label={label} disabled={!mayKeep} />
						))}
					</Stack>
				</Radio.Group>
				<Group>
					<Button
						loading={save.isPending || retention.isPending}
						disabled={!permissions.includes("policy.edit")}
						onClick={() => save.mutate()}
					>
						Save and go on
					</Button>
				</Group>
			</Stack>
		</Panel>
	);
}
