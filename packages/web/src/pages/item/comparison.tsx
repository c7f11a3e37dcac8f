import type { VersionName } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { type ItemAddress, queries } from "../../live/queries.ts";
import { DifferenceList } from "../../parts/diff/difference-list.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { shortTime } from "../../parts/time/write-time.ts";

export interface ComparisonProps {
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

/** How two versions differ. */
export function Comparison({ at, version, compare }: ComparisonProps): ReactNode {
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
					<DifferenceList differences={found.differences} names={[nameOf(found.from), nameOf(found.to)]} />
				)
			}
		</QueryView>
	);
}
