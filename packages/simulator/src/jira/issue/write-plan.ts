import { jiraError } from "../../http/errors.ts";
import type { Site } from "../../site/site.ts";
import { asObject } from "../field/choice-codecs.ts";
import { codecOf, type FieldScope } from "../field/field-codec.ts";
import { FieldProblem } from "../field/field-problem.ts";
import type { Field } from "../model/configuration.ts";
import type { Project } from "../model/project.ts";
import { hasField } from "../project/team-managed.ts";
import { resolveIssueType } from "./hierarchy.ts";

/** A field with the value it gets, in kept form. */
export interface FieldWrite {
	readonly field: Field;
	readonly value: unknown;
}

/** What a request wants to write, checked as far as single fields go. */
export interface WritePlan {
	readonly writes: readonly FieldWrite[];
	/** Inputs of `update.comment`, `update.worklog` and `update.issuelinks`. */
	readonly comments: readonly Record<string, unknown>[];
	readonly worklogs: readonly Record<string, unknown>[];
	readonly links: readonly Record<string, unknown>[];
}

interface Planning {
	readonly site: Site;
	readonly project: Project;
	/** Reads the present kept value, for `add` and `remove`. */
	readonly present: (field: Field) => unknown;
	/** Fields that are written elsewhere and skipped here. */
	readonly skip: ReadonlySet<string>;
	/** Fields that this screen takes although create and edit screens do not. */
	readonly extra?: ReadonlySet<string>;
}

type Operation = Readonly<Record<string, unknown>>;

/** Reads `fields` and `update` of a request. @throws HttpError 400 that names every field with its problem */
export function planWrites(body: Record<string, unknown>, planning: Planning): WritePlan {
	const errors: Record<string, string> = {};
	const writes = new Map<string, FieldWrite>();
	const elsewhere = {
		comment: [] as Record<string, unknown>[],
		worklog: [] as Record<string, unknown>[],
		issuelinks: [] as Record<string, unknown>[],
	};
	const attempt = (name: string, read: () => void): void => {
		try {
			read();
		} catch (error) {
			if (!(error instanceof FieldProblem)) throw error;
			errors[name] = error.message;
		}
	};
	for (const [name, value] of Object.entries(section(body, "fields"))) {
		if (planning.skip.has(name)) continue;
		attempt(name, () => {
			const field = screenField(name, planning);
			writes.set(field.id, { field, value: parseValue(value, field, planning) });
		});
	}
	for (const [name, given] of Object.entries(section(body, "update"))) {
		if (planning.skip.has(name)) continue;
		attempt(name, () => {
			const operations = readOperations(given);
			if (name === "comment" || name === "worklog" || name === "issuelinks") {
				elsewhere[name].push(...operations.map((operation) => asObject(operation.add, `Field '${name}' only supports 'add' here.`)));
				return;
			}
			if (writes.has(name)) throw new FieldProblem(`Field '${name}' cannot appear in both 'fields' and 'update'`);
			const field = screenField(name, planning);
			writes.set(field.id, {
				field,
				value: operations.reduce((value, operation) => apply(value, operation, field, planning), planning.present(field)),
			});
		});
	}
	if (Object.keys(errors).length > 0) throw jiraError(400, [], errors);
	return { writes: [...writes.values()], comments: elsewhere.comment, worklogs: elsewhere.worklog, links: elsewhere.issuelinks };
}

function section(body: Record<string, unknown>, name: "fields" | "update"): Record<string, unknown> {
	const value = body[name];
	if (value === undefined || value === null) return {};
	if (typeof value !== "object" || Array.isArray(value))
		throw jiraError(400, "Invalid request payload. Refer to the REST API documentation and try again.");
	return value as Record<string, unknown>;
}

function screenField(name: string, { site, project, extra }: Planning): Field {
	const field = site.jira.fields.get(name);
	const fits = field !== undefined && hasField(project, field);
	if (field === undefined || !fits || (!field.onScreens && extra?.has(name) !== true)) {
		throw new FieldProblem(`Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`);
	}
	return field;
}

const scopeOf = (field: Field, { site, project }: Planning): FieldScope => ({ site, field, projectId: project.id });

function parseValue(value: unknown, field: Field, planning: Planning): unknown {
	if (field.kind === "issue-type") return resolveIssueType(planning.site, planning.project, value).id;
	const codec = codecOf(field);
	if (codec === undefined) throw new FieldProblem(`Field '${field.id}' cannot be set. It is not on the appropriate screen, or unknown.`);
	return codec.parse(value, scopeOf(field, planning));
}

function readOperations(given: unknown): Operation[] {
	if (!Array.isArray(given)) throw new FieldProblem("data was not an array");
	return given.map((operation) => asObject(operation));
}

const lists: ReadonlySet<string> = new Set(["labels", "components", "versions", "multi-select", "multi-user"]);

function apply(before: unknown, operation: Operation, field: Field, planning: Planning): unknown {
	const [verb = "", ...others] = Object.keys(operation);
	if (others.length > 0) throw new FieldProblem("Only one operation is allowed in each element.");
	if (verb === "set" || (verb === "edit" && field.kind === "time-tracking")) return parseValue(operation[verb], field, planning);
	if ((verb !== "add" && verb !== "remove") || !lists.has(field.kind))
		throw new FieldProblem(`Field does not support operation '${verb}'.`);
	const [element] = (parseValue([operation[verb]], field, planning) ?? []) as string[];
	const present = (before ?? []) as readonly string[];
	const after = verb === "add" ? [...new Set([...present, element])] : present.filter((each) => each !== element);
	return field.kind === "labels" ? after.sort((a = "", b = "") => (a < b ? -1 : 1)) : after;
}
