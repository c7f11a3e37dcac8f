import { Readable } from "node:stream";
import { listApiKeys } from "../access/api-keys.ts";
import type { Principal } from "../access/principal.ts";
import type { Platform } from "../api/handlers/platform.ts";
import { exportAudit } from "../audit/export.ts";
import { readInsights } from "../insights/read-insights.ts";
import { listNotices } from "../notify/read-notices.ts";
import { listTargets } from "../notify/targets.ts";
import { listApprovals } from "../organizations/approvals.ts";
import { readIdentity } from "../organizations/identity.ts";
import { listInvitations } from "../organizations/invitations.ts";
import { listMembers } from "../organizations/members.ts";
import { readOrganization } from "../organizations/organization.ts";
import { listRoles } from "../organizations/roles.ts";
import { readPolicy } from "../policies/read-policy.ts";
import { listRestores, readRestore } from "../restores/read-restores.ts";
import { listRuns } from "../runs/read-runs.ts";
import { listSnapshots } from "../runs/snapshots.ts";
import { loadSites, readSite, tryOpen } from "../sites/read-sites.ts";

const page = 200;
const insightDays = 366;
const mostNotices = 200;

interface Page<T> {
	readonly items: readonly T[];
	readonly nextCursor: string | null;
}

/** Everything that this server knows about the caller's organization, as JSON lines `{type, value}`, without secrets. */
export function exportOrganization(ports: Platform, principal: Principal) {
	const date = ports.clock.now().toISOString().slice(0, 10);
	return {
		stream: Readable.from(linesOf(ports, principal), { objectMode: false }),
		headers: {
			"content-type": "application/jsonl; charset=utf-8",
			"content-disposition": `attachment; filename="skyeworx-organization-${date}.jsonl"`,
		},
	};
}

async function* linesOf(ports: Platform, principal: Principal): AsyncIterable<string> {
	const line = (type: string, value: unknown) => `${JSON.stringify({ type, value })}\n`;
	yield line("header", {
		format: "skyeworx-organization-1",
		organization: principal.organizationId,
		exportedAt: ports.clock.now().toISOString(),
		note: "What is backed up is not in here: skyeworx vault export takes it out of each vault with its recovery kit alone.",
	});
	yield line("organization", await readOrganization(ports, principal));
	yield line("identity", await readIdentity(ports, principal));
	for (const [type, list] of await shortLists(ports, principal)) for (const value of list) yield line(type, value);
	for await (const run of pagesOf((cursor) => listRuns(ports, principal, { limit: page, cursor }))) yield line("run", run);
	for await (const restore of pagesOf((cursor) => listRestores(ports, principal, { limit: page, cursor })))
		yield line("restore", await readRestore(ports, principal, restore.id));
	for (const { row } of await loadSites(ports, principal)) {
		yield line("site", await readSite(ports, principal, row.id));
		yield line("policy", await readPolicy(ports, principal, row.id));
		const { runtime } = await tryOpen(ports, principal.organizationId, row.id);
		if (runtime === undefined) continue;
		for await (const snapshot of pagesOf((cursor) => listSnapshots(runtime, { limit: page, cursor }))) yield line("snapshot", snapshot);
	}
	yield line("insights", await readInsights(ports, principal, { days: insightDays }));
	const { stream } = await exportAudit(ports, principal.organizationId, { format: "jsonl" });
	// Each line is one of the audit export's own, which `skyeworx audit verify` takes as they are.
	let rest = "";
	for await (const chunk of stream) {
		const lines = `${rest}${String(chunk)}`.split("\n");
		rest = lines.pop() ?? "";
		for (const entry of lines) if (entry !== "") yield line("audit", JSON.parse(entry));
	}
	yield line("end", { complete: true });
}

async function shortLists(ports: Platform, principal: Principal): Promise<readonly (readonly [string, readonly unknown[]])[]> {
	return [
		["member", await listMembers(ports, principal)],
		["role", await listRoles(ports, principal)],
		["invitation", await listInvitations(ports, principal)],
		["api-key", await listApiKeys(ports, principal)],
		["approval", await listApprovals(ports, principal)],
		["notice-target", await listTargets(ports, principal)],
		["notice", await listNotices(ports, principal, mostNotices)],
	];
}

async function* pagesOf<T>(read: (cursor: string | undefined) => Promise<Page<T>>): AsyncIterable<T> {
	let cursor: string | undefined;
	do {
		const { items, nextCursor } = await read(cursor);
		yield* items;
		cursor = nextCursor ?? undefined;
	} while (cursor !== undefined);
}
