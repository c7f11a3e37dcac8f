import {
	type ItemDetail,
	type ItemHit,
	type ItemPage,
	type ItemVersion,
	type Me,
	type PlanItem,
	permissions,
	type Restore,
	type RestorePlan,
	type Site,
	type Snapshot,
} from "@skyeworx/contract";

export const siteId = "0b8f4e8e-0d0a-4a53-9f0f-5a9a3a3f4a11";
export const planId = "1c8f4e8e-0d0a-4a53-9f0f-5a9a3a3f4a12";
export const restoreId = "2d8f4e8e-0d0a-4a53-9f0f-5a9a3a3f4a13";
const at = "2026-11-22T09:30:00.000Z";
const later = "2026-11-22T10:30:00.000Z";
const actor = { type: "user", id: "mara", name: "Mara" } as const;
const space = { id: "10000", key: "CORE", name: "Core platform" };

export function me(changes: Partial<Me> = {}): Me {
	const organization = { id: siteId, name: "Northwind Labs" };
	return {
		via: "session",
		name: "Mara",
		email: null,
		role: "owner",
		roleName: "Owner",
		permissions: [...permissions],
		siteIds: null,
		spaces: null,
		organization,
		simulatorUrl: null,
		version: "0.1.0",
		...changes,
	};
}

export function site(changes: Partial<Site> = {}): Site {
	return {
		id: siteId,
		name: "Northwind",
		url: "https://northwind.example.com",
		status: "connected",
		apps: ["jira", "confluence"],
		timeZone: "UTC",
		createdAt: at,
		promiseSeconds: 86_400,
		lastGood: { snapshotId: 4, at: later },
		withinPromise: true,
		runningRunId: null,
		storage: { type: "folder", description: "A folder" },
		...changes,
	};
}

export function snapshot(id: number): Snapshot {
	return {
		siteId,
		id,
		at: id > 2 ? later : at,
		type: "backup",
		parent: id === 2 ? null : 2,
		entries: 1,
		size: 1,
		added: 1,
		runId: null,
		counts: [],
		pin: null,
		holds: [],
		lockedUntil: null,
	};
}

/** A found work item, CORE-12. */
export function hit(changes: Partial<ItemHit> = {}): ItemHit {
	return {
		siteId,
		ref: { kind: "jira.work-item", id: "10012" },
		app: "jira",
		key: "CORE-12",
		title: "Login fails",
		space,
		parent: null,
		position: null,
		type: "Bug",
		status: "Done",
		state: "live",
		absence: null,
		createdAt: at,
		updatedAt: at,
		updatedBy: "Mara",
		deletedAt: null,
		firstSnapshotId: 2,
		lastSnapshotId: 4,
		versions: 2,
		url: "https://northwind.example.com/browse/CORE-12",
		files: [],
		snippet: null,
		successor: null,
		...changes,
	};
}

export function page(...items: readonly ItemHit[]): ItemPage {
	return {
		items: [...items],
		total: { count: items.length, exact: true },
		facets: { kinds: { "jira.work-item": items.length }, states: {} },
		nextCursor: null,
	};
}

/** CORE-12 with two versions: of snapshot 2, and changed in snapshot 4. */
export function detail(changes: Partial<ItemDetail> = {}): ItemDetail {
	const { snippet: _snippet, successor: _successor, ...summary } = hit();
	const version = { ref: summary.ref, title: summary.title, updatedAt: null, updatedBy: null };
	return {
		...summary,
		people: [],
		history: [
			{ ...version, snapshotId: 4, at: later, state: "changed" },
			{ ...version, snapshotId: 2, at, state: "created" },
		],
		lineage: [{ ref: summary.ref, key: summary.key, title: summary.title, state: "live" }],
		related: [],
		restorable: true,
		...changes,
	};
}

/** CORE-12 as a snapshot holds it. */
export function version(snapshotId: number, changes: Partial<ItemVersion> = {}): ItemVersion {
	const { ref, key, title, type, status, url } = hit();
	return {
		ref,
		version: { type: "snapshot", snapshotId, at: snapshotId > 2 ? later : at, state: "present" },
		key,
		title,
		type,
		status,
		space,
		url,
		people: [],
		parts: { "": { key, fields: { summary: title } } },
		files: [],
		...changes,
	};
}

export const attachment = { id: "10023", name: "budget.xlsx", mediaType: "application/vnd.ms-excel", size: 1200 };

const text = (value: string) => ({ type: "text" as const, text: value });

export const attachmentChange: PlanItem["changes"][number] = {
	field: "file/10023",
	label: "Attachment budget.xlsx",
	before: null,
	after: text("budget.xlsx"),
};
export const summaryChange: PlanItem["changes"][number] = {
	field: "fields.summary",
	label: "Summary",
	before: text("Defaced"),
	after: text("Login fails"),
};

/** What would be done with CORE-12: its summary is changed back. */
export function planItem(changes: Partial<PlanItem> = {}): PlanItem {
	return {
		ref: hit().ref,
		version: 2,
		fields: null,
		label: "CORE-12 Login fails",
		action: "change",
		reason: null,
		changes: [summaryChange],
		losses: [],
		after: [],
		requests: 3,
		...changes,
	};
}

export function plan(changes: Partial<RestorePlan> = {}): RestorePlan {
	const items = changes.items ?? [planItem()];
	const count = (action: PlanItem["action"]) => items.filter((item) => item.action === action).length;
	return {
		id: planId,
		siteId,
		siteName: "Northwind",
		status: "ready",
		createdAt: at,
		expiresAt: later,
		requestedBy: actor,
		target: { type: "in-place" },
		ifExists: "overwrite",
		fields: null,
		replayVersions: false,
		progress: { done: 1, total: 1 },
		totals: {
			create: count("create"),
			change: count("change"),
			untrash: count("untrash"),
			leave: count("leave"),
			cannot: count("cannot"),
			requests: 3,
		},
		estimateSeconds: 1,
		items,
		kept: [],
		consent: null,
		command: `npx skyeworx restore run --plan ${planId}`,
		restoreId: null,
		error: null,
		...changes,
	};
}

export function restore(changes: Partial<Restore> = {}): Restore {
	return {
		id: restoreId,
		siteId,
		siteName: "Northwind",
		planId,
		status: "running",
		requestedBy: actor,
		reason: null,
		createdAt: at,
		startedAt: at,
		finishedAt: null,
		label: "CORE-12 Login fails",
		progress: { done: 0, total: 1 },
		totals: { restored: 0, skipped: 0, failed: 0, undone: 0 },
		error: null,
		target: { type: "in-place" },
		ifExists: "overwrite",
		items: [],
		safetySnapshotId: null,
		undoable: false,
		...changes,
	};
}
