import { MultiSelect, SegmentedControl, Stack } from "@mantine/core";
import type { Limits, SpaceLimit } from "@skyeworx/contract";
import { useQueries, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { counted } from "../../parts/write-number.ts";

/** Sites, or spaces, or neither for everything, as the API takes them. */
export interface LimitChoice {
	readonly siteIds?: string[];
	readonly spaces?: SpaceLimit[];
}

/** `everything`, `2 sites`, `1 space`. */
export function limitText({ siteIds, spaces }: Limits): string {
	if (spaces !== null) return counted(spaces.length, ["space", "spaces"]);
	return siteIds === null ? "everything" : counted(siteIds.length, ["site", "sites"]);
}

type Mode = "all" | "sites" | "spaces";

const modes = [
	{ value: "all", label: "Everything" },
	{ value: "sites", label: "Some sites" },
	{ value: "spaces", label: "Some spaces" },
] as const;

const named = ({ siteId, app, spaceId }: SpaceLimit): string => `${siteId} ${app} ${spaceId}`;

/** Chooses what somebody or something is limited to. */
export function LimitFields({ value, change }: { readonly value: LimitChoice; readonly change: (value: LimitChoice) => void }): ReactNode {
	const client = useClient();
	const [mode, setMode] = useState<Mode>(value.spaces !== undefined ? "spaces" : value.siteIds !== undefined ? "sites" : "all");
	const sites = useQuery(queries.sites(client)).data ?? [];
	const spaces = useQueries({
		queries: mode === "spaces" ? sites.map((site) => queries.spaces(client, site.id, undefined)) : [],
		combine: (results) =>
			results.flatMap((result, index) =>
				(result.data ?? []).map(
					(space) => ({ site: sites[index], space, app: space.app === "confluence" ? "confluence" : "jira" }) as const,
				),
			),
	});
	const choices = spaces.flatMap(({ site, space, app }) =>
		site === undefined
			? []
			: [{ limit: { siteId: site.id, app, spaceId: space.id } satisfies SpaceLimit, label: `${space.name} (${space.key}) · ${site.name}` }],
	);
	return (
		<Stack gap={6}>
			<SegmentedControl
				aria-label="Limited to"
				data={modes.map((entry) => ({ ...entry }))}
				value={mode}
				onChange={(next) => {
					setMode(next as Mode);
					// Nothing chosen yet is not everything: the server refuses an empty list.
					change(next === "sites" ? { siteIds: [] } : next === "spaces" ? { spaces: [] } : {});
				}}
			/>
			{mode === "sites" ? (
				<MultiSelect
					label="Sites"
					required
					data={sites.map((site) => ({ value: site.id, label: site.name }))}
					value={[...(value.siteIds ?? [])]}
					onChange={(ids) => change({ siteIds: ids })}
				/>
			) : null}
			{mode === "spaces" ? (
				<MultiSelect
					label="Spaces"
					required
					searchable
					data={choices.map(({ limit, label }) => ({ value: named(limit), label }))}
					value={(value.spaces ?? []).map(named)}
					onChange={(names) => {
						const chosen = choices.filter(({ limit }) => names.includes(named(limit))).map(({ limit }) => limit);
						change({ spaces: chosen });
					}}
				/>
			) : null}
		</Stack>
	);
}

/** Limits as they are, for changing them. */
export function limitsOf({ siteIds, spaces }: Limits): LimitChoice {
	if (spaces !== null) return { spaces: [...spaces] };
	return siteIds === null ? {} : { siteIds: [...siteIds] };
}
