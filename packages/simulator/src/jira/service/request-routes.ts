import { type Answer, created, noContent, ok } from "../../http/answer.ts";
import { HttpError } from "../../http/errors.ts";
import { bodyObject, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { changesOf, record } from "../issue/journal.ts";
import type { Approval, Issue, RequestSide } from "../model/issue.ts";
import { changeBody, readBody } from "../state.ts";
import { known, optedIn, refused } from "./desk-routes.ts";
import {
	outcomeOf,
	participantsField,
	participantsOf,
	renderApproval,
	renderApprovals,
	renderPerson,
	renderServiceLevels,
} from "./render-request.ts";
import { missing, page } from "./service-answers.ts";
import { findRequest } from "./service-routes.ts";

const path = "/rest/servicedeskapi/request/{issueIdOrKey}";
const ofRequest = (site: Site, request: RequestContext): Issue => findRequest(site, param(request, "issueIdOrKey"));
const forbidden = (message: string): HttpError => new HttpError(403, { errorMessage: message });

/** Gives what a request has beside its work item, to change. */
function changeRequest(site: Site, issue: Issue): RequestSide {
	const body = changeBody(site.jira, issue);
	body.request ??= { approvals: [], feedback: undefined };
	return body.request;
}

/** Registers participants, approvals, service levels and feedback of customers' requests. */
export function registerRequests(router: Router, site: Site): void {
	registerParticipants(router, site);
	registerApprovals(router, site);
	const levels = (request: RequestContext) => {
		const issue = ofRequest(site, request);
		return renderServiceLevels({ site, base: request.base, issue, body: readBody(site.jira, issue) });
	};
	router.route("GET", `${path}/sla`, (request) => page(request, levels(request)));
	router.route("GET", `${path}/sla/{slaMetricId}`, (request) => {
		const level = levels(request).find((one) => one.id === param(request, "slaMetricId"));
		if (level === undefined) throw missing("The SLA does not exist.");
		return ok(level);
	});
	registerFeedback(router, site);
}

function registerParticipants(router: Router, site: Site): void {
	const list = (request: RequestContext) =>
		page(request, participantsOf(readBody(site.jira, ofRequest(site, request))), (id) => renderPerson(site, request, id));
	/** Participants are a field of the work item: its history tells of them. */
	const write = (request: RequestContext, change: (now: Set<string>, named: readonly string[]) => void): Answer => {
		const issue = ofRequest(site, request);
		const named = known(site, request);
		const field = site.jira.fields.get(participantsField);
		const before = participantsOf(readBody(site.jira, issue));
		const now = new Set(before);
		change(now, named);
		record(site, { issue, author: request.caller.account.accountId }, () => {
			const { custom } = changeBody(site.jira, issue);
			if (now.size === 0) custom.delete(participantsField);
			else custom.set(participantsField, [...now]);
			const after = custom.get(participantsField);
			return field === undefined ? [] : changesOf(site, issue, field, { before: before.length === 0 ? undefined : before, after });
		});
		return list(request);
	};
	router.route("GET", `${path}/participant`, list);
	router.route("POST", `${path}/participant`, (request) =>
		write(request, (now, named) => {
			if (named.some((id) => site.accounts.get(id)?.active !== true)) throw refused("A user who is not active can't take part.");
			for (const id of named) now.add(id);
		}),
	);
	router.route("DELETE", `${path}/participant`, (request) =>
		write(request, (now, named) => {
			for (const id of named) now.delete(id);
		}),
	);
}

function registerApprovals(router: Router, site: Site): void {
	const viewOf = (request: RequestContext) => {
		const issue = ofRequest(site, request);
		return { site, base: request.base, issue, body: readBody(site.jira, issue), callerId: request.caller.account.accountId };
	};
	const find = (request: RequestContext): Approval => {
		const approval = viewOf(request).body.request?.approvals.find((one) => one.id === param(request, "approvalId"));
		if (approval === undefined) throw missing("The approval does not exist.");
		return approval;
	};
	router.route("GET", `${path}/approval`, (request) => page(request, renderApprovals(viewOf(request))));
	router.route("GET", `${path}/approval/{approvalId}`, (request) => ok(renderApproval(viewOf(request), find(request))));
	router.route("POST", `${path}/approval/{approvalId}`, (request) => {
		const decision = scalarText(bodyObject(request).decision);
		if (decision !== "approve" && decision !== "decline") throw refused("The decision is approve or decline.");
		const { issue, callerId } = viewOf(request);
		if (!find(request).decisions.has(callerId)) throw forbidden("Only an approver can answer an approval.");
		if (outcomeOf(find(request)) !== "pending") throw new HttpError(409, { errorMessage: "The approval is completed." });
		record(site, { issue, author: callerId }, () => {
			changeRequest(site, issue);
			const approval = find(request);
			approval.decisions.set(callerId, decision === "approve" ? "approved" : "declined");
			if (outcomeOf(approval) !== "pending") approval.completed = site.clock.now();
			return [];
		});
		return ok(renderApproval(viewOf(request), find(request)));
	});
}

function registerFeedback(router: Router, site: Site): void {
	const feedback = "/rest/servicedeskapi/request/{requestIdOrKey}/feedback";
	const issueOf = (request: RequestContext): Issue => {
		optedIn(request);
		return findRequest(site, param(request, "requestIdOrKey"));
	};
	const ownOf = (request: RequestContext): Issue => {
		const issue = issueOf(request);
		if (issue.reporter !== request.caller.account.accountId) throw forbidden("Only the reporter gives feedback.");
		return issue;
	};
	const answer = (issue: Issue): object => {
		const given = readBody(site.jira, issue).request?.feedback;
		if (given === undefined) throw missing("There is no feedback on this request.");
		return { type: "csat", rating: given.rating, comment: { body: given.comment } };
	};
	router.route("GET", feedback, (request) => ok(answer(issueOf(request))));
	router.route("POST", feedback, (request) => {
		const issue = ownOf(request);
		const { rating, type, comment } = bodyObject(request);
		if (typeof rating !== "number" || !Number.isInteger(rating) || rating < 1 || rating > 5 || type !== "csat")
			throw refused("The rating is a whole number from 1 to 5.");
		const words = scalarText((comment as { body?: unknown } | undefined)?.body);
		record(site, { issue, author: request.caller.account.accountId }, () => {
			changeRequest(site, issue).feedback = { rating, comment: words };
			return [];
		});
		return created(answer(issue));
	});
	router.route("DELETE", feedback, (request) => {
		const issue = ownOf(request);
		changeRequest(site, issue).feedback = undefined;
		return noContent();
	});
}
