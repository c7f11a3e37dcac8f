import { Button, Checkbox, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import type { ItemPage, Site } from "@skyeworx/contract";
import { IconUser } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { useKindNames } from "../../live/use-kind-names.ts";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { sentence } from "../../parts/sentence.ts";
import { shortTime } from "../../parts/time/write-time.ts";
import { count } from "../../parts/write-number.ts";
import classes from "./explore.module.css";
import { SpaceTree } from "./space-tree.tsx";
import type { ExploreFilters } from "./use-explore-filters.ts";

export interface FacetsProps {
	readonly site: Site;
	readonly filters: ExploreFilters;
	readonly set: (change: Partial<ExploreFilters>) => void;
	readonly facets: ItemPage["facets"] | undefined;
}

/** Everything that narrows the list, beside it. */
export function Facets(props: FacetsProps): ReactNode {
	return (
		<Stack gap="md">
			<Group label="State">
				<SegmentedControl
					fullWidth
					aria-label="State"
					value={props.filters.state ?? "any"}
					onChange={(state) => props.set({ state: state === "any" ? undefined : (state as "live" | "deleted") })}
					data={[
						{ value: "any", label: "All" },
						{ value: "live", label: "On the site" },
						{ value: "deleted", label: "Gone" },
					]}
				/>
			</Group>
			<Times {...props} />
			<Kinds {...props} />
			<Group label="Spaces">
				<SpaceTree site={props.site} filters={props.filters} set={props.set} />
			</Group>
			<Person {...props} />
		</Stack>
	);
}

function Group({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
	return (
		<div>
			<Text size="xs" c="dimmed" fw={560} mb={5}>
				{label}
			</Text>
			{children}
		</div>
	);
}

function Times({ site, filters, set }: FacetsProps): ReactNode {
	const snapshots = useInfiniteQuery(queries.snapshots(useClient(), site.id));
	const options = (snapshots.data?.pages.flatMap((page) => page.items) ?? []).map((snapshot) => ({
		value: String(snapshot.id),
		label: shortTime(snapshot.at),
	}));
	const choose = (value: string | null): number | undefined => (value === null ? undefined : Number(value));
	return (
		<>
			<Group label="As of">
				<Select
					clearable
					searchable
					aria-label="See the site as of"
					placeholder="The newest backup"
					data={options}
					value={filters.asOf === undefined ? null : String(filters.asOf)}
					onChange={(value) => set({ asOf: choose(value) })}
					nothingFoundMessage="No backup then"
				/>
			</Group>
			<Group label="Changed or gone since">
				<Select
					clearable
					searchable
					aria-label="Changed or gone since"
					placeholder="Any time"
					data={options}
					value={filters.changedSince === undefined ? null : String(filters.changedSince)}
					onChange={(value) => set({ changedSince: choose(value) })}
					nothingFoundMessage="No backup then"
				/>
			</Group>
		</>
	);
}

/** Most of a site is of these; spaces below them stay in sight. */
const fewKinds = 8;

function Kinds({ filters, set, facets }: FacetsProps): ReactNode {
	const names = useKindNames();
	const [all, setAll] = useState(false);
	const chosen = new Set<string>(filters.kind?.split(",") ?? []);
	const kinds = Object.entries(facets?.kinds ?? {}).sort(([, a], [, b]) => b - a);
	const missing = [...chosen].filter((kind) => !kinds.some(([name]) => name === kind));
	const shown: readonly (readonly [string, number])[] = [...kinds, ...missing.map((kind) => [kind, 0] as const)];
	if (shown.length === 0) return null;
	const [first, rest] = all || shown.length <= fewKinds + 2 ? [shown, []] : [shown.slice(0, fewKinds), shown.slice(fewKinds)];
	const visible = [...first, ...rest.filter(([kind]) => chosen.has(kind))];
	const toggle = (kind: string): void => {
		const next = chosen.has(kind) ? [...chosen].filter((name) => name !== kind) : [...chosen, kind];
		set({ kind: next.length === 0 ? undefined : next.join(",") });
	};
	return (
		<Group label="Kind">
			<Stack gap={8}>
				{visible.map(([kind, number]) => (
					<Checkbox
						key={kind}
						size="xs"
						checked={chosen.has(kind)}
						onChange={() => toggle(kind)}
						label={
							<span className={classes.facetLabel}>
								<KindMark kind={kind} />
								<span>{sentence(names(kind)[1])}</span>
								<span className={classes.facetCount}>{number > 0 ? count(number) : ""}</span>
							</span>
						}
						classNames={{ body: classes.facetBody ?? "", labelWrapper: classes.facetWrap ?? "" }}
					/>
				))}
			</Stack>
			{visible.length === shown.length ? null : (
				<Button variant="subtle" size="compact-xs" mt={6} onClick={() => setAll(true)}>
					Show all {count(shown.length)} kinds
				</Button>
			)}
		</Group>
	);
}

function Person({ filters, set }: FacetsProps): ReactNode {
	const later = useDebouncedCallback((person: string) => set({ person: person.trim() === "" ? undefined : person.trim() }), 350);
	return (
		<Group label="Person">
			<TextInput
				aria-label="Person"
				placeholder="Author, assignee, …"
				leftSection={<IconUser size={14} aria-hidden />}
				defaultValue={filters.person ?? ""}
				onChange={(event) => later(event.currentTarget.value)}
			/>
		</Group>
	);
}
