import { Stack } from "@mantine/core";
import type { DrillDone, Run } from "@skyeworx/contract";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useKindNames } from "../../live/use-kind-names.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Facts } from "../../parts/facts.tsx";
import { FirstRows } from "../../parts/first-rows.tsx";
import { Panel } from "../../parts/panel.tsx";
import { spanText } from "../../parts/time/write-time.ts";
import { bytes, count, counted } from "../../parts/write-number.ts";
import { rateText } from "../insights/key-figures.tsx";

type Fault = DrillDone["faults"][number];

const faultWords: Readonly<Record<Fault["what"], string>> = {
	unreadable: "Could not be read out of the vault",
	unplannable: "Could not be planned",
	"not-restored": "Did not come back",
	field: "A field did not come back",
};

const noTrialWords: Readonly<Record<NonNullable<DrillDone["noTrial"]>, string>> = {
	"no-drill-space": "No copies: the rule names no drill space",
	"nothing-to-copy": "No copies: nothing of the sample can be copied into the drill space",
	"gave-way": "No copies: it gave way to a restore",
};

const items = ["item", "items"] as const;

/** What a drill found, in a line. */
export function drillText({ read, trial, score, faultCount }: DrillDone): string {
	return [
		score === null ? "" : `Score ${rateText(score)}`,
		read === null ? "" : `${counted(read.items, items)} read out`,
		trial === null ? "" : `${counted(trial.restored, items)} restored and taken away again`,
		faultCount === 0 ? "" : counted(faultCount, ["fault", "faults"]),
	]
		.filter(Boolean)
		.join(", ");
}

/** What a drill found, step by step. */
export function DrillDonePanel({ run, done }: { readonly run: Run; readonly done: DrillDone }): ReactNode {
	return (
		<Stack gap="md">
			<Panel title="What it found">
				<Facts rows={factsOf(done)} />
			</Panel>
			{done.faults.length === 0 ? null : (
				<Panel title={`Faults (${count(done.faultCount)})`} flush>
					<Faults siteId={run.siteId} faults={done.faults} />
				</Panel>
			)}
		</Stack>
	);
}

function factsOf({ score, read, plan, trial, noTrial, cleared, time }: DrillDone): readonly (readonly [string, ReactNode])[] {
	const planned = plan === null ? [] : Object.entries(plan).filter(([, number]) => number > 0);
	return [
		["Score", score === null ? null : rateText(score)],
		[
			"Read out of the vault",
			read === null ? null : `${counted(read.items, items)}, ${counted(read.parts, ["part", "parts"])}, ${bytes(read.bytes)}`,
		],
		["Parts that could not be read", read === null || read.damagedParts === 0 ? null : count(read.damagedParts)],
		["A restore in place would", planned.length === 0 ? null : planned.map(([action, number]) => `${action} ${count(number)}`).join(", ")],
		[
			"Restored as copies",
			trial === null ? (noTrial === null ? null : noTrialWords[noTrial]) : `${count(trial.restored)}, in ${spanText(trial.seconds)}`,
		],
		["Did not come back", trial === null || trial.notRestored === 0 ? null : count(trial.notRestored)],
		[
			"Fields read back",
			trial === null
				? null
				: `${count(trial.fields.exact)} exact, ${count(trial.fields.degraded)} degraded, ${count(trial.fields.impossible)} impossible, ${count(trial.fields.failed)} failed`,
		],
		[
			"One item takes",
			time === null ? null : `${spanText(time.secondsPerItem)}${time.basis === "measured" ? "" : " (reckoned from the plan)"}`,
		],
		["The whole site would take about", time === null ? null : spanText(time.wholeSiteSeconds)],
		["Copies taken away", cleared.undone === 0 ? null : count(cleared.undone)],
		["Copies that somebody changed, kept", cleared.kept === 0 ? null : count(cleared.kept)],
		["Copies that are there still", cleared.left === 0 ? null : `${count(cleared.left)}; tried again within the hour`],
	];
}

function Faults({ siteId, faults }: { readonly siteId: string; readonly faults: readonly Fault[] }): ReactNode {
	const names = useKindNames();
	return (
		<FirstRows rows={faults} most={20}>
			{(rows) => (
				<DataTable
					caption="Faults"
					rows={rows}
					rowKey={(fault) => `${fault.kind} ${fault.id} ${fault.field ?? ""} ${fault.what}`}
					columns={[
						{
							label: "Item",
							cell: ({ kind, id }) => (
								<Link to="/items/$siteId/$kind/$id" params={{ siteId, kind, id }}>
									{names(kind)[0]} {id}
								</Link>
							),
						},
						{ label: "What", cell: ({ what }) => faultWords[what] },
						{ label: "Part or field", cell: ({ field }) => (field === null ? "—" : field === "" ? "main record" : field) },
						{ label: "Code", cell: ({ code }) => code },
					]}
				/>
			)}
		</FirstRows>
	);
}
