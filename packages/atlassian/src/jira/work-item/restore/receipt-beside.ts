import { canonicalJson } from "@skyeworx/core";
import type { ReceiptField, StoredItem } from "@skyeworx/engine";
import { compareRanks, isListed, propertiesOf, rankOf, remoteLinksOf, votersOf, watchersOf } from "../beside.ts";
import { parseDetails } from "./plan-details.ts";
import type { ReceiptContext } from "./receipt.ts";
import { formLines } from "./receipt-forms.ts";
import { requestLines } from "./receipt-request.ts";

type Verdict = Pick<ReceiptField, "result" | "reason">;

/** Lines of what stands beside a work item: its rank, links to the outside, properties, watchers and votes. */
export function besideLines(wanted: StoredItem, now: StoredItem, context: ReceiptContext): readonly ReceiptField[] {
	return [
		...rankLine(wanted, now, context),
		...remoteLinkLines(wanted, now),
		...propertyLines(wanted, now),
		...watcherLines(wanted, now, context),
		...voteLines(wanted, now),
		...formLines(wanted, now, context),
		...requestLines(wanted, now, context),
	];
}

/** A place can't be read off its number: what ranked the item looked at its neighbours, too. */
function rankLine(wanted: StoredItem, now: StoredItem, context: ReceiptContext): ReceiptField[] {
	const [then, current] = [rankOf(wanted.parts.get("")), rankOf(now.parts.get(""))];
	if (then === undefined) return [];
	const line = { field: "rank", label: "Rank" };
	const problem = context.problems.find(({ field }) => field === "rank");
	if (problem !== undefined) return [{ ...line, result: "failed", reason: problem.reason }];
	if (current !== undefined && compareRanks(then.value, current.value) === 0) return [{ ...line, result: "exact" }];
	if (parseDetails(context.details).rank === null) {
		return context.action === "create" ? [{ ...line, result: "degraded", reason: "A copy is ranked last." }] : [];
	}
	if (current === undefined) return [{ ...line, result: "impossible", reason: "The space has no backlog to be ranked in." }];
	return [{ ...line, result: "degraded", reason: "Back between its neighbours; Jira gives its place a new number." }];
}

function remoteLinkLines(wanted: StoredItem, now: StoredItem): ReceiptField[] {
	const left = [...remoteLinksOf(now)];
	return remoteLinksOf(wanted).map((link): ReceiptField => {
		const line = { field: `remote-links/${link.id}`, label: `Link to ${link.title}` };
		const at = left.findIndex((other) => other.content === link.content);
		const [found] = at === -1 ? [] : left.splice(at, 1);
		if (found === undefined) return { ...line, result: "failed", reason: "It is not there, or says something else." };
		return found.id === link.id ? { ...line, result: "exact" } : { ...line, result: "degraded", reason: "The same link under a new id." };
	});
}

function propertyLines(wanted: StoredItem, now: StoredItem): ReceiptField[] {
	const there = propertiesOf(now);
	return Object.entries(propertiesOf(wanted)).map(([key, value]): ReceiptField => {
		const line = { field: `properties/${key}`, label: `Property ${key}` };
		if (!(key in there)) return { ...line, result: "failed", reason: "It is not there." };
		return canonicalJson(there[key] ?? null) === canonicalJson(value)
			? { ...line, result: "exact" }
			: { ...line, result: "failed", reason: "The site has another value." };
	});
}

function watcherLines(wanted: StoredItem, now: StoredItem, context: ReceiptContext): ReceiptField[] {
	if (!isListed(now, "watchers")) return [];
	const there = new Set(watchersOf(now).map((person) => person.accountId));
	return watchersOf(wanted).map(({ accountId, name, isActive }): ReceiptField => {
		const field = `watchers/${accountId}`;
		return { field, label: `Watcher ${name}`, ...watcherVerdict(there.has(accountId), isActive, problemOf(context, field)) };
	});
}

const problemOf = (context: ReceiptContext, field: string) => context.problems.find((problem) => problem.field === field)?.reason;

function watcherVerdict(isThere: boolean, isActive: boolean, problem: string | undefined): Verdict {
	if (isThere) return { result: "exact" };
	if (!isActive) return { result: "impossible", reason: "A person who is no longer active can't watch." };
	return { result: "failed", reason: problem ?? "This person does not watch it." };
}

function voteLines(wanted: StoredItem, now: StoredItem): ReceiptField[] {
	if (!isListed(now, "votes")) return [];
	const there = new Set(votersOf(now).map((person) => person.accountId));
	return votersOf(wanted).map(({ accountId, name }): ReceiptField => {
		const line = { field: `votes/${accountId}`, label: `Vote of ${name}` };
		if (there.has(accountId)) return { ...line, result: "exact" };
		return { ...line, result: "impossible", reason: "Only a person can vote for themselves." };
	});
}
