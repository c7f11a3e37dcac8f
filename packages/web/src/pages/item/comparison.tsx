import { Button, Group, Text } from "@mantine/core";
import type { FieldDifferenceBody, ItemDetail, ItemDiff, VersionName } from "@skyeworx/contract";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { type ItemAddress, queries } from "../../live/queries.ts";
import { DifferenceList } from "../../parts/diff/difference-list.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { shortTime } from "../../parts/time/write-time.ts";
import { counted } from "../../parts/write-number.ts";
import classes from "./item.module.css";
import { useRestoring } from "./use-restoring.ts";

export interface ComparisonProps {
	readonly item: ItemDetail;
	readonly at: ItemAddress;
	readonly version: string;
	/** `previous`, `live` or a snapshot's number. */
	readonly compare: string;
}

function nameOf(version: VersionName): string {
	return version.type === "live"
		? `now${version.state === "absent" ? " (deleted)" : version.state === "trashed" ? " (in the trash)" : ""}`
		: shortTime(version.at);
}

/** The older of two versions comes first, and now is the newest. */
function inOrder(version: string, compare: string): readonly [from: string, to: string] {
	if (compare === "previous") return ["previous", version];
	if (compare === "live") return [version, "live"];
	if (version === "live") return [compare, "live"];
	return Number(compare) < Number(version) ? [compare, version] : [version, compare];
}

/** How two versions differ, and what of the older one is to come back. */
export function Comparison({ item, at, version, compare }: ComparisonProps): ReactNode {
	const [from, to] = inOrder(version, compare);
	const diff = useQuery(queries.itemDiff(useClient(), at, from, to));
	return (
		<QueryView query={diff} loading={6}>
			{(found) =>
				found.differences.length === 0 ? (
					<EmptyState title={compare === "live" ? "It is on the site exactly as in this version" : "Nothing differs"}>
						{nameOf(found.from)} and {nameOf(found.to)} are the same in every field.
					</EmptyState>
				) : (
					<Differences key={`${from}-${to}`} item={item} diff={found} />
				)
			}
		</QueryView>
	);
}

/** A restore deletes nothing: a comment or a file that came later can't be chosen; a field can, and becomes empty again. */
function canComeBack({ field, before }: FieldDifferenceBody): boolean {
	return field !== "key" && (before !== null || !field.includes("/"));
}

function Differences({ item, diff }: { readonly item: ItemDetail; readonly diff: ItemDiff }): ReactNode {
	const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
	const restore = useRestoring(item);
	const names = [nameOf(diff.from), nameOf(diff.to)] as const;
	const version = diff.from.snapshotId;
	// An item that is gone comes back whole, and a version that did not have it has nothing to give.
	const possible = restore !== undefined && item.state === "live" && version !== null && diff.from.state === "present";
	if (!possible || !diff.differences.some(canComeBack)) return <DifferenceList differences={diff.differences} names={names} />;
	const toggle = (field: string): void =>
		setChosen((before) => new Set(before.has(field) ? [...before].filter((held) => held !== field) : [...before, field]));
	const fields = diff.differences.filter(({ field }) => chosen.has(field)).map(({ field, label }) => ({ field, label }));
	return (
		<>
			<DifferenceList differences={diff.differences} names={names} choice={{ chosen, toggle, can: canComeBack }} />
			<Group gap="sm" className={classes.chosenBar}>
				<Button
					leftSection={<IconArrowBackUp size={15} aria-hidden />}
					disabled={fields.length === 0}
					onClick={() => restore(String(version), fields)}
				>
					Restore {fields.length === 0 ? "fields" : counted(fields.length, ["field", "fields"])}…
				</Button>
				<Text size="sm" c="dimmed">
					{fields.length === 0 ? "Choose what is to be again as it was on" : "Back to how it was on"} {names[0]}
				</Text>
			</Group>
		</>
	);
}
