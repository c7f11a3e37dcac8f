import type { ReceiptField, StoredItem } from "@skyeworx/engine";
import { workItemFidelity } from "../fidelity.ts";
import { approvalsOf, feedbackOf, isRequest, participantsOf } from "../request/request-side.ts";
import type { ReceiptContext } from "./receipt.ts";

/** Lines of the customer's side of a request: who takes part, who approved what, feedback. */
export function requestLines(wanted: StoredItem, now: StoredItem, context: ReceiptContext): readonly ReceiptField[] {
	if (!isRequest(wanted)) return [];
	return [...participantLines(wanted, now, context), ...approvalLines(wanted, now), ...feedbackLine(wanted, now)];
}

function participantLines(wanted: StoredItem, now: StoredItem, context: ReceiptContext): ReceiptField[] {
	const there = new Set(participantsOf(now).map((person) => person.accountId));
	return participantsOf(wanted).map(({ accountId, name, isActive }): ReceiptField => {
		const field = `participants/${accountId}`;
		const line = { field, label: `Participant ${name}` };
		if (there.has(accountId)) return { ...line, result: "exact" };
		if (!isActive) return { ...line, result: "impossible", reason: "A person who is no longer active can't take part." };
		const problem = context.problems.find((one) => one.field === field)?.reason;
		const unseen = isRequest(now)
			? "This person does not take part in it."
			: "It is no customer's request on the site, or may not be seen.";
		return { ...line, result: "failed", reason: problem ?? unseen };
	});
}

const reasonOf = (field: string): string => {
	const row = workItemFidelity.find((one) => one.field === field);
	return row?.recreated.level === "impossible" ? row.recreated.reason : "";
};

function approvalLines(wanted: StoredItem, now: StoredItem): ReceiptField[] {
	const there = new Set(approvalsOf(now).map(({ id, content }) => `${id} ${content}`));
	return approvalsOf(wanted).map(({ id, name, content }): ReceiptField => {
		const line = { field: `approvals/${id}`, label: `Approval ${name}` };
		return there.has(`${id} ${content}`)
			? { ...line, result: "exact" }
			: { ...line, result: "impossible", reason: reasonOf("approvals.*") };
	});
}

function feedbackLine(wanted: StoredItem, now: StoredItem): ReceiptField[] {
	const [given, current] = [feedbackOf(wanted), feedbackOf(now)];
	if (given === undefined) return [];
	const line = { field: "feedback", label: "Feedback" };
	const isSame = given.rating === current?.rating && given.comment === current.comment;
	return [isSame ? { ...line, result: "exact" } : { ...line, result: "impossible", reason: reasonOf("feedback") }];
}
