import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useClient } from "../live/app-context.tsx";
import { queries } from "../live/queries.ts";

/** Limits a list to one site; hidden while there is only one. */
export function SiteFilter({
	value,
	set,
}: {
	readonly value: string | undefined;
	readonly set: (site: string | undefined) => void;
}): ReactNode {
	const { data = [] } = useQuery(queries.sites(useClient()));
	if (data.length < 2 && value === undefined) return null;
	return (
		<Select
			size="xs"
			clearable
			aria-label="Site"
			placeholder="All sites"
			value={value ?? null}
			onChange={(site) => set(site ?? undefined)}
			data={data.map((site) => ({ value: site.id, label: site.name }))}
		/>
	);
}
