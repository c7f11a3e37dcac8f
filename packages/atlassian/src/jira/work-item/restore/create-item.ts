import { AppError, type JsonObject, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { isAdf } from "../../../adf/walk.ts";
import { at, idAt, textAt } from "../../../record/json-access.ts";
import { identityOf } from "../field-values.ts";
import { restoreMark, workItemRef } from "../record.ts";
import { tooLate, useUpNumbers } from "./keep-keys.ts";
import { numberOf } from "./key-number.ts";
import { markOf, type Restoring, type TargetItem } from "./restoring.ts";
import { showsFiles } from "./rewrite-bodies.ts";
import { missingOn, valuesFor, withoutRefused } from "./write-fields.ts";

const created = z.object({ id: z.string(), key: z.string() });
const found = z.object({ issues: z.array(z.custom<JsonValue>()).default([]) });

/** What creating an item left for later. */
export interface Creation {
	readonly item: TargetItem;
	/** Fields to write by an edit: not on the create screen, or showing files that are not uploaded yet. */
	readonly late: readonly string[];
}

/** Creates the work item of a plan, exactly once: its mark travels in the creating call itself. */
export async function createItem(restoring: Restoring): Promise<Creation> {
	const { context, details, screens, main, site } = restoring;
	const typeId = await screens.typeFor(details.spaceId, at(main, "fields", "issuetype"), context.signal);
	if (typeId === undefined) {
		throw new AppError("restore-failed", "The space has no work type of this name any more", {
			hint: "Make the work type again in Jira, or restore into another space.",
		});
	}
	const screen = await screens.screen(details.spaceId, typeId, context.signal);
	const withFiles = details.fields.filter((field) => isAdf(at(main, "fields", field)) && showsFiles(at(main, "fields", field)));
	const direct = details.fields.filter((field) => !withFiles.includes(field));
	// A scheme may have a level for whoever says nothing: an item that everybody saw says so.
	const open = screen.has("security") && identityOf(at(main, "fields", "security")) === "" ? { security: null } : {};
	const values = { ...valuesFor(restoring, direct, screen, {}), ...open };
	requireSecurity(main, values);
	const start = await context.step("anchor", { run: () => restoring.newest.of(restoring) });
	await useUpNumbers(restoring, start);
	let doubtful = false;
	const item = await context.step("create", {
		run: async () => {
			const made = await post(restoring, typeId, values);
			return doubtful ? await onlyOne(restoring, made) : made;
		},
		find: async () => {
			doubtful = true;
			return await findCreated(restoring, start);
		},
	});
	restoring.newest.made(restoring, item.key);
	restoring.whole.gave(context, details.spaceId, item.key);
	const ref = workItemRef(item.id);
	context.created({ ref, part: "", key: item.key, url: `${site.siteUrl}/browse/${item.key}` });
	if (details.keepNumber !== null && numberOf(item.key) !== details.keepNumber) throw tooLate(details.keepNumber);
	return { item, late: [...withFiles, ...missingOn(screen, direct)] };
}

/** An item is never made visible to more people than could see it. @throws AppError `restore-failed` */
function requireSecurity(main: JsonValue, values: Readonly<Record<string, JsonValue>>): void {
	if (identityOf(at(main, "fields", "security")) === "" || (values.security ?? null) !== null) return;
	throw new AppError("restore-failed", "Its security level can't be set: more people would see the work item than before", {
		hint: "Put the security level back on the space's create screen and scheme, and let the connection's account set it.",
	});
}

/** Creates; fields that Jira refuses are left out, as long as it does not ask for them. */
async function post(
	restoring: Restoring,
	typeId: string,
	values: Readonly<Record<string, JsonValue>>,
): Promise<{ id: string; key: string }> {
	const { context, details, site } = restoring;
	let left: Readonly<Record<string, JsonValue>> = values;
	for (;;) {
		const fields: JsonObject = { ...withoutEmpty(left), project: { id: details.spaceId }, issuetype: { id: typeId } };
		const properties = [{ key: restoreMark, value: markOf(restoring, "") }];
		const { status, json } = await site.client.call({
			method: "POST",
			path: "/rest/api/3/issue",
			query: { updateHistory: false },
			body: { fields, properties },
			accept: [400],
			signal: context.signal,
		});
		if (status !== 400) return created.parse(json);
		const next = withoutRefused(restoring, left, json);
		if (next === undefined) throw notCreated(json);
		requireSecurity(restoring.main, next);
		left = next;
	}
}

/** A new item's fields are empty already, all but its security level; Jira refuses null for some. */
function withoutEmpty(values: Readonly<Record<string, JsonValue>>): JsonObject {
	const isEmpty = (value: JsonValue) => value === null || (Array.isArray(value) && value.length === 0);
	return Object.fromEntries(Object.entries(values).filter(([name, value]) => name === "security" || !isEmpty(value)));
}

function notCreated(answer: JsonValue): AppError {
	const fields = Object.keys((at(answer, "errors") as JsonObject | undefined) ?? {});
	return new AppError("restore-failed", "Jira refused to create the work item", {
		hint: fields.length > 0 ? `The space now requires: ${fields.join(", ")}.` : "Check the space's screens and permissions in Jira.",
		facts: { fields: fields.join(" ") },
	});
}

const window = 100;
/** After a mass deletion of the newest items the next number lies far beyond the newest key that is left. */
const emptyWindows = 20;

/**
 * Looks for the item that a creating call made whose answer was lost. Bulk reads by key see it at once, where the search index
 * lags: the numbers after the one known before the call are read until many windows of them are empty.
 */
async function findCreated(restoring: Restoring, start: string): Promise<{ id: string; key: string } | undefined> {
	const [, prefix = "", number = "0"] = /^(.*)-(\d+)$/.exec(start) ?? [];
	let empty = 0;
	for (let first = Number(number) + 1; empty < emptyWindows; first += window) {
		const { mine, there } = await readWindow(restoring, prefix, first);
		if (mine[0] !== undefined) return mine[0];
		empty = there === 0 ? empty + 1 : 0;
	}
	return undefined;
}

/**
 * An earlier try may have made the item all the same, further on than was looked. Numbers are given in order, so it would stand
 * close before this one: then the later ones go, and the first stays.
 */
async function onlyOne(restoring: Restoring, made: { id: string; key: string }): Promise<{ id: string; key: string }> {
	const [, prefix = "", number = "0"] = /^(.*)-(\d+)$/.exec(made.key) ?? [];
	const { mine } = await readWindow(restoring, prefix, Math.max(1, Number(number) - window + 1));
	const [first = made, ...later] = mine.toSorted((a, b) => Number(a.id) - Number(b.id));
	for (const { id } of later) {
		const call = { method: "DELETE", path: "/rest/api/3/issue/{issueIdOrKey}", parameters: { issueIdOrKey: id }, accept: [404] } as const;
		await restoring.site.client.call({ ...call, query: { deleteSubtasks: "false" }, signal: restoring.context.signal });
	}
	return first;
}

async function readWindow(
	restoring: Restoring,
	prefix: string,
	first: number,
): Promise<{ readonly mine: readonly { id: string; key: string }[]; readonly there: number }> {
	const { site, context } = restoring;
	const issueIdsOrKeys = Array.from({ length: window }, (_, index) => `${prefix}-${first + index}`);
	const body = { issueIdsOrKeys, fields: ["summary"], properties: [restoreMark] };
	const call = { method: "POST", path: "/rest/api/3/issue/bulkfetch", body, idempotent: true, signal: context.signal } as const;
	const { issues } = await site.client.read(call, found);
	const mine = issues.filter((issue) => isMine(restoring, at(issue, "properties", restoreMark)));
	return { mine: mine.map((issue) => ({ id: idAt(issue, "id") ?? "", key: textAt(issue, "key") ?? "" })), there: issues.length };
}

function isMine(restoring: Restoring, mark: JsonValue | undefined): boolean {
	return textAt(mark, "restore") === restoring.context.restoreId && textAt(mark, "item") === restoring.wanted.ref.id;
}
