import type { JsonValue } from "@skyeworx/core";
import type { ApplyContext, ApplyResult, ItemPlan, StoredItem } from "@skyeworx/engine";
import { adfReferences } from "../../../adf/references.ts";
import { isAdf } from "../../../adf/walk.ts";
import { collectItems, offsetPages } from "../../../http/paging.ts";
import { at, listAt, textAt } from "../../../record/json-access.ts";
import { identityOf } from "../field-values.ts";
import { workItemRef } from "../record.ts";
import { participantsOf } from "../request/request-side.ts";
import { createItem } from "./create-item.ts";
import { editScreen } from "./field-metadata.ts";
import { moveItem, unlessMovedSince } from "./move/move-item.ts";
import { withOrganizationsNow } from "./organizations-now.ts";
import { restoreRank } from "./rank-order.ts";
import { repointTexts } from "./repoint-texts.ts";
import { restoreBeside } from "./restore-beside.ts";
import { isMarked, restoreEntries } from "./restore-entries.ts";
import { restoreFiles } from "./restore-files.ts";
import { restoreForms } from "./restore-forms.ts";
import { restoreLinks } from "./restore-links.ts";
import { restoreRequest } from "./restore-request.ts";
import { type ApplyPorts, beginRestoring, labelOf, type Restoring, type TargetItem } from "./restoring.ts";
import { type FilesNow, rewriteBody } from "./rewrite-bodies.ts";
import { restoreStatus } from "./transition-item.ts";
import { editFields, missingOn, valuesFor, writeLateParent } from "./write-fields.ts";

/** Carries out one work item's plan: the item, its files, its texts, its comments and worklogs, its status. Links come after. */
export async function applyItem(ports: ApplyPorts, context: ApplyContext, plan: ItemPlan, wanted: StoredItem): Promise<ApplyResult> {
	const restoring = await withOrganizationsNow(unlessMovedSince(beginRestoring(ports, context, plan, wanted)));
	const { item, fields } = await target(restoring);
	const files = await restoreFiles(restoring, item);
	await writeFields(restoring, item, { fields, files });
	await restoreEntries(restoring, item, files);
	await repointTexts(restoring, item, files);
	await restoreStatus(restoring, item);
	await restoreBeside(restoring, item);
	await restoreRequest(restoring, item);
	await restoreForms(restoring, item);
	const url = `${ports.site.siteUrl}/browse/${item.key}`;
	return { mapped: { ref: workItemRef(item.id), key: item.key, files }, url, problems: restoring.problems };
}

/** The item to write to, and the fields that an edit has to write. */
async function target(restoring: Restoring): Promise<{ readonly item: TargetItem; readonly fields: readonly string[] }> {
	const { live, fields } = restoring.details;
	if (live !== null) return { item: await moveItem(restoring, live), fields };
	const { item, late } = await createItem(restoring);
	return { item, fields: late };
}

async function writeFields(
	restoring: Restoring,
	item: TargetItem,
	work: { readonly fields: readonly string[]; readonly files: FilesNow },
): Promise<void> {
	// Resolution follows the transition; where it is editable all the same, the edit after the transition would come too late.
	if (work.fields.length === 0) return;
	const screen = await editScreen(restoring.site.client, item.id, restoring.context.signal);
	for (const field of missingOn(screen, work.fields)) {
		if (isWrittenByRequest(restoring, at(restoring.main, "fields", field))) continue;
		if (restoring.details.live !== null || identityOf(at(restoring.main, "fields", field)) !== "") {
			restoring.problem(`fields.${field}`, `${labelOf(restoring, field)} can't be edited on this work item.`);
		}
	}
	await editFields(restoring, item, { step: "fields", values: valuesFor(restoring, work.fields, screen, work.files) });
	await changeType(restoring, item, screen.has("issuetype"));
}

/** A field of people that shows who takes part in the request: JSM's own operation writes it. */
function isWrittenByRequest({ wanted }: Restoring, value: JsonValue | undefined): boolean {
	const shown = (Array.isArray(value) ? value : []).map((person) => textAt(person, "accountId") ?? "").toSorted();
	const known = participantsOf(wanted).map(({ accountId }) => accountId);
	return known.length > 0 && known.toSorted().join() === shown.join();
}

/** Jira changes the work type by an edit only where the workflow stays the same. */
async function changeType(restoring: Restoring, item: TargetItem, editable: boolean): Promise<void> {
	if (restoring.details.live === null || !restoring.details.fields.includes("issuetype")) return;
	const id = at(restoring.main, "fields", "issuetype", "id");
	if (!editable || id === undefined) restoring.problem("fields.issuetype", "Jira changes this work type only by a move.");
	else await editFields(restoring, item, { step: "type", values: { issuetype: { id } } });
}

/** After all items: links between them, and texts that name items which came later than this one. */
export async function finishItem(
	ports: ApplyPorts,
	context: ApplyContext,
	work: { readonly plan: ItemPlan; readonly wanted: StoredItem; readonly result: ApplyResult },
): Promise<void> {
	const restoring = beginRestoring(ports, context, work.plan, work.wanted);
	const { mapped } = work.result;
	const item: TargetItem = { id: mapped.ref.id, key: mapped.key ?? "" };
	await writeLateParent(restoring, item);
	await restoreLinks(restoring, item);
	await renameLater(restoring, item, mapped.files ?? {});
	await restoreRank(restoring);
	for (const problem of restoring.problems) context.problem(problem);
}

/** Writes texts again whose references got their new names only after they were written. */
async function renameLater(restoring: Restoring, item: TargetItem, files: FilesNow): Promise<void> {
	const { context, main, details, wanted, site } = restoring;
	const renamed = (document: JsonValue | undefined): boolean =>
		document !== undefined && adfReferences(document).keys.some((key) => context.mappedKey(key) !== undefined);
	const fields = details.fields.filter((field) => isAdf(at(main, "fields", field)) && renamed(at(main, "fields", field)));
	const comments = listAt(wanted.parts.get("comments")).some((comment) => renamed(at(comment, "body")));
	if (fields.length > 0) {
		const rewriting = { item: wanted, files, siteUrl: site.siteUrl, names: context, elsewhere: details.live?.id !== wanted.ref.id };
		const values = Object.fromEntries(fields.map((field) => [field, rewriteBody(at(main, "fields", field) ?? null, rewriting)]));
		await editFields(restoring, item, { step: "references", values });
	}
	if (comments) await renameComments(restoring, item);
}

/** Comments are read as they are now, so that their lines of origin stay. Those that this restore did not write are left alone. */
async function renameComments(restoring: Restoring, item: TargetItem): Promise<void> {
	const { context, site, details, wanted } = restoring;
	const path = "/rest/api/3/issue/{issueIdOrKey}/comment";
	const touched = details.comments.add.length + details.comments.edit.length > 0;
	if (!touched) return;
	const query = { expand: "properties", maxResults: 5000 };
	const call = { method: "GET", path, parameters: { issueIdOrKey: item.id }, query, signal: context.signal } as const;
	const names = { mapped: context.mapped, mappedKey: context.mappedKey };
	for (const comment of await collectItems(offsetPages(site.client, call, "comments"))) {
		const body = at(comment, "body");
		const id = at(comment, "id");
		if (!isAdf(body) || typeof id !== "string" || !isWritten(restoring, comment, id)) continue;
		const next = rewriteBody(body, { item: wanted, files: {}, siteUrl: site.siteUrl, names, elsewhere: false });
		if (next === body) continue;
		const edit = {
			method: "PUT",
			path: `${path}/{id}`,
			parameters: { issueIdOrKey: item.id, id },
			query: { notifyUsers: false },
			body: { body: next },
			item: item.id,
			signal: context.signal,
		} as const;
		const run = async (): Promise<string> => {
			await site.client.call(edit);
			return id;
		};
		await context.step(`references comment/${id}`, { run, find: () => Promise.resolve(undefined) });
	}
}

/** Whether this restore added the comment or put its words back. */
function isWritten(restoring: Restoring, comment: JsonValue, id: string): boolean {
	return restoring.details.comments.edit.includes(id) || isMarked(restoring, comment);
}
