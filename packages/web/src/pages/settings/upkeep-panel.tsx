import { Button, Stack, Text } from "@mantine/core";
import type { DamagedObject, Upkeep } from "@skyeworx/contract";
import { IconStethoscope } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe, usePorts } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Panel } from "../../parts/panel.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { counted } from "../../parts/write-number.ts";

/** When the vault was last verified, what of it is damaged, and the button to look after it now. */
export function UpkeepPanel({ siteId }: { readonly siteId: string }): ReactNode {
	const { client } = usePorts();
	const upkeep = useQuery(queries.upkeep(client, siteId));
	return (
		<Panel title="Upkeep" actions={<Now siteId={siteId} />}>
			<QueryView query={upkeep}>{(data) => <Loaded upkeep={data} />}</QueryView>
		</Panel>
	);
}

function Now({ siteId }: { readonly siteId: string }): ReactNode {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const navigate = useNavigate();
	const { permissions } = useMe();
	const begin = useMutation({
		mutationFn: () => client.createUpkeep({ params: { siteId }, idempotencyKey: newId() }),
		onSuccess: async (run) => {
			cache.setQueryData(["run", run.id], run);
			void cache.invalidateQueries({ queryKey: ["runs"] });
			await navigate({ to: "/runs/$runId", params: { runId: run.id } });
		},
		onError: tellFailure,
	});
	if (!permissions.includes("backup.run")) return null;
	return (
		<Button
			variant="default"
			leftSection={<IconStethoscope size={15} aria-hidden />}
			loading={begin.isPending}
			onClick={() => begin.mutate()}
		>
			Look after the vault now
		</Button>
	);
}

function Loaded({ upkeep }: { readonly upkeep: Upkeep }): ReactNode {
	const { damage, lastRunId, lastAt, wholeSince, verifiedAt } = upkeep;
	return (
		<Stack gap="sm">
			<Facts
				rows={[
					[
						"State",
						damage === null
							? verifiedAt === null
								? "Not verified yet"
								: "No damage known"
							: counted(damage.objects.length, ["damaged object", "damaged objects"]),
					],
					["Last verified", verifiedAt === null ? null : <When key="verified" at={verifiedAt} />],
					["Every byte read since", wholeSince === null ? null : <When key="whole" at={wholeSince} />],
					["Every byte is read within", counted(upkeep.verifyWithinDays, ["day", "days"])],
					[
						"Last upkeep",
						lastRunId === null ? null : (
							<Link key="run" to="/runs/$runId" params={{ runId: lastRunId }}>
								<When at={lastAt} />
							</Link>
						),
					],
					["Next upkeep", <When key="next" at={upkeep.nextDueAt} />],
				]}
			/>
			{damage === null ? null : damage.objects.map((one) => <Damaged key={one.object} damaged={one} siteId={upkeep.siteId} />)}
		</Stack>
	);
}

function Damaged({ damaged, siteId }: { readonly damaged: DamagedObject; readonly siteId: string }): ReactNode {
	return (
		<div>
			<Text size="sm" fw={560}>
				{damaged.object}: {damaged.detail}
			</Text>
			<Text size="sm">
				{damaged.lostCount === 0
					? "No restore point needs it."
					: `${counted(damaged.lostCount, ["record", "records"])} of restore points can’t be read because of it. The next backup reads again what the site still has.`}
			</Text>
			{damaged.lost.length === 0 ? null : (
				<DataTable
					caption={`Lost with ${damaged.object}`}
					rows={damaged.lost}
					rowKey={(row) => `${row.snapshotId}/${row.kind}/${row.id}/${row.part}`}
					columns={[
						{
							label: "Item",
							cell: (row) => (
								<Link to="/items/$siteId/$kind/$id" params={{ siteId, kind: row.kind, id: row.id }}>
									{row.key ?? ""} {row.title ?? `${row.kind}/${row.id}`}
								</Link>
							),
						},
						{ label: "What", cell: (row) => (row.part === "" ? "fields" : row.part) },
						{ label: "Of restore point", number: true, cell: (row) => row.snapshotId },
					]}
				/>
			)}
		</div>
	);
}
