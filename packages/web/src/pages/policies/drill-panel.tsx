import { Button, Group, MultiSelect, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { DrillRule, Drills, Space } from "@skyeworx/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, useMe, usePorts } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { Facts } from "../../parts/facts.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { shortTime } from "../../parts/time/write-time.ts";

const rhythms: Readonly<Record<DrillRule["every"], string>> = {
	never: "Never by itself",
	week: "Every week",
	month: "Every month",
	quarter: "Every quarter",
};

type DrillSpace = DrillRule["drillSpaces"][number];
type App = DrillSpace["app"];

const appOf = (space: Space): App => (space.app === "confluence" ? "confluence" : "jira");
const nameOf = ({ app, spaceId }: DrillSpace): string => `${app}:${spaceId}`;

function spaceOf(name: string): DrillSpace {
	const colon = name.indexOf(":");
	return { app: name.slice(0, colon) === "confluence" ? "confluence" : "jira", spaceId: name.slice(colon + 1) };
}

/** How often a restore of the site is tried out, with what, and where copies may be made. */
export function DrillPanel({ siteId }: { readonly siteId: string }): ReactNode {
	const drills = useQuery(queries.drills(useClient(), siteId));
	return (
		<Panel title="Restore drills" actions={<DrillNow siteId={siteId} />}>
			<QueryView query={drills}>{(data) => <Rule key={JSON.stringify(data.rule)} drills={data} />}</QueryView>
		</Panel>
	);
}

function DrillNow({ siteId }: { readonly siteId: string }): ReactNode {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const navigate = useNavigate();
	const { permissions } = useMe();
	const begin = useMutation({
		mutationFn: () => client.createDrill({ params: { siteId }, idempotencyKey: newId() }),
		onSuccess: async (run) => {
			cache.setQueryData(["run", run.id], run);
			await navigate({ to: "/runs/$runId", params: { runId: run.id } });
		},
		onError: tellFailure,
	});
	if (!permissions.includes("backup.run")) return null;
	return (
		<Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
			Try a restore out now
		</Button>
	);
}

function Rule({ drills }: { readonly drills: Drills }): ReactNode {
	const { siteId } = drills;
	const client = useClient();
	const cache = useQueryClient();
	const { permissions } = useMe();
	const [rule, setRule] = useState(drills.rule);
	const [reason, setReason] = useState("");
	const spaces = useQuery(queries.spaces(client, siteId, undefined)).data ?? [];
	const save = useMutation({
		mutationFn: () =>
			client.updateDrills({ params: { siteId }, body: { rule, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) } }),
		onSuccess: (after) => {
			cache.setQueryData(["drills", siteId], after);
			notifications.show({ color: "moss", title: "Saved", message: rhythms[after.rule.every] });
		},
		onError: () => void cache.invalidateQueries({ queryKey: ["approvals"] }),
	});
	const mayEdit = permissions.includes("policy.edit");
	const changed = JSON.stringify(rule) !== JSON.stringify(drills.rule);
	return (
		<Stack gap="sm">
			<Text size="sm" c="dimmed">
				A drill draws items at random from the newest restore point, reads every byte of them out of the vault and plans their restore.
				Where it may, it restores copies into a drill space, reads every field back, and takes the copies away again.
			</Text>
			<RuleFields rule={rule} setRule={setRule} spaces={spaces} disabled={!mayEdit} />
			<Facts
				rows={[
					["Next", drills.nextDueAt === null ? null : shortTime(drills.nextDueAt)],
					[
						"Left in a drill space",
						drills.leftBehind === 0 ? null : "Copies that could not be taken away yet; the next drill begins with them",
					],
				]}
			/>
			{save.isError ? <ProblemView error={save.error} /> : null}
			{mayEdit && changed ? (
				<Group align="flex-end" gap="xs">
					<TextInput
						label="Reason, for the audit log"
						style={{ flex: 1 }}
						maxLength={200}
						value={reason}
						onChange={(event) => setReason(event.currentTarget.value)}
					/>
					<Button loading={save.isPending} onClick={() => save.mutate()}>
						Save the drills
					</Button>
				</Group>
			) : null}
		</Stack>
	);
}

interface RuleFieldsProps {
	readonly rule: DrillRule;
	readonly setRule: (rule: DrillRule) => void;
	readonly spaces: readonly Space[];
	readonly disabled: boolean;
}

function RuleFields({ rule, setRule, spaces, disabled }: RuleFieldsProps): ReactNode {
	const choices = spaces
		.filter((space) => space.state === "live")
		.map((space) => ({
			value: nameOf({ app: appOf(space), spaceId: space.id }),
			label: `${space.name} (${space.key})`,
			app: appOf(space),
		}));
	const setDrillSpace = (app: App, name: string | null): void => {
		const others = rule.drillSpaces.filter((space) => space.app !== app);
		setRule({ ...rule, drillSpaces: name === null ? others : [...others, spaceOf(name)] });
	};
	return (
		<SimpleGrid cols={{ base: 1, sm: 2 }}>
			<Select
				label="A restore is tried out"
				allowDeselect={false}
				disabled={disabled}
				value={rule.every}
				data={Object.entries(rhythms).map(([value, label]) => ({ value, label }))}
				onChange={(every) => {
					const known = (Object.keys(rhythms) as DrillRule["every"][]).find((one) => one === every);
					if (known !== undefined) setRule({ ...rule, every: known });
				}}
			/>
			<NumberInput
				label="With"
				suffix=" items"
				min={1}
				max={50}
				allowDecimal={false}
				disabled={disabled}
				value={rule.items}
				onChange={(items) => typeof items === "number" && items >= 1 && setRule({ ...rule, items })}
			/>
			<MultiSelect
				label="From these spaces"
				placeholder={rule.spaces === null ? "The whole site" : ""}
				searchable
				clearable
				disabled={disabled}
				value={(rule.spaces ?? []).map(nameOf)}
				data={choices}
				onChange={(names) => setRule({ ...rule, spaces: names.length === 0 ? null : names.map(spaceOf) })}
			/>
			{(["jira", "confluence"] as const).map((app) => (
				<Select
					key={app}
					label={`Copies of ${app === "jira" ? "work items" : "pages"} go into`}
					description="A space of its own, whose notifications are off: everything in it may be seen by who sees the space."
					placeholder="Nowhere: nothing is written"
					searchable
					clearable
					disabled={disabled || !choices.some((choice) => choice.app === app)}
					value={rule.drillSpaces.filter((space) => space.app === app).map(nameOf)[0] ?? null}
					data={choices.filter((choice) => choice.app === app)}
					onChange={(name) => setDrillSpace(app, name)}
				/>
			))}
		</SimpleGrid>
	);
}
