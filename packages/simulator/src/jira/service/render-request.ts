import type { RequestContext } from "../../http/request.ts";
import { jiraTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import type { Approval, Issue, IssueBody } from "../model/issue.ts";
import { avatarUrls } from "../people/render-user.ts";
import { readBody } from "../state.ts";
import { pageAt, renderType } from "./service-answers.ts";

const root = "/rest/servicedeskapi/request";
/** The field that keeps who takes part in a request. */
export const participantsField = "customfield_10041";

interface RequestView {
	readonly site: Site;
	readonly base: string;
	readonly issue: Issue;
	readonly body: IssueBody;
	readonly callerId: string;
}

/** Writes a person as JSM does. */
export function renderPerson(site: Site, { base }: Pick<RequestContext, "base">, accountId: string): object {
	const account = site.accounts.get(accountId);
	return {
		accountId,
		displayName: account?.displayName ?? "",
		emailAddress: account?.emailAddress ?? "",
		active: account?.active ?? false,
		timeZone: account?.timeZone ?? "Etc/UTC",
		_links: {
			self: `${base}/rest/api/3/user?accountId=${encodeURIComponent(accountId)}`,
			avatarUrls: avatarUrls(site, "user", accountId.slice(-12)),
		},
	};
}

const date = (ms: number): object => ({
	iso8601: new Date(ms).toISOString().replace(/\.\d+Z$/, "+0000"),
	jira: jiraTime(ms),
	friendly: new Date(ms).toUTCString(),
	epochMillis: ms,
});

const hour = 3_600_000;
const duration = (millis: number): object => ({
	millis,
	friendly: `${Math.trunc(millis / hour)}h ${Math.abs(Math.trunc(millis / 60_000)) % 60}m`,
});

/** Who takes part in a request beside its reporter. */
export const participantsOf = (body: IssueBody): readonly string[] => (body.custom.get(participantsField) as string[] | undefined) ?? [];

/** What an approval came to: one who declines ends it, else all have to agree. */
export function outcomeOf({ decisions }: Approval): "approved" | "declined" | "pending" {
	const said = [...decisions.values()];
	if (said.includes("declined")) return "declined";
	return said.includes("pending") ? "pending" : "approved";
}

/** Writes an approval. */
export function renderApproval({ site, base, issue, callerId }: Omit<RequestView, "body">, approval: Approval): object {
	const { id, name, created, completed, decisions } = approval;
	return {
		id,
		name,
		finalDecision: outcomeOf(approval),
		canAnswerApproval: decisions.get(callerId) === "pending",
		approvers: [...decisions].map(([accountId, approverDecision]) => ({
			approver: renderPerson(site, { base }, accountId),
			approverDecision,
		})),
		createdDate: date(created),
		...(completed === undefined ? {} : { completedDate: date(completed) }),
		_links: { self: `${base}${root}/${issue.id}/approval/${id}` },
	};
}

/** Writes all approvals of a request. */
export function renderApprovals(view: RequestView): object[] {
	return (view.body.request?.approvals ?? []).map((approval) => renderApproval(view, approval));
}

const goal = 24 * hour;

/** Writes the service levels of a request: one clock that runs from its creation until it is resolved, and ought to end in a day. */
export function renderServiceLevels({ site, base, issue, body }: Omit<RequestView, "callerId">): Record<string, unknown>[] {
	if (body.custom.get("customfield_10010") === undefined) return [];
	const breachTime = issue.created + goal;
	const end = issue.resolved ?? site.clock.now();
	const elapsed = end - issue.created;
	const cycle = {
		startTime: date(issue.created),
		breachTime: date(breachTime),
		breached: end > breachTime,
		goalDuration: duration(goal),
		elapsedTime: duration(elapsed),
		remainingTime: duration(goal - elapsed),
	};
	const isDone = issue.resolved !== undefined;
	return [
		{
			id: "1",
			name: "Time to resolution",
			completedCycles: isDone ? [{ ...cycle, stopTime: date(end) }] : [],
			...(isDone ? {} : { ongoingCycle: { ...cycle, paused: false, withinCalendarHours: true } }),
			slaDisplayFormat: "NEW_SLA_FORMAT",
			_links: { self: `${base}${root}/${issue.id}/sla/1` },
		},
	];
}

/** Writes the status of a request as customers see it. */
export function renderCurrentStatus(site: Site, issue: Issue): object {
	const status = site.jira.statuses.get(issue.statusId);
	const statusCategory = status?.category === 2 ? "NEW" : status?.category === 4 ? "INDETERMINATE" : "DONE";
	return { status: status?.name ?? "", statusCategory, statusDate: date(issue.statusChanged) };
}

const expandable = ["participant", "status", "sla", "requestType", "serviceDesk", "attachment", "action", "comment"];

/** Writes a customer's request with what `expand` asks for. */
export function renderRequest(site: Site, request: RequestContext, issue: Issue): object {
	const { base } = request;
	const body = readBody(site.jira, issue);
	const type = site.jira.requestTypes.get(String(body.custom.get("customfield_10010")));
	const expanded = new Set(request.query.getAll("expand").flatMap((names) => names.split(",")));
	const address = `${root}/${issue.id}`;
	const view: RequestView = { site, base, issue, body, callerId: request.caller.account.accountId };
	const people = () => participantsOf(body).map((id) => renderPerson(site, request, id));
	return {
		_expands: expandable.filter((name) => !expanded.has(name)),
		issueId: String(issue.id),
		issueKey: issue.key,
		summary: issue.summary,
		requestTypeId: type?.id ?? "",
		serviceDeskId: issue.projectId,
		...(expanded.has("requestType") && type !== undefined ? { requestType: renderType(request, type, false) } : {}),
		createdDate: date(issue.created),
		...(issue.reporter === undefined ? {} : { reporter: renderPerson(site, request, issue.reporter) }),
		requestFieldValues: [{ fieldId: "summary", label: "Summary", value: issue.summary }],
		currentStatus: renderCurrentStatus(site, issue),
		...(expanded.has("participant") ? { participants: pageAt(request, people(), `${address}/participant`) } : {}),
		...(expanded.has("sla") ? { sla: pageAt(request, renderServiceLevels(view), `${address}/sla`) } : {}),
		_links: {
			self: `${base}${address}`,
			jiraRest: `${base}/rest/api/3/issue/${issue.id}`,
			web: `${site.url}/servicedesk/customer/portal/${issue.projectId}/${issue.key}`,
			agent: `${site.url}/browse/${issue.key}`,
		},
	};
}
