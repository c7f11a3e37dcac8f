import type { Setup } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useClient } from "../../live/app-context.tsx";
import { tellFailure } from "../../live/use-deeds.ts";

/** Tells the server what somebody has done that nothing else shows, and goes on with the step that it answers. */
export function useSetupDeed(siteId: string) {
	const client = useClient();
	const cache = useQueryClient();
	return useMutation({
		mutationFn: (did: "looked" | "finished") => client.updateSetup({ params: { siteId }, body: { did } }),
		onSuccess: (after: Setup) => {
			cache.setQueryData(["setup", siteId], after);
			void cache.invalidateQueries({ queryKey: ["overview"] });
		},
		onError: tellFailure,
	});
}

/** Asks again where the set-up stands. */
export function useLookAgain(siteId: string): () => Promise<void> {
	const cache = useQueryClient();
	return useCallback(async () => await cache.invalidateQueries({ queryKey: ["setup", siteId] }), [cache, siteId]);
}
