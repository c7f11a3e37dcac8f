import { canonicalJson, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { at, idAt, listAt, numberAt, objectAt, textAt } from "../../../record/json-access.ts";
import { type ListedPerson, people } from "../beside.ts";
import { requestTypeOf } from "../field-values.ts";

/** Whether an item was kept as a customer's request, with the customer's side of it. */
export function isRequest(item: StoredItem | undefined): boolean {
	return item?.parts.has("request") === true;
}

/** Whether an item is a request whose customer's side was not read: nothing can be said of it. */
export function isUnread(item: StoredItem | undefined): boolean {
	const fields = Object.values(objectAt(item?.parts.get(""), "fields"));
	return !isRequest(item) && fields.some((value) => requestTypeOf(value) !== undefined);
}

/** Who takes part in a request beside its reporter. */
export const participantsOf = (item: StoredItem | undefined): readonly ListedPerson[] => people(item, "participants");

/** A question whether a request may go on. */
export interface Approval {
	readonly id: string;
	readonly name: string;
	/** `approved`, `declined`, `pending` */
	readonly decision: string;
	/** Each approver with what they said: `Ada: approved`. */
	readonly said: readonly string[];
	/** Equal for equal decisions. */
	readonly content: string;
}

/** Reads the part `approvals`. */
export function approvalsOf(item: StoredItem | undefined): readonly Approval[] {
	return listAt(item?.parts.get("approvals")).map((approval) => {
		const decision = textAt(approval, "finalDecision") ?? "pending";
		const answers = listAt(approval, "approvers").map((one) => ({
			accountId: textAt(one, "approver", "accountId") ?? "",
			name: textAt(one, "approver", "displayName") ?? "",
			said: textAt(one, "approverDecision") ?? "pending",
		}));
		return {
			id: idAt(approval, "id") ?? "",
			name: textAt(approval, "name") ?? "",
			decision,
			said: answers.map(({ name, said }) => `${name}: ${said}`),
			content: canonicalJson([decision, ...answers.map(({ accountId, said }) => [accountId, said])]),
		};
	});
}

/** What the customer thought of it. */
export interface Feedback {
	/** 1 to 5. */
	readonly rating: number;
	readonly comment: string;
}

/** Reads the part `feedback`; undefined when none was given. */
export function feedbackOf(item: StoredItem | undefined): Feedback | undefined {
	const part: JsonValue | undefined = item?.parts.get("feedback");
	const rating = numberAt(part, "rating");
	return rating === undefined ? undefined : { rating, comment: textAt(part, "comment", "body") ?? "" };
}

/** The account that a request was made by or for. */
export function reporterOf(item: StoredItem): string | undefined {
	return textAt(item.parts.get(""), "fields", "reporter", "accountId");
}

/** Words of a request that a person may search for. */
export function requestWords(item: StoredItem): readonly string[] {
	const request = objectAt(item.parts.get("request"));
	return [
		textAt(request, "requestType", "name") ?? "",
		...approvalsOf(item).flatMap(({ name, said }) => [name, ...said]),
		feedbackOf(item)?.comment ?? "",
	];
}

/** Everybody who took part in a request or was asked to approve it, by name. */
export function requestPeople(item: StoredItem): readonly string[] {
	const approvers = listAt(item.parts.get("approvals")).flatMap((approval) =>
		listAt(approval, "approvers").flatMap((one) => textAt(at(one, "approver"), "displayName") ?? []),
	);
	return [...participantsOf(item).map(({ name }) => name), ...approvers];
}
