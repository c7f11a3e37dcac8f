import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { DataTable } from "../../../parts/data-table.tsx";
import { When } from "../../../parts/time/when.tsx";
import { at, listAt, plainText, textAt } from "../read-json.ts";
import { Section } from "../section.tsx";

type Parts = Readonly<Record<string, unknown>>;

/** Facts of a customer's request that stand beside the fields of its work item. */
export function requestFacts(parts: Parts): readonly (readonly [string, ReactNode])[] {
	return [
		["Request type", textAt(parts.request, "requestType", "name") ?? ""],
		["Participants", listAt(parts.participants).map(plainText).filter(Boolean).join(", ")],
	];
}

/** What Jira Service Management keeps of a request: who approved what, its clocks, and what the customer thought of it. */
export function RequestSide({ parts }: { readonly parts: Parts }): ReactNode {
	const approvals = listAt(parts.approvals);
	const levels = listAt(parts["service-levels"]);
	const rating = at(parts.feedback, "rating");
	return (
		<>
			{approvals.length === 0 ? null : (
				<Section title="Approvals">
					<DataTable
						caption="Approvals"
						rows={approvals}
						rowKey={(approval) => plainText(at(approval, "id"))}
						columns={[
							{ label: "Approval", cell: (approval) => textAt(approval, "name") ?? "" },
							{ label: "Decision", cell: (approval) => textAt(approval, "finalDecision") ?? "" },
							{ label: "Asked", cell: (approval) => listAt(approval, "approvers").map(answer).join(", ") },
							{ label: "Completed", cell: (approval) => <When at={textAt(approval, "completedDate", "iso8601")} none="not yet" /> },
						]}
					/>
				</Section>
			)}
			{levels.length === 0 ? null : (
				<Section title="Service levels">
					<DataTable
						caption="Service levels"
						rows={levels}
						rowKey={(level) => plainText(at(level, "id"))}
						columns={[
							{ label: "Clock", cell: (level) => textAt(level, "name") ?? "" },
							{ label: "State", cell: clockState },
						]}
					/>
				</Section>
			)}
			{typeof rating === "number" ? (
				<Section title="Feedback">
					<Text size="sm">{[`${rating} of 5`, textAt(parts.feedback, "comment", "body") ?? ""].filter(Boolean).join(": ")}</Text>
				</Section>
			) : null}
		</>
	);
}

function answer(approver: unknown): string {
	return `${plainText(at(approver, "approver"))}: ${textAt(approver, "approverDecision") ?? "pending"}`;
}

/** As it was when the snapshot was taken. */
function clockState(level: unknown): string {
	const ongoing = at(level, "ongoingCycle");
	const completed = listAt(level, "completedCycles");
	const missed = [...completed, ongoing].filter((cycle) => at(cycle, "breached") === true).length;
	const state = ongoing === undefined ? "ended" : at(ongoing, "paused") === true ? "paused" : "running";
	return missed === 0 ? `${state}, in time` : `${state}, missed ${missed === 1 ? "once" : `${missed} times`}`;
}
