import { jiraError } from "../../http/errors.ts";
import { scalarText } from "../../http/read-input.ts";
import type { Site } from "../../site/site.ts";
import { change, record } from "../issue/journal.ts";
import type { LinkType } from "../model/configuration.ts";
import { lookUpIssue } from "../model/find.ts";
import type { Issue, IssueLink } from "../model/issue.ts";

/** Reads a kind of link by id or name. @throws HttpError 404 */
export function readLinkType(site: Site, value: unknown): LinkType {
	const given = typeof value === "object" && value !== null ? (value as { id?: unknown; name?: unknown }) : {};
	const type = [...site.jira.linkTypes.values()].find((each) =>
		given.id === undefined ? each.name === given.name : each.id === scalarText(given.id),
	);
	if (type === undefined) throw jiraError(404, `No issue link type with name '${scalarText(given.name ?? given.id)}' found.`);
	return type;
}

/** Reads one side of a link. @throws HttpError 404 */
export function readLinked(site: Site, value: unknown): Issue {
	const given = typeof value === "object" && value !== null ? (value as { id?: unknown; key?: unknown }) : {};
	const issue = lookUpIssue(site, scalarText(given.id ?? given.key));
	if (issue === undefined) throw jiraError(404, "Issue does not exist or you do not have permission to see it.");
	return issue;
}

/** Links two work items; a link that is there already is left as it is and answered with success. */
export function createLink(
	site: Site,
	options: { readonly type: LinkType; readonly inward: Issue; readonly outward: Issue; readonly author: string },
): void {
	const { type, inward, outward, author } = options;
	if (inward.id === outward.id) throw jiraError(400, "You cannot link an issue to itself.");
	const same = inward.linkIds
		.map((id) => site.jira.links.get(id))
		.some((link) => link?.typeId === type.id && link.inwardId === inward.id && link.outwardId === outward.id);
	if (same) return;
	const link: IssueLink = { id: site.ids.take("link"), typeId: type.id, inwardId: inward.id, outwardId: outward.id };
	site.jira.links.set(link.id, link);
	const side = (issue: Issue, other: Issue, words: string): void => {
		record(site, { issue, author, bump: site.switches.linksBumpUpdated }, () => {
			issue.linkIds = [...issue.linkIds, link.id];
			return [change("Link", { fieldId: "issuelinks", to: other.key, toString: `This work item ${words} ${other.key}` })];
		});
	};
	side(inward, outward, type.outward);
	side(outward, inward, type.inward);
}

/** Links as `update.issuelinks` asks: `{type, outwardIssue}` or `{type, inwardIssue}`. */
export function linkFromUpdate(
	site: Site,
	issue: Issue,
	options: { readonly author: string; readonly input: Record<string, unknown> },
): void {
	const { author, input } = options;
	const type = readLinkType(site, input.type);
	if (input.outwardIssue !== undefined) createLink(site, { type, author, inward: issue, outward: readLinked(site, input.outwardIssue) });
	else createLink(site, { type, author, inward: readLinked(site, input.inwardIssue), outward: issue });
}
