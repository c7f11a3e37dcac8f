import { jiraError } from "../../http/errors.ts";
import { scalarText } from "../../http/read-input.ts";
import type { Site } from "../../site/site.ts";
import { asObject } from "../field/choice-codecs.ts";
import { FieldProblem } from "../field/field-problem.ts";
import type { Transition } from "../model/configuration.ts";
import type { Change, Issue } from "../model/issue.ts";
import { change, record } from "./journal.ts";
import { transitionsOf } from "./workflow-of-issue.ts";

/** A work item's place as far as its ways depend on it. */
type Standing = Pick<Issue, "projectId" | "typeId" | "statusId">;

/** The ways that lead on from where a work item stands. */
export function openTransitions(site: Site, standing: Standing): Transition[] {
	return transitionsOf(site, standing).filter(({ from }) => from.length === 0 || from.includes(standing.statusId));
}

/** Finds the transition that a request names. @throws HttpError 400 when it does not start from this status */
export function findTransition(site: Site, standing: Standing, given: unknown): Transition {
	const id = typeof given === "object" && given !== null ? scalarText((given as { id?: unknown }).id) : "";
	if (id === "") throw jiraError(400, "Missing 'transition' identifier");
	const transition = openTransitions(site, standing).find((each) => each.id === id);
	if (transition === undefined) throw jiraError(400, `Transition id '${id}' is not valid for this issue.`);
	return transition;
}

/** Reads `fields.resolution` of a transition. @throws HttpError 400 when the transition's screen does not have it, or it is unknown */
export function readResolution(site: Site, transition: Transition, fields: unknown): string | undefined {
	const given = typeof fields === "object" && fields !== null ? (fields as { resolution?: unknown }).resolution : undefined;
	if (given === undefined) return transition.resolution === "set" ? "10000" : undefined;
	if (transition.resolution !== "set") {
		throw jiraError(400, [], { resolution: "Field 'resolution' cannot be set. It is not on the appropriate screen, or unknown." });
	}
	try {
		const wanted = asObject(given);
		const found = [...site.jira.resolutions.values()].find((each) =>
			wanted.id === undefined ? each.name === wanted.name : each.id === scalarText(wanted.id),
		);
		if (found !== undefined) return found.id;
	} catch (error) {
		if (!(error instanceof FieldProblem)) throw error;
	}
	throw jiraError(400, [], { resolution: "Specify a valid resolution." });
}

/** Moves a work item to the transition's status and sets or clears its resolution; `more` are changes of the same history entry. */
export function transitionIssue(
	site: Site,
	options: { readonly issue: Issue; readonly author: string; readonly transition: Transition; readonly resolutionId: string | undefined },
	more: () => readonly Change[] = () => [],
): void {
	const { issue, author, transition, resolutionId } = options;
	record(site, { issue, author }, () => {
		const items = [...more()];
		const statusName = (id: string): string | null => site.jira.statuses.get(id)?.name ?? null;
		const resolutionName = (id: string | undefined): string | null =>
			id === undefined ? null : (site.jira.resolutions.get(id)?.name ?? null);
		const after = transition.resolution === "keep" ? issue.resolutionId : resolutionId;
		if (after !== issue.resolutionId) {
			items.push(
				change("resolution", {
					from: issue.resolutionId ?? null,
					fromString: resolutionName(issue.resolutionId),
					to: after ?? null,
					toString: resolutionName(after),
				}),
			);
			issue.resolutionId = after;
			issue.resolved = after === undefined ? undefined : site.clock.now();
		}
		if (transition.to !== issue.statusId) {
			items.push(
				change("status", {
					from: issue.statusId,
					fromString: statusName(issue.statusId),
					to: transition.to,
					toString: statusName(transition.to),
				}),
			);
			const category = (id: string): number | undefined => site.jira.statuses.get(id)?.category;
			if (category(issue.statusId) !== category(transition.to)) issue.statusChanged = site.clock.now();
			issue.statusId = transition.to;
		}
		return items;
	});
}
