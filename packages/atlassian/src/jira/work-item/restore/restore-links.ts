import { isAppError, type JsonValue } from "@skyeworx/core";
import { linkField } from "../compare-items.ts";
import { type ItemLink, linksOf } from "../links.ts";
import { workItemRef } from "../record.ts";
import type { Restoring, TargetItem } from "./restoring.ts";

async function linksNow(restoring: Restoring, target: TargetItem): Promise<readonly ItemLink[]> {
	const call = { method: "GET", path: "/rest/api/3/issue/{issueIdOrKey}", parameters: { issueIdOrKey: target.id } } as const;
	const answer: JsonValue = (
		await restoring.site.client.call({ ...call, query: { fields: "issuelinks" }, signal: restoring.context.signal })
	).json;
	return linksOf(answer);
}

/** Makes the links of a plan that are not there, once all items of the restore are. A target that is gone leaves its link out. */
export async function restoreLinks(restoring: Restoring, target: TargetItem): Promise<void> {
	const { context, details, main } = restoring;
	if (details.links.length === 0) return;
	const wanted = linksOf(main)
		.filter((link) => details.links.includes(linkField(link)))
		.map((link) => ({ ...link, otherId: context.mapped(workItemRef(link.otherId))?.ref.id ?? link.otherId }))
		.filter((link) => link.otherId !== target.id);
	// Decided once: after an interruption, a link that this restore made must not pass for one that was there before.
	const missing = await context.step("links", {
		run: async () => {
			const present = new Set((await linksNow(restoring, target)).map(linkField));
			return wanted.map(linkField).filter((field) => !present.has(field));
		},
	});
	const made = new Set<string>();
	try {
		for (const link of wanted) {
			const field = linkField(link);
			if (missing.includes(field) && (await makeLink(restoring, target, link))) made.add(field);
		}
	} finally {
		if (details.live !== null && made.size > 0) await sayMade(restoring, target, made);
	}
}

async function sayMade(restoring: Restoring, target: TargetItem, made: ReadonlySet<string>): Promise<void> {
	for (const link of await linksNow(restoring, target)) {
		if (made.has(linkField(link))) restoring.context.created({ ref: workItemRef(target.id), part: `link/${link.id}` });
	}
}

/** Doing it twice does no harm: Jira answers a link that exists as if it had made it. */
async function makeLink(restoring: Restoring, target: TargetItem, link: ItemLink): Promise<boolean> {
	const [inward, outward] = link.direction === "outward" ? [target.id, link.otherId] : [link.otherId, target.id];
	const call = {
		method: "POST",
		path: "/rest/api/3/issueLink",
		body: { type: { id: link.typeId }, inwardIssue: { id: inward }, outwardIssue: { id: outward } },
		idempotent: true,
		item: target.id,
		accept: [400, 404],
		signal: restoring.context.signal,
	} as const;
	const run = async (): Promise<number> => {
		try {
			return (await restoring.site.client.call(call)).status;
		} catch (error) {
			if (isAppError(error, "site-refused")) return 403;
			throw error;
		}
	};
	const find = async (): Promise<number | undefined> => {
		const there = (await linksNow(restoring, target)).some((one) => linkField(one) === linkField(link));
		return there ? 201 : undefined;
	};
	return (await restoring.context.step(linkField(link), { run, find })) < 400;
}
