import { notifications } from "@mantine/notifications";
import { ApiError } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { usePorts } from "./app-context.tsx";

/** Tells in a corner that a deed did not work: what, and what to do. */
export function tellFailure(error: unknown): void {
	const problem = error instanceof ApiError ? error.problem : undefined;
	notifications.show({
		color: "brick",
		title: problem?.detail ?? "That did not work",
		message:
			[problem?.hint, problem?.requestId === "" ? undefined : problem?.requestId].filter(Boolean).join(" · ") ||
			(error instanceof Error ? error.message : ""),
		autoClose: 12_000,
	});
}

/** Starts a backup and opens its page, where it can be watched. */
export function useBackup() {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const navigate = useNavigate();
	return useMutation({
		mutationFn: (siteId: string) => client.createBackup({ params: { siteId }, idempotencyKey: newId() }),
		onSuccess: async (run) => {
			cache.setQueryData(["run", run.id], run);
			void cache.invalidateQueries({ queryKey: ["overview"] });
			void cache.invalidateQueries({ queryKey: ["runs"] });
			await navigate({ to: "/runs/$runId", params: { runId: run.id } });
		},
		onError: tellFailure,
	});
}

/** Starts a verification of a site's vault and opens its page. */
export function useVerification() {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const navigate = useNavigate();
	return useMutation({
		mutationFn: ({ siteId, level }: { readonly siteId: string; readonly level: "structure" | "data" }) =>
			client.createVerification({ params: { siteId }, body: { level }, idempotencyKey: newId() }),
		onSuccess: async (run) => {
			cache.setQueryData(["run", run.id], run);
			void cache.invalidateQueries({ queryKey: ["runs"] });
			await navigate({ to: "/runs/$runId", params: { runId: run.id } });
		},
		onError: tellFailure,
	});
}

/** Asks the site whether the credential still works. */
export function useSiteCheck() {
	const { client } = usePorts();
	const cache = useQueryClient();
	return useMutation({
		mutationFn: (siteId: string) => client.checkSite({ params: { siteId } }),
		onSuccess: (site) => {
			cache.setQueryData(["site", site.id], site);
			void cache.invalidateQueries({ queryKey: ["overview"] });
			void cache.invalidateQueries({ queryKey: ["sites"] });
			notifications.show(
				site.connection.problem === null
					? {
							color: "moss",
							title: `${site.name} answers`,
							message: `The credential of ${site.connection.accountName ?? "this site"} works.`,
						}
					: { color: "brick", title: site.connection.problem.detail, message: site.connection.problem.hint ?? "" },
			);
		},
		onError: tellFailure,
	});
}
