import { useQuery } from "@tanstack/react-query";
import { useClient } from "./app-context.tsx";
import { queries } from "./queries.ts";

const nobody: ReadonlyMap<string, string> = new Map();

/** Names of a site's people and custom fields by id; empty until it is known. */
export function useDirectory(siteId: string): ReadonlyMap<string, string> {
	return useQuery(queries.directory(useClient(), siteId)).data ?? nobody;
}
