import { jiraError } from "../../http/errors.ts";
import type { Account } from "../../site/accounts.ts";
import type { Site } from "../../site/site.ts";
import type { Issue } from "../model/issue.ts";
import { type DateScope, jqlDate } from "./jql-dates.ts";
import { type JqlField, jqlField } from "./jql-fields.ts";
import type { Clause, Condition, Operand, OrderBy } from "./jql-parser.ts";

export type Predicate = (issue: Issue) => boolean;

/** Who asks, and when. */
export interface QueryScope {
	readonly site: Site;
	readonly caller: Account;
}

/** Turns a condition into a predicate. @throws HttpError 400 for unknown fields, values and operators that don't fit */
export function compile(condition: Condition, scope: QueryScope): Predicate {
	switch (condition.kind) {
		case "and": {
			const parts = condition.parts.map((part) => compile(part, scope));
			return (issue) => parts.every((part) => part(issue));
		}
		case "or": {
			const parts = condition.parts.map((part) => compile(part, scope));
			return (issue) => parts.some((part) => part(issue));
		}
		case "not": {
			const part = compile(condition.part, scope);
			return (issue) => !part(issue);
		}
		default:
			return compileClause(condition, scope);
	}
}

const isEmptyWord = (operand: Operand | undefined): boolean =>
	operand !== undefined && operand.call === undefined && /^(empty|null)$/i.test(operand.text);

function compileClause(clause: Clause, scope: QueryScope): Predicate {
	const field = jqlField(scope.site, clause.field);
	if (field === undefined) throw jiraError(400, `Field '${clause.field}' does not exist or you do not have permission to view it.`);
	const operator = clause.operator;
	if (operator === "is" || operator === "is not" || ((operator === "=" || operator === "!=") && isEmptyWord(clause.operands[0]))) {
		const negative = operator === "is not" || operator === "!=";
		return (issue) => isEmpty(field, issue) !== negative;
	}
	if (field.kind === "set") return compileSet(field, clause, scope);
	if (field.kind === "text") return compileText(field, clause);
	return compileOrdered(field, clause, scope);
}

function isEmpty(field: JqlField, issue: Issue): boolean {
	if (field.kind === "set") return field.values(issue).length === 0;
	const value = field.value(issue);
	return value === undefined || value === "";
}

function refuseOperator(clause: Clause): Error {
	return jiraError(400, `The operator '${clause.operator}' is not supported by the '${clause.field}' field.`);
}

function compileSet(field: Extract<JqlField, { kind: "set" }>, clause: Clause, scope: QueryScope): Predicate {
	if (isKeyField(clause.field) && [">", ">=", "<", "<="].includes(clause.operator)) return compileKeyOrder(field, clause);
	const negative = clause.operator === "!=" || clause.operator === "not in";
	if (!negative && clause.operator !== "=" && clause.operator !== "in") throw refuseOperator(clause);
	const wanted = new Set<string>();
	let orEmpty = false;
	for (const operand of clause.operands) {
		if (isEmptyWord(operand)) {
			orEmpty = true;
			continue;
		}
		for (const value of expandOperand(operand, scope)) wanted.add(resolveOperand(field, clause, value));
	}
	return (issue) => {
		const values = field.values(issue);
		if (values.length === 0) return negative ? false : orEmpty;
		return values.some((value) => wanted.has(value)) !== negative;
	};
}

const isKeyField = (name: string): boolean => ["id", "key", "issue", "issuekey"].includes(name.toLowerCase());

function resolveOperand(field: Extract<JqlField, { kind: "set" }>, clause: Clause, text: string): string {
	const resolved = field.resolve(text);
	if (resolved !== undefined) return resolved;
	if (isKeyField(clause.field)) {
		throw jiraError(400, `An issue with key '${text}' does not exist for field '${clause.field}'.`);
	}
	throw jiraError(400, `The value '${text}' does not exist for the field '${clause.field}'.`);
}

function compileKeyOrder(field: Extract<JqlField, { kind: "set" }>, clause: Clause): Predicate {
	const text = clause.operands[0]?.text ?? "";
	const limit = /^\d+$/.test(text) ? Number(text) : Number(field.resolve(text));
	if (Number.isNaN(limit)) throw jiraError(400, `An issue with key '${text}' does not exist for field '${clause.field}'.`);
	return ordered(clause.operator, (issue) => issue.id, limit);
}

function expandOperand(operand: Operand, { caller }: QueryScope): string[] {
	if (operand.call === undefined) return [operand.text];
	if (operand.text.toLowerCase() === "currentuser") return [caller.accountId];
	throw jiraError(400, `Unable to find JQL function '${operand.text}(${operand.call.join(", ")})'.`);
}

function compileText(field: Extract<JqlField, { kind: "text" }>, clause: Clause): Predicate {
	const text = clause.operands[0]?.text ?? "";
	if (clause.operator !== "~" && clause.operator !== "!~") throw refuseOperator(clause);
	const phrase = /^"(.*)"$/.exec(text)?.[1]?.toLowerCase();
	const words = text
		.toLowerCase()
		.split(/[^\p{L}\p{N}*]+/u)
		.filter((word) => word !== "");
	const matches: Predicate = (issue) => {
		const value = field.value(issue).toLowerCase();
		if (phrase !== undefined) return value.includes(phrase);
		const found = new Set(value.split(/[^\p{L}\p{N}]+/u));
		return words.every((word) => (word.endsWith("*") ? [...found].some((each) => each.startsWith(word.slice(0, -1))) : found.has(word)));
	};
	return clause.operator === "~" ? matches : (issue) => !matches(issue);
}

function compileOrdered(field: Extract<JqlField, { kind: "date" | "number" }>, clause: Clause, scope: QueryScope): Predicate {
	const limits = clause.operands.map((operand) => limitOf(operand, field, clause, scope));
	if (clause.operator === "in" || clause.operator === "not in") {
		const negative = clause.operator === "not in";
		return (issue) => limits.includes(field.value(issue) ?? Number.NaN) !== negative;
	}
	return ordered(clause.operator, field.value, limits[0] ?? 0, clause);
}

function limitOf(operand: Operand, field: JqlField, clause: Clause, scope: QueryScope): number {
	const dates: DateScope = { now: scope.site.clock.now(), timeZone: scope.caller.timeZone };
	if (field.kind === "date") {
		if (operand.call === undefined) return jqlDate(operand.text, clause.field, dates);
		if (operand.text.toLowerCase() === "now") return dates.now;
		throw jiraError(400, `Unable to find JQL function '${operand.text}(${operand.call.join(", ")})'.`);
	}
	const number = Number(operand.text);
	if (Number.isNaN(number)) throw jiraError(400, `'${operand.text}' is not a valid number for field '${clause.field}'.`);
	return number;
}

function ordered(operator: Clause["operator"], value: (issue: Issue) => number | undefined, limit: number, clause?: Clause): Predicate {
	const compare = {
		">": (given: number) => given > limit,
		">=": (given: number) => given >= limit,
		"<": (given: number) => given < limit,
		"<=": (given: number) => given <= limit,
		"=": (given: number) => given === limit,
		"!=": (given: number) => given !== limit,
	}[operator as ">" | ">=" | "<" | "<=" | "=" | "!="];
	if (compare === undefined)
		throw clause === undefined ? jiraError(400, `The operator '${operator}' is not supported.`) : refuseOperator(clause);
	return (issue) => {
		const given = value(issue);
		return given !== undefined && compare(given);
	};
}

/** Turns `ORDER BY` into a total order; the id decides in the end, newest first when nothing is asked. */
export function compileOrder(order: readonly OrderBy[], scope: QueryScope): (a: Issue, b: Issue) => number {
	const parts = order.map(({ field, descending }) => {
		const read = orderKey(field, scope);
		const sign = descending ? -1 : 1;
		return (a: Issue, b: Issue): number => {
			const left = read(a);
			const right = read(b);
			return left === right ? 0 : sign * (left < right ? -1 : 1);
		};
	});
	const last = order.length === 0 ? -1 : 1;
	return (a, b) => {
		for (const part of parts) {
			const result = part(a, b);
			if (result !== 0) return result;
		}
		return last * (a.id - b.id);
	};
}

function orderKey(name: string, scope: QueryScope): (issue: Issue) => number | string {
	const lower = name.toLowerCase();
	if (lower === "id") return (issue) => issue.id;
	if (isKeyField(lower))
		return (issue) => `${scope.site.jira.projects.get(issue.projectId)?.key ?? ""}-${String(issue.number).padStart(9, "0")}`;
	const field = jqlField(scope.site, name);
	if (field === undefined) throw jiraError(400, `Not able to sort using field '${name}'.`);
	if (field.kind === "set") return (issue) => field.values(issue).join(",");
	return (issue) => field.value(issue) ?? (field.kind === "text" ? "" : Number.MAX_SAFE_INTEGER);
}
