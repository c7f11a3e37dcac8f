import {
	createRootRoute,
	createRoute,
	createRouter,
	lazyRouteComponent,
	Outlet,
	parseSearchWith,
	stringifySearchWith,
} from "@tanstack/react-router";
import { numberOf, oneOf, present, textOf } from "./search-params.ts";
import { Shell } from "./shell/shell.tsx";
import { NotFound, RouteError } from "./shell/stray-pages.tsx";

type Search = Record<string, unknown>;

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
	getParentRoute: () => root,
	path: "/sign-in",
	validateSearch: (search: Search) => present({ code: textOf(search.code), next: textOf(search.next), refused: textOf(search.refused) }),
	component: lazyRouteComponent(() => import("./pages/sign-in/sign-in-page.tsx"), "SignInPage"),
});

const invitation = createRoute({
	getParentRoute: () => root,
	path: "/invitation",
	component: lazyRouteComponent(() => import("./pages/sign-in/invitation-page.tsx"), "InvitationPage"),
});

const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell, errorComponent: RouteError });

const overview = createRoute({
	getParentRoute: () => shell,
	path: "/",
	component: lazyRouteComponent(() => import("./pages/overview/overview-page.tsx"), "OverviewPage"),
});

const explore = createRoute({
	getParentRoute: () => shell,
	path: "/explore",
	validateSearch: (search: Search) =>
		present({
			site: textOf(search.site),
			q: textOf(search.q),
			kind: textOf(search.kind),
			app: oneOf(["jira", "jsm", "confluence"], search.app),
			state: oneOf(["live", "deleted"], search.state),
			space: textOf(search.space),
			parent: textOf(search.parent),
			person: textOf(search.person),
			asOf: numberOf(search.asOf),
			changedSince: numberOf(search.changedSince),
			order: oneOf(["relevance", "updated", "key", "position"], search.order),
		}),
	component: lazyRouteComponent(() => import("./pages/explore/explore-page.tsx"), "ExplorePage"),
});

const item = createRoute({
	getParentRoute: () => shell,
	path: "/items/$siteId/$kind/$id",
	validateSearch: (search: Search) =>
		present({
			version: textOf(search.version),
			compare: textOf(search.compare),
			tab: oneOf(["comments", "files", "worklogs", "history", "all-fields", "related"], search.tab),
		}),
	component: lazyRouteComponent(() => import("./pages/item/item-page.tsx"), "ItemPage"),
});

const changers = createRoute({
	getParentRoute: () => shell,
	path: "/changers",
	validateSearch: (search: Search) =>
		present({
			site: textOf(search.site),
			from: textOf(search.from),
			to: textOf(search.to),
			account: textOf(search.account),
			unsigned: oneOf(["too"], search.unsigned),
		}),
	component: lazyRouteComponent(() => import("./pages/changers/changers-page.tsx"), "ChangersPage"),
});

const restore = createRoute({
	getParentRoute: () => shell,
	path: "/restore",
	validateSearch: (search: Search) =>
		present({
			plan: textOf(search.plan),
			target: oneOf(["in-place", "copy"], search.target),
			space: textOf(search.space),
			ifExists: oneOf(["overwrite", "skip", "copy"], search.ifExists),
			versions: oneOf(["replayed"], search.versions),
			consent: textOf(search.consent),
		}),
	component: lazyRouteComponent(() => import("./pages/restore/restore-page.tsx"), "RestorePage"),
});

const restores = createRoute({
	getParentRoute: () => shell,
	path: "/restores",
	validateSearch: (search: Search) =>
		present({
			site: textOf(search.site),
			status: oneOf(["queued", "running", "succeeded", "incomplete", "failed", "undoing", "undone", "cancelled"], search.status),
		}),
	component: lazyRouteComponent(() => import("./pages/restores/restores-page.tsx"), "RestoresPage"),
});

const watch = createRoute({
	getParentRoute: () => shell,
	path: "/restores/$restoreId",
	validateSearch: (search: Search) => present({ show: oneOf(["receipt"], search.show) }),
	component: lazyRouteComponent(() => import("./pages/restores/watch-page.tsx"), "WatchPage"),
});

const backups = createRoute({
	getParentRoute: () => shell,
	path: "/backups",
	validateSearch: (search: Search) =>
		present({
			tab: oneOf(["runs", "snapshots"], search.tab),
			site: textOf(search.site),
			type: oneOf(["backup", "verify", "upkeep", "move", "drill"], search.type),
			status: oneOf(["queued", "running", "succeeded", "incomplete", "failed", "cancelled"], search.status),
		}),
	component: lazyRouteComponent(() => import("./pages/backups/backups-page.tsx"), "BackupsPage"),
});

const policies = createRoute({
	getParentRoute: () => shell,
	path: "/policies",
	validateSearch: (search: Search) => present({ site: textOf(search.site) }),
	component: lazyRouteComponent(() => import("./pages/policies/policies-page.tsx"), "PoliciesPage"),
});

const run = createRoute({
	getParentRoute: () => shell,
	path: "/runs/$runId",
	component: lazyRouteComponent(() => import("./pages/backups/run-page.tsx"), "RunPage"),
});

const snapshot = createRoute({
	getParentRoute: () => shell,
	path: "/snapshots/$siteId/$snapshotId",
	validateSearch: (search: Search) => present({ change: oneOf(["created", "changed", "deleted"], search.change) }),
	component: lazyRouteComponent(() => import("./pages/backups/snapshot-page.tsx"), "SnapshotPage"),
});

const insights = createRoute({
	getParentRoute: () => shell,
	path: "/insights",
	validateSearch: (search: Search) => present({ site: textOf(search.site), days: oneOf(["30", "90", "365"], search.days) }),
	component: lazyRouteComponent(() => import("./pages/insights/insights-page.tsx"), "InsightsPage"),
});

const audit = createRoute({
	getParentRoute: () => shell,
	path: "/audit",
	validateSearch: (search: Search) =>
		present({
			action: textOf(search.action),
			outcome: oneOf(["success", "failure", "denied"], search.outcome),
			actor: textOf(search.actor),
			target: textOf(search.target),
			from: textOf(search.from),
			to: textOf(search.to),
		}),
	component: lazyRouteComponent(() => import("./pages/audit/audit-page.tsx"), "AuditPage"),
});

const setup = createRoute({
	getParentRoute: () => shell,
	path: "/setup",
	validateSearch: (search: Search) => present({ site: textOf(search.site), grant: textOf(search.grant), consent: textOf(search.consent) }),
	component: lazyRouteComponent(() => import("./pages/setup/setup-page.tsx"), "SetupPage"),
});

const settings = createRoute({
	getParentRoute: () => shell,
	path: "/settings",
	component: lazyRouteComponent(() => import("./pages/settings/sites-page.tsx"), "SitesPage"),
});

const siteSettings = createRoute({
	getParentRoute: () => shell,
	path: "/settings/sites/$siteId",
	component: lazyRouteComponent(() => import("./pages/settings/site-page.tsx"), "SitePage"),
});

const storageSettings = createRoute({
	getParentRoute: () => shell,
	path: "/settings/storage",
	component: lazyRouteComponent(() => import("./pages/settings/storage-page.tsx"), "StoragePage"),
});

const apiKeys = createRoute({
	getParentRoute: () => shell,
	path: "/settings/api-keys",
	component: lazyRouteComponent(() => import("./pages/settings/api-keys-page.tsx"), "ApiKeysPage"),
});

const members = createRoute({
	getParentRoute: () => shell,
	path: "/settings/members",
	component: lazyRouteComponent(() => import("./pages/settings/members-page.tsx"), "MembersPage"),
});

const signInSettings = createRoute({
	getParentRoute: () => shell,
	path: "/settings/sign-in",
	component: lazyRouteComponent(() => import("./pages/settings/sign-in-settings-page.tsx"), "SignInSettingsPage"),
});

const approvals = createRoute({
	getParentRoute: () => shell,
	path: "/settings/approvals",
	component: lazyRouteComponent(() => import("./pages/settings/approvals-page.tsx"), "ApprovalsPage"),
});

const notices = createRoute({
	getParentRoute: () => shell,
	path: "/settings/notices",
	component: lazyRouteComponent(() => import("./pages/settings/notices-page.tsx"), "NoticesPage"),
});

const data = createRoute({
	getParentRoute: () => shell,
	path: "/settings/data",
	component: lazyRouteComponent(() => import("./pages/settings/data-page.tsx"), "DataPage"),
});

const coverage = createRoute({
	getParentRoute: () => shell,
	path: "/settings/coverage",
	validateSearch: (search: Search) => present({ kind: textOf(search.kind) }),
	component: lazyRouteComponent(() => import("./pages/settings/coverage-page.tsx"), "CoveragePage"),
});

/** An address that leads nowhere keeps the bar at the left: the way back is one press away. */
const nowhere = createRoute({ getParentRoute: () => shell, path: "$", component: NotFound });

const tree = root.addChildren([
	signIn,
	invitation,
	shell.addChildren([
		overview,
		explore,
		item,
		changers,
		restore,
		restores,
		watch,
		backups,
		policies,
		run,
		snapshot,
		insights,
		audit,
		setup,
		settings,
		siteSettings,
		storageSettings,
		apiKeys,
		members,
		signInSettings,
		approvals,
		notices,
		data,
		coverage,
		nowhere,
	]),
]);

/** Every view is an address with its filters in it. */
export function createAppRouter() {
	return createRouter({
		routeTree: tree,
		parseSearch: parseSearchWith((text) => text),
		stringifySearch: stringifySearchWith(String),
		defaultPreload: "intent",
		scrollRestoration: true,
		defaultErrorComponent: RouteError,
		defaultNotFoundComponent: NotFound,
	});
}

declare module "@tanstack/react-router" {
	interface Register {
		router: ReturnType<typeof createAppRouter>;
	}
}
