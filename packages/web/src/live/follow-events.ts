import type { Client, LiveEvent, Restore, Run } from "@skyeworx/contract";
import type { QueryClient } from "@tanstack/react-query";

/** What following the live stream needs from the browser. */
export interface StreamPorts {
	readonly client: Pick<Client, "listen">;
	/** Shared by all tabs of this browser. */
	readonly channel: Pick<BroadcastChannel, "postMessage" | "addEventListener" | "removeEventListener">;
	/** Resolves the callback in one tab at a time. */
	readonly locks: Pick<LockManager, "request">;
	/** Waits so many milliseconds, or until the signal aborts. */
	readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

type Message = { readonly type: "event"; readonly event: LiveEvent } | { readonly type: "reconnected" };

/**
 * Keeps the cache true to the server over one connection for all tabs: the tab that holds the lock listens and tells the
 * others. State comes by GET, deltas come here, and after every reconnect everything that is shown is asked for again.
 */
export function followEvents(ports: StreamPorts, cache: QueryClient, signal: AbortSignal): void {
	const take = (message: Message): void => {
		if (message.type === "reconnected") void cache.invalidateQueries({ refetchType: "active" }, { cancelRefetch: false });
		else applyEvent(cache, message.event);
	};
	const onMessage = (event: MessageEvent<Message>): void => take(event.data);
	ports.channel.addEventListener("message", onMessage as EventListener);
	signal.addEventListener("abort", () => ports.channel.removeEventListener("message", onMessage as EventListener), { once: true });
	const tell = (message: Message): void => {
		take(message);
		ports.channel.postMessage(message);
	};
	void ports.locks.request("skyeworx.events", { signal }, () => listenForEver(ports, tell, signal)).catch(() => undefined);
}

async function listenForEver(ports: StreamPorts, tell: (message: Message) => void, signal: AbortSignal): Promise<void> {
	let pause = 1000;
	while (!signal.aborted) {
		try {
			for await (const event of ports.client.listen(signal)) {
				pause = 1000;
				tell({ type: "event", event });
			}
		} catch {
			pause = Math.min(pause * 2, 30_000);
		}
		await ports.sleep(pause, signal);
		if (!signal.aborted) tell({ type: "reconnected" });
	}
}

const gently = { cancelRefetch: false } as const;

/** Puts one event into the cache: progress at once, everything else by asking again. */
function applyEvent(cache: QueryClient, event: LiveEvent): void {
	const refresh = (...key: readonly unknown[]): void => void cache.invalidateQueries({ queryKey: key }, gently);
	switch (event.type) {
		case "run.progress": {
			const before = cache.getQueryData<Run>(["run", event.runId]);
			cache.setQueryData<Run>(
				["run", event.runId],
				(run) => run && { ...run, status: event.status, progress: event.progress ?? run.progress },
			);
			cache.setQueryData<{ running: Run[] }>(
				["overview"],
				(page) =>
					page && {
						...page,
						running: page.running.map((run) =>
							run.id === event.runId ? { ...run, status: event.status, progress: event.progress ?? run.progress } : run,
						),
					},
			);
			if (event.status !== "running" || before?.status !== "running") {
				refresh("run", event.runId);
				refresh("runs");
				refresh("overview");
				refresh("insights");
			}
			return;
		}
		case "restore.progress":
			cache.setQueryData<Restore>(
				["restore", event.restoreId],
				(restore) => restore && { ...restore, status: event.status, progress: { done: event.done, total: event.total } },
			);
			refresh("restore", event.restoreId);
			if (event.status === "running") return;
			for (const key of ["restores", "overview", "snapshots", "insights"]) refresh(key);
			refresh("items", event.siteId);
			return;
		case "plan.progress":
			refresh("plan", event.planId);
			return;
		case "snapshot.created":
			for (const key of ["overview", "sites", "snapshots", "runs"]) refresh(key);
			refresh("items", event.siteId);
			refresh("site", event.siteId);
			return;
		case "site.changed":
			refresh("site", event.siteId);
			for (const key of ["sites", "overview", "snapshots"]) refresh(key);
			for (const key of ["upkeep", "retention", "policy", "drills"]) refresh(key, event.siteId);
	}
}
