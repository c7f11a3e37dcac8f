import type { Absence } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { kindNames } from "../parts/marks/kind-mark.tsx";
import { useClient } from "./app-context.tsx";
import { queries } from "./queries.ts";

/** What kinds are called, as the connector that knows them says; a guess from the id until it is known. */
export function useKindNames(): (kind: string) => readonly [string, string] {
	const { data } = useQuery(queries.coverage(useClient()));
	return useCallback((kind) => data?.find((entry) => entry.id === kind)?.names ?? kindNames(kind), [data]);
}

/** What is known of items of a kind that the site does not show any more; until the kinds are known, nothing. */
export function useAbsence(): (kind: string) => Absence {
	const { data } = useQuery(queries.coverage(useClient()));
	return useCallback((kind) => data?.find((entry) => entry.id === kind)?.absence ?? "deleted-or-hidden", [data]);
}
