import { ApiError, type Client, everySite, type ItemPage, type RetentionRules } from "@skyeworx/contract";
import { infiniteQueryOptions, keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";

type SearchQuery = NonNullable<Parameters<Client["searchSiteItems"]>[0]["query"]>;
type AuditQuery = NonNullable<NonNullable<Parameters<Client["listAudit"]>[0]>["query"]>;
type RunsQuery = NonNullable<NonNullable<Parameters<Client["listRuns"]>[0]>["query"]>;
type RestoresQuery = NonNullable<NonNullable<Parameters<Client["listRestores"]>[0]>["query"]>;

/** Names one item of one site. */
export interface ItemAddress {
	readonly siteId: string;
	readonly kind: string;
	readonly id: string;
}

/** Two moments, RFC 3339. */
interface Between {
	readonly from: string;
	readonly to: string;
}

const running = new Set(["queued", "running", "undoing", "planning"]);

/** Asks again every few seconds while work goes on, in case the live stream is cut. */
function whileRunning(status: string | undefined): number | false {
	return status !== undefined && running.has(status) ? 2500 : false;
}

/** Makes the cache: nothing is asked twice within half a minute unless an event says so; only a missing server is retried. */
export function createQueryClient(): QueryClient {
	return new QueryClient({
		defaultOptions: {
			queries: {
				staleTime: 30_000,
				refetchOnWindowFocus: true,
				retry: (count, error) =>
					count < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503) && error.code !== "answer-malformed",
			},
		},
	});
}

/** Every question to the server, with the key under which its answer is kept. */
export const queries = {
	me: (client: Client) => queryOptions({ queryKey: ["me"], queryFn: ({ signal }) => client.getMe({ signal }), staleTime: 300_000 }),
	storage: (client: Client) => queryOptions({ queryKey: ["storage"], queryFn: ({ signal }) => client.getStorage({ signal }) }),
	overview: (client: Client) =>
		queryOptions({
			queryKey: ["overview"],
			queryFn: ({ signal }) => client.getOverview({ signal }),
			refetchInterval: (query) => ((query.state.data?.running.length ?? 0) > 0 ? 4000 : 60_000),
		}),
	/** The sites after the first page of the overview. */
	moreSites: (client: Client, cursor: string | null) =>
		infiniteQueryOptions({
			queryKey: ["overview", "more", cursor],
			queryFn: ({ signal, pageParam }) => client.getOverview({ query: { cursor: pageParam, limit: 200 }, signal }),
			initialPageParam: cursor ?? "",
			getNextPageParam: (page) => page.nextCursor,
			enabled: false,
		}),
	insights: (client: Client, query: { readonly days: number; readonly siteId?: string }) =>
		queryOptions({
			queryKey: ["insights", query],
			queryFn: ({ signal }) => client.getInsights({ query, signal }),
			placeholderData: keepPreviousData,
		}),
	sites: (client: Client) => queryOptions({ queryKey: ["sites"], queryFn: ({ signal }) => everySite(client, signal) }),
	site: (client: Client, siteId: string) =>
		queryOptions({ queryKey: ["site", siteId], queryFn: ({ signal }) => client.getSite({ params: { siteId }, signal }) }),
	setup: (client: Client, siteId: string) =>
		queryOptions({ queryKey: ["setup", siteId], queryFn: ({ signal }) => client.getSetup({ params: { siteId }, signal }), staleTime: 0 }),
	grantWays: (client: Client) => queryOptions({ queryKey: ["grant-ways"], queryFn: ({ signal }) => client.getGrantWays({ signal }) }),
	grant: (client: Client, grantId: string) =>
		queryOptions({ queryKey: ["grant", grantId], queryFn: ({ signal }) => client.getGrant({ params: { grantId }, signal }) }),
	coverage: (client: Client) =>
		queryOptions({
			queryKey: ["coverage"],
			queryFn: async ({ signal }) => (await client.getCoverage({ signal })).items,
			staleTime: Number.POSITIVE_INFINITY,
		}),
	/** Names of people and custom fields by id, as the newest backup knows them; cut at a thousand. */
	directory: (client: Client, siteId: string) =>
		queryOptions({
			queryKey: ["items", siteId, "directory"],
			queryFn: async ({ signal }) => {
				const names = new Map<string, string>();
				let cursor: string | null = "";
				for (let page = 0; page < 5 && cursor !== null; page++) {
					const query = { kind: "jira.user,jira.field", order: "key", limit: 200, ...(cursor === "" ? {} : { cursor }) } as const;
					const found: ItemPage = await client.searchSiteItems({ params: { siteId }, query, signal });
					for (const { ref, title } of found.items) names.set(ref.id, title);
					cursor = found.nextCursor;
				}
				return names;
			},
			staleTime: 600_000,
		}),
	spaces: (client: Client, siteId: string, asOf: number | undefined) =>
		queryOptions({
			queryKey: ["items", siteId, "spaces", asOf],
			queryFn: async ({ signal }) =>
				(await client.listSpaces({ params: { siteId }, query: asOf === undefined ? {} : { asOf }, signal })).items,
		}),
	search: (client: Client, siteId: string, query: SearchQuery) =>
		infiniteQueryOptions({
			queryKey: ["items", siteId, "search", query],
			queryFn: ({ signal, pageParam }) =>
				client.searchSiteItems({
					params: { siteId },
					query: { ...query, limit: 100, ...(pageParam === "" ? {} : { cursor: pageParam }) },
					signal,
				}),
			initialPageParam: "",
			getNextPageParam: (page) => page.nextCursor,
			placeholderData: keepPreviousData,
		}),
	quickSearch: (client: Client, q: string) =>
		queryOptions({
			queryKey: ["items", "quick", q],
			queryFn: ({ signal }) => client.searchItems({ query: { q, limit: 8 }, signal }),
			enabled: q.trim() !== "",
			placeholderData: keepPreviousData,
		}),
	changers: (client: Client, siteId: string, between: Between) =>
		queryOptions({
			queryKey: ["items", siteId, "changers", between],
			queryFn: ({ signal }) => client.listChangers({ params: { siteId }, query: between, signal }),
		}),
	accountChanges: (client: Client, siteId: string, asked: Between & { readonly accountId: string; readonly deletions: boolean }) =>
		queryOptions({
			queryKey: ["items", siteId, "account-changes", asked],
			queryFn: ({ signal }) =>
				client.listAccountChanges({
					params: { siteId, accountId: asked.accountId },
					query: { from: asked.from, to: asked.to, ...(asked.deletions ? { deletions: "true" } : {}) },
					signal,
				}),
		}),
	item: (client: Client, at: ItemAddress) =>
		queryOptions({ queryKey: ["items", at.siteId, "item", at], queryFn: ({ signal }) => client.getItem({ params: { ...at }, signal }) }),
	itemVersion: (client: Client, at: ItemAddress, version: string) =>
		queryOptions({
			queryKey: ["items", at.siteId, "version", at, version],
			queryFn: ({ signal }) => client.getItemVersion({ params: { ...at, version }, signal }),
			staleTime: version === "live" ? 0 : 600_000,
		}),
	fileText: (client: Client, at: ItemAddress, version: string, fileId: string) =>
		queryOptions({
			queryKey: ["items", at.siteId, "file", at, version, fileId],
			queryFn: async ({ signal }) => {
				const response = await client.getItemFile({ params: { ...at, fileId }, query: { version }, signal });
				return await response.text();
			},
			staleTime: 600_000,
		}),
	itemDiff: (client: Client, at: ItemAddress, from: string, to: string) =>
		queryOptions({
			queryKey: ["items", at.siteId, "diff", at, from, to],
			queryFn: ({ signal }) => client.getItemDiff({ params: { ...at }, query: { from, to }, signal }),
			staleTime: from === "live" || to === "live" ? 0 : 600_000,
		}),
	plan: (client: Client, planId: string) =>
		queryOptions({
			queryKey: ["plan", planId],
			queryFn: ({ signal }) => client.getRestorePlan({ params: { planId }, signal }),
			refetchInterval: (query) => (query.state.data?.status === "planning" ? 800 : false),
		}),
	restore: (client: Client, restoreId: string) =>
		queryOptions({
			queryKey: ["restore", restoreId],
			queryFn: ({ signal }) => client.getRestore({ params: { restoreId }, signal }),
			refetchInterval: (query) => whileRunning(query.state.data?.status),
		}),
	receipt: (client: Client, restoreId: string) =>
		queryOptions({
			queryKey: ["restore", restoreId, "receipt"],
			queryFn: ({ signal }) => client.getRestoreReceipt({ params: { restoreId }, signal }),
		}),
	restores: (client: Client, query: RestoresQuery) =>
		infiniteQueryOptions({
			queryKey: ["restores", query],
			queryFn: ({ signal, pageParam }) =>
				client.listRestores({ query: { ...query, ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal }),
			initialPageParam: "",
			getNextPageParam: (page) => page.nextCursor,
		}),
	runs: (client: Client, query: RunsQuery) =>
		infiniteQueryOptions({
			queryKey: ["runs", query],
			queryFn: ({ signal, pageParam }) =>
				client.listRuns({ query: { ...query, ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal }),
			initialPageParam: "",
			getNextPageParam: (page) => page.nextCursor,
			refetchInterval: (query) => (query.state.data?.pages[0]?.items.some((run) => running.has(run.status)) ? 4000 : false),
		}),
	run: (client: Client, runId: string) =>
		queryOptions({
			queryKey: ["run", runId],
			queryFn: ({ signal }) => client.getRun({ params: { runId }, signal }),
			refetchInterval: (query) => whileRunning(query.state.data?.status),
		}),
	snapshots: (client: Client, siteId: string) =>
		infiniteQueryOptions({
			queryKey: ["snapshots", siteId],
			queryFn: ({ signal, pageParam }) =>
				client.listSnapshots({ params: { siteId }, query: { limit: 100, ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal }),
			initialPageParam: "",
			getNextPageParam: (page) => page.nextCursor,
		}),
	policy: (client: Client, siteId: string) =>
		queryOptions({ queryKey: ["policy", siteId], queryFn: ({ signal }) => client.getPolicy({ params: { siteId }, signal }) }),
	retention: (client: Client, siteId: string) =>
		queryOptions({ queryKey: ["retention", siteId], queryFn: ({ signal }) => client.getRetention({ params: { siteId }, signal }) }),
	retentionPreview: (client: Client, siteId: string, rules: RetentionRules) =>
		queryOptions({
			queryKey: ["retention", siteId, "preview", rules],
			queryFn: ({ signal }) => client.previewRetention({ params: { siteId }, body: { rules }, signal }),
			placeholderData: keepPreviousData,
		}),
	upkeep: (client: Client, siteId: string) =>
		queryOptions({
			queryKey: ["upkeep", siteId],
			queryFn: ({ signal }) => client.getUpkeep({ params: { siteId }, signal }),
			refetchInterval: (query) => (query.state.data?.runningRunId == null ? false : 4000),
		}),
	drills: (client: Client, siteId: string) =>
		queryOptions({ queryKey: ["drills", siteId], queryFn: ({ signal }) => client.getDrills({ params: { siteId }, signal }) }),
	snapshot: (client: Client, siteId: string, snapshotId: number) =>
		queryOptions({
			queryKey: ["snapshots", siteId, snapshotId],
			queryFn: ({ signal }) => client.getSnapshot({ params: { siteId, snapshotId }, signal }),
		}),
	changes: (client: Client, siteId: string, snapshotId: number) =>
		infiniteQueryOptions({
			queryKey: ["snapshots", siteId, snapshotId, "changes"],
			queryFn: ({ signal, pageParam }) =>
				client.listSnapshotChanges({
					params: { siteId, snapshotId },
					query: { limit: 200, ...(pageParam === "" ? {} : { cursor: pageParam }) },
					signal,
				}),
			initialPageParam: "",
			getNextPageParam: (page) => page.nextCursor,
		}),
	audit: (client: Client, query: AuditQuery) =>
		infiniteQueryOptions({
			queryKey: ["audit", query],
			queryFn: ({ signal, pageParam }) =>
				client.listAudit({ query: { ...query, ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal }),
			initialPageParam: "",
			getNextPageParam: (page) => page.nextCursor,
			placeholderData: keepPreviousData,
		}),
	/** From the newest signed checkpoint on; all of a long log takes minutes, and is asked for. */
	auditCheck: (client: Client, depth: "recent" | "all") =>
		queryOptions({
			queryKey: ["audit", "verify", depth],
			queryFn: ({ signal }) => client.verifyAudit({ query: { depth }, signal }),
			staleTime: 10_000,
		}),
	signInWays: (client: Client) => queryOptions({ queryKey: ["sign-in"], queryFn: ({ signal }) => client.getSignInWays({ signal }) }),
	members: (client: Client) =>
		queryOptions({ queryKey: ["members"], queryFn: async ({ signal }) => (await client.listMembers({ signal })).items }),
	roles: (client: Client) =>
		queryOptions({ queryKey: ["roles"], queryFn: async ({ signal }) => (await client.listRoles({ signal })).items }),
	invitations: (client: Client) =>
		queryOptions({ queryKey: ["invitations"], queryFn: async ({ signal }) => (await client.listInvitations({ signal })).items }),
	sessions: (client: Client) =>
		queryOptions({ queryKey: ["sessions"], queryFn: async ({ signal }) => (await client.listSessions({ signal })).items }),
	passkeys: (client: Client) =>
		queryOptions({ queryKey: ["passkeys"], queryFn: async ({ signal }) => (await client.listPasskeys({ signal })).items }),
	identity: (client: Client) => queryOptions({ queryKey: ["identity"], queryFn: ({ signal }) => client.getIdentity({ signal }) }),
	scimTokens: (client: Client) =>
		queryOptions({ queryKey: ["scim-tokens"], queryFn: async ({ signal }) => (await client.listScimTokens({ signal })).items }),
	organization: (client: Client) =>
		queryOptions({ queryKey: ["organization"], queryFn: ({ signal }) => client.getOrganization({ signal }) }),
	approvals: (client: Client) =>
		queryOptions({
			queryKey: ["approvals"],
			queryFn: async ({ signal }) => (await client.listApprovals({ signal })).items,
			refetchInterval: 15_000,
		}),
	deletion: (client: Client) => queryOptions({ queryKey: ["deletion"], queryFn: ({ signal }) => client.getDeletion({ signal }) }),
	notices: (client: Client) =>
		queryOptions({ queryKey: ["notices"], queryFn: async ({ signal }) => (await client.listNotices({ signal })).items }),
	noticeTargets: (client: Client) =>
		queryOptions({ queryKey: ["notice-targets"], queryFn: async ({ signal }) => (await client.listNoticeTargets({ signal })).items }),
	apiKeys: (client: Client) =>
		queryOptions({ queryKey: ["api-keys"], queryFn: async ({ signal }) => (await client.listApiKeys({ signal })).items }),
};
