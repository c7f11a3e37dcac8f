import { Radio, Select, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import type { TrayItem } from "../../live/use-tray.tsx";
import classes from "./restore.module.css";
import { haveVersions } from "./use-plan.ts";

const route = getRouteApi("/shell/restore");

export interface WhereStepProps {
	readonly siteId: string;
	readonly siteName: string;
	readonly items: readonly TrayItem[];
}

/** Where it goes, and what happens to items that are still there. */
export function WhereStep({ siteId, siteName, items }: WhereStepProps): ReactNode {
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const set = (change: Partial<typeof search>): void =>
		void navigate({ search: (before) => ({ ...before, plan: undefined, ...change }), replace: true, resetScroll: false });
	const copy = search.target === "copy";
	const [first] = items;
	if (items.length > 1 && items.some(({ fields }) => fields !== undefined)) {
		return (
			<Text size="sm">
				Back where they were, on {siteName}. Of items with chosen fields nothing else is written, and what all of them are like now is kept
				first.
			</Text>
		);
	}
	if (first?.fields !== undefined) {
		return (
			<Text size="sm">
				Back into <strong>{first.key ?? first.title}</strong> on {siteName}. Nothing else of it is written, and what it is like now is kept
				first.
			</Text>
		);
	}
	return (
		<div className={classes.where}>
			<Radio.Group
				label="Where to"
				value={copy ? "copy" : "in-place"}
				onChange={(value) => set(value === "copy" ? { target: "copy", ifExists: undefined } : { target: undefined, space: undefined })}
			>
				<Stack gap={8} mt={6}>
					<Radio
						value="in-place"
						label={`Back where it was, on ${siteName}`}
						description="What still exists is changed in place and keeps its id, key, author and history. What was deleted is created again."
					/>
					<Radio
						value="copy"
						label="As a copy, beside the original or in another space"
						description="Everything is created new; the originals are not touched."
					/>
					{copy ? <SpaceChoice siteId={siteId} items={items} value={search.space ?? null} set={(space) => set({ space })} /> : null}
				</Stack>
			</Radio.Group>
			{copy ? null : (
				<Radio.Group
					label="If an item is still there and differs"
					value={search.ifExists ?? "overwrite"}
					onChange={(value) => set({ ifExists: value === "overwrite" ? undefined : (value as "skip" | "copy") })}
				>
					<Stack gap={8} mt={6}>
						<Radio
							value="overwrite"
							label="Change it back"
							description="Only fields that differ are written. What it is like now is kept in a safety snapshot first."
						/>
						<Radio
							value="skip"
							label="Leave it alone"
							description="Only what is not on the site any more is created; changes made since stay."
						/>
						<Radio
							value="copy"
							label="Put a copy beside it"
							description="Both stay: the item as it is now, and the chosen version as a new item in the same space."
						/>
					</Stack>
				</Radio.Group>
			)}
			{haveVersions(items) ? (
				<Switch
					checked={search.versions === "replayed"}
					onChange={(event) => set({ versions: event.currentTarget.checked ? "replayed" : undefined })}
					label="Write the older versions again"
					description="A page that is created again gets its history back, one version after the other; each says who wrote it first, and when. It takes one request more for each version."
				/>
			) : null}
		</div>
	);
}

function SpaceChoice(props: {
	readonly siteId: string;
	readonly items: readonly TrayItem[];
	readonly value: string | null;
	readonly set: (space: string | undefined) => void;
}): ReactNode {
	const spaces = useQuery(queries.spaces(useClient(), props.siteId, undefined));
	const confluence = props.items.every((item) => item.kind.startsWith("confluence."));
	const fitting = (spaces.data ?? []).filter((space) => space.state === "live" && (space.app === "confluence") === confluence);
	return (
		<Select
			label="Space for the copy"
			description={
				confluence
					? "In another space a page goes under the space’s home page."
					: "Another space gives new keys, and maps types and statuses by name."
			}
			placeholder="The same space"
			clearable
			searchable
			maw={360}
			ml={28}
			value={props.value}
			onChange={(space) => props.set(space ?? undefined)}
			data={fitting.map((space) => ({ value: space.id, label: `${space.name} (${space.key})` }))}
		/>
	);
}
