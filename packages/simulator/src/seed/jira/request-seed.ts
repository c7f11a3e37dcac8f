import type { IssueBody } from "../../jira/model/issue.ts";
import type { Writing } from "./jira-bodies.ts";

const words = ["Solved within the hour, thank you.", "It took a while, but it works now.", ""];

/** Writes the customer's side of a seeded request: who takes part, who had to agree, and what was thought of it. */
export function writeRequest({ site, issue, random, people }: Writing, body: IssueBody): void {
	if (random.chance(0.6)) body.custom.set("customfield_10041", [...random.sample(people, random.integer(1, 2))]);
	const [organization] = site.jira.settings.of.organization.values();
	if (organization !== undefined && random.chance(0.4)) body.custom.set("customfield_10002", [organization.id]);
	const assets = [...site.assets.objects.keys()];
	const named = assets[(issue.id * 7) % Math.max(1, assets.length)];
	if (named !== undefined && issue.id % 3 === 0) body.custom.set("customfield_10046", [named]);
	const isDone = issue.resolved !== undefined;
	const approvers = random.chance(0.4) ? random.sample(people, 2) : [];
	const approval = {
		id: String(50_000 + issue.id),
		name: "Waiting for approval",
		created: issue.created,
		completed: isDone ? issue.resolved : undefined,
		decisions: new Map(approvers.map((accountId) => [accountId, isDone ? ("approved" as const) : ("pending" as const)])),
	};
	const feedback = isDone && random.chance(0.5) ? { rating: random.integer(2, 5), comment: random.pick(words) } : undefined;
	body.request = { approvals: approvers.length === 0 ? [] : [approval], feedback };
}
