import { Alert, Button, Group, NumberInput, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { Retention, RetentionPreview, RetentionRules } from "@skyeworx/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { shortTime } from "../../parts/time/write-time.ts";
import { bytes, counted } from "../../parts/write-number.ts";

type Rule = keyof RetentionRules;

/** Each rule as people say it; a restore point that any of them names is kept. */
const ruleNames: readonly (readonly [Rule, string, string])[] = [
	["withinDays", "All of the last days", "days"],
	["last", "The newest", "restore points"],
	["hourly", "One of each hour", "hours"],
	["daily", "One of each day", "days"],
	["weekly", "One of each week", "weeks"],
	["monthly", "One of each month", "months"],
	["yearly", "One of each year", "years"],
];

/** How long restore points are kept: what a change would mean is shown before it is saved. */
export function RetentionPanel({ retention }: { readonly retention: Retention }): ReactNode {
	const { siteId } = retention;
	const client = useClient();
	const cache = useQueryClient();
	const { permissions } = useMe();
	const [rules, setRules] = useState<RetentionRules>(retention.rules);
	const [days, setDays] = useState(retention.verifyWithinDays);
	const [reason, setReason] = useState("");
	const mayEdit = permissions.includes("retention.edit");
	const sameRules = JSON.stringify(ordered(rules)) === JSON.stringify(ordered(retention.rules));
	const save = useMutation({
		mutationFn: () =>
			client.updateRetention({
				params: { siteId },
				body: {
					...(sameRules ? {} : { rules }),
					...(days === retention.verifyWithinDays ? {} : { verifyWithinDays: days }),
					...(reason.trim() === "" ? {} : { reason: reason.trim() }),
				},
			}),
		onSuccess: (after) => {
			cache.setQueryData(["retention", siteId], after);
			void cache.invalidateQueries({ queryKey: ["retention", siteId] });
			notifications.show({ color: "moss", title: "Saved", message: "The next upkeep goes by it." });
		},
		onError: () => void cache.invalidateQueries({ queryKey: ["approvals"] }),
	});
	const changed = !sameRules || days !== retention.verifyWithinDays;
	return (
		<Panel title="How long restore points are kept">
			<Stack gap="sm">
				<Text size="sm" c="dimmed">
					A restore point that any rule names is kept; without any rule everything is.
					{retention.maxDays === null ? "" : ` Your plan allows rules that reach back at most ${retention.maxDays} days.`}
				</Text>
				<SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
					{ruleNames.map(([rule, label, unit]) => (
						<NumberInput
							key={rule}
							label={label}
							suffix={` ${unit}`}
							placeholder="—"
							min={1}
							allowDecimal={false}
							disabled={!mayEdit}
							value={rules[rule] ?? ""}
							onChange={(value) => setRules((before) => withRule(before, rule, value))}
						/>
					))}
					<NumberInput
						label="Read the whole vault within"
						suffix=" days"
						min={1}
						max={365}
						allowDecimal={false}
						disabled={!mayEdit}
						value={days}
						onChange={(value) => typeof value === "number" && value >= 1 && setDays(value)}
					/>
				</SimpleGrid>
				<Preview siteId={siteId} rules={rules} />
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
							Save the policy
						</Button>
					</Group>
				) : null}
			</Stack>
		</Panel>
	);
}

function withRule(rules: RetentionRules, rule: Rule, value: string | number): RetentionRules {
	const { [rule]: _before, ...rest } = rules;
	return typeof value === "number" && value >= 1 ? { ...rest, [rule]: value } : rest;
}

function ordered(rules: RetentionRules): readonly (readonly [string, number])[] {
	return ruleNames.flatMap(([rule]) => (rules[rule] === undefined ? [] : [[rule, rules[rule]] as const]));
}

/** What the rules as they stand in the form would let go. */
function Preview({ siteId, rules }: { readonly siteId: string; readonly rules: RetentionRules }): ReactNode {
	const preview = useQuery(queries.retentionPreview(useClient(), siteId, rules));
	return <QueryView query={preview}>{(data) => <Meaning preview={data} siteId={siteId} />}</QueryView>;
}

function Meaning({ preview, siteId }: { readonly preview: RetentionPreview; readonly siteId: string }): ReactNode {
	const { forget, forgetCount, keepCount, hold } = preview;
	const points = ["restore point", "restore points"] as const;
	return (
		<Stack gap="xs">
			<Text size="sm" role="status" fw={560}>
				{forgetCount === 0
					? `These rules keep all ${counted(keepCount, points)} that there are now.`
					: `These rules let go of ${counted(forgetCount, points)} and keep ${counted(keepCount, points)}; about ${bytes(preview.freedBytes)} of the store would be freed (an estimate).`}
			</Text>
			{hold === null || forgetCount === 0 ? null : <Text size="sm">Nothing goes while the site is held: {hold.name}</Text>}
			{preview.beyondPlan === null ? null : <Alert color="brick">{preview.beyondPlan}</Alert>}
			{preview.needsApproval ? <Text size="sm">A second person has to agree: the rules let go of more than the present ones.</Text> : null}
			{forgetCount === 0 ? null : (
				<details>
					<summary style={{ cursor: "pointer", fontSize: 13 }}>Which restore points would go</summary>
					<DataTable
						caption="Restore points that would go"
						rows={forget}
						rowKey={(row) => String(row.snapshotId)}
						columns={[
							{
								label: "Restore point",
								cell: (row) => (
									<Link to="/snapshots/$siteId/$snapshotId" params={{ siteId, snapshotId: String(row.snapshotId) }}>
										{shortTime(row.at)}
									</Link>
								),
							},
							{ label: "Number", number: true, cell: (row) => row.snapshotId },
							{ label: "Why", cell: (row) => row.reasons.join(", ") },
						]}
					/>
				</details>
			)}
		</Stack>
	);
}
