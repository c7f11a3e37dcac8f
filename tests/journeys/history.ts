import type { Restore, Run } from "@skyeworx/contract";
import type { DemoProcess } from "../demo-process.ts";
import { SimulatedSite } from "./simulated-site.ts";

/** A little that happened to a site, so that every view of the product has something to show. */
export interface History {
	readonly run: Run;
	/** A work item that was deleted and restored. */
	readonly restored: { readonly id: string; readonly key: string; readonly summary: string };
	/** A work item that was deleted and is missed. */
	readonly deleted: { readonly id: string; readonly key: string; readonly summary: string };
	/** A work item with comments and an attachment that is on the site. */
	readonly rich: { readonly id: string; readonly key: string; readonly summary: string };
	/** A page that was edited and not yet restored. */
	readonly edited: { readonly id: string; readonly title: string };
	readonly restore: Restore;
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

async function backUp({ client, siteId }: DemoProcess): Promise<Run> {
	let run = await client.createBackup({ params: { siteId } });
	while (run.finishedAt === null) {
		await pause();
		run = await client.getRun({ params: { runId: run.id } });
	}
	return run;
}

async function restoreBefore({ client, siteId }: DemoProcess, id: string, run: Run): Promise<Restore> {
	const snapshot = await client.getSnapshot({ params: { siteId, snapshotId: run.snapshotId ?? 0 } });
	const items = [{ kind: "jira.work-item", id, version: snapshot.parent ?? 0 }];
	let plan = await client.createRestorePlan({ params: { siteId }, body: { items } });
	while (plan.status === "planning") {
		await pause();
		plan = await client.getRestorePlan({ params: { planId: plan.id } });
	}
	let restore = await client.createRestore({ body: { planId: plan.id, reason: "Deleted by mistake" } });
	while (restore.finishedAt === null) {
		await pause();
		restore = await client.getRestore({ params: { restoreId: restore.id } });
	}
	return restore;
}

/** Deletes two work items, edits a page a little, backs up, and restores one of the work items. */
export async function makeHistory(demo: DemoProcess): Promise<History> {
	const site = new SimulatedSite(demo.simulatorUrl);
	const { jira, confluence } = await site.state();
	const full = Object.values(jira.issues).filter(
		({ attachmentIds, childIds, body }) => attachmentIds.length > 0 && childIds.length === 0 && body.comments.length > 0,
	);
	const [rich, deleted, restored] = full.toSorted((a, b) => b.body.comments.length - a.body.comments.length);
	const page = Object.values(confluence.contents)
		.filter(({ type, status }) => type === "page" && status === "current")
		.toSorted((a, b) => (b.versions.at(-1)?.body.storage.length ?? 0) - (a.versions.at(-1)?.body.storage.length ?? 0))[0];
	if (rich === undefined || deleted === undefined || restored === undefined || page === undefined)
		throw new Error("the seed is too poor for a history");
	for (const { id } of [deleted, restored]) await site.call("DELETE", `/rest/api/3/issue/${id}`);
	const body = (page.versions.at(-1)?.body.storage ?? "").replace(/\bthe (\w+) (\w+)/, "no $1 at all").replace("</p>", " Ask first.</p>");
	const form = new URLSearchParams({ title: page.title, body });
	await fetch(`${site.url}/wiki/spaces/${confluence.spaces[page.spaceId]?.key}/pages/${page.id}/edit`, {
		method: "POST",
		body: form,
		redirect: "manual",
	});
	const run = await backUp(demo);
	const named = <T extends { readonly id: number }>(issue: T) => ({ ...issue, id: String(issue.id) });
	const restore = await restoreBefore(demo, String(restored.id), run);
	return { run, deleted: named(deleted), restored: named(restored), rich: named(rich), edited: page, restore };
}
