import { scalarText } from "../../http/read-input.ts";
import type { Option } from "../model/configuration.ts";
import { renderUser } from "../people/render-user.ts";
import type { FieldCodec, FieldScope } from "./field-codec.ts";
import { FieldProblem } from "./field-problem.ts";
import { renderOption, renderPriority } from "./render-configuration.ts";

/** Narrows a value of a request to an object. */
export function asObject(value: unknown, message = "data was not an object"): Record<string, unknown> {
	if (typeof value !== "object" || value === null || Array.isArray(value)) throw new FieldProblem(message);
	return value as Record<string, unknown>;
}

/** Reads an array, each element with `read`; null and `[]` are nothing. */
export function parseArray<T>(value: unknown, read: (element: unknown) => T): T[] {
	if (value === null || value === undefined) return [];
	if (!Array.isArray(value)) throw new FieldProblem("data was not an array");
	return [...new Set(value.map(read))];
}

const nothingIfEmpty = (values: string[]): string[] | undefined => (values.length === 0 ? undefined : values);

function parseOption(value: unknown, options: readonly Option[]): Option {
	const given = asObject(value, "Specify a valid 'id' or 'name'");
	const option = options.find((each) => (given.id === undefined ? each.value === given.value : each.id === scalarText(given.id)));
	if (option === undefined) {
		throw new FieldProblem(
			given.id === undefined
				? `Option value '${scalarText(given.value)}' is not valid`
				: `Option id '${scalarText(given.id)}' is not valid`,
		);
	}
	return option;
}

const optionOf = (scope: FieldScope, id: unknown): Option =>
	scope.field.options.find((each) => each.id === id) ?? { id: scalarText(id), value: "", children: [] };

/** One choice; kept as its id. */
export const selectCodec: FieldCodec = {
	parse: (value, { field }) => (value === null || value === undefined ? undefined : parseOption(value, field.options).id),
	render: (kept, scope) => (kept === undefined ? null : renderOption(scope.base, optionOf(scope, kept))),
	describe: (kept, scope) => (kept === undefined ? { id: null, text: null } : { id: scalarText(kept), text: optionOf(scope, kept).value }),
};

/** Several choices; kept as ids. */
export const multiSelectCodec: FieldCodec = {
	parse: (value, { field }) => nothingIfEmpty(parseArray(value, (element) => parseOption(element, field.options).id)),
	render: (kept, scope) => (kept === undefined ? null : (kept as string[]).map((id) => renderOption(scope.base, optionOf(scope, id)))),
	describe(kept, scope) {
		if (kept === undefined) return { id: null, text: null };
		const ids = kept as string[];
		return { id: `[${ids.join(", ")}]`, text: ids.map((id) => optionOf(scope, id).value).join(",") };
	},
};

interface Cascade {
	readonly parent: string;
	readonly child: string | undefined;
}

/** A choice and, below it, another. */
export const cascadingCodec: FieldCodec = {
	parse(value, { field }): Cascade | undefined {
		if (value === null || value === undefined) return undefined;
		const parent = parseOption(value, field.options);
		const below = asObject(value).child;
		return { parent: parent.id, child: below === null || below === undefined ? undefined : parseOption(below, parent.children).id };
	},
	render(kept, scope) {
		if (kept === undefined) return null;
		const { parent, child } = kept as Cascade;
		const option = optionOf(scope, parent);
		const below = option.children.find((each) => each.id === child);
		return { ...renderOption(scope.base, option), ...(below === undefined ? {} : { child: renderOption(scope.base, below) }) };
	},
	describe(kept, scope) {
		if (kept === undefined) return { id: null, text: null };
		const { parent, child } = kept as Cascade;
		const option = optionOf(scope, parent);
		const below = option.children.find((each) => each.id === child);
		const tail = below === undefined ? "" : `Level 1 values: ${below.value}(${below.id})`;
		return { id: [parent, child].filter((id) => id !== undefined).join(","), text: `Parent values: ${option.value}(${option.id})${tail}` };
	},
};

function parseUser(value: unknown, scope: FieldScope): string | undefined {
	if (value === null || value === undefined) return undefined;
	const given = asObject(value, "expected Object containing an accountId property");
	const id = given.accountId ?? given.id;
	if (id === null) return undefined;
	if (id === "-1") return scope.site.jira.projects.get(scope.projectId)?.leadAccountId;
	const account = typeof id === "string" ? scope.site.accounts.get(id) : undefined;
	if (account === undefined) throw new FieldProblem("Specify a valid value for the user.");
	if (!account.active && scope.field.id === "assignee") throw new FieldProblem(`User '${account.displayName}' cannot be assigned issues.`);
	return account.accountId;
}

/** A person; kept as the account id. */
export const userCodec: FieldCodec = {
	parse(value, scope) {
		const id = parseUser(value, scope);
		if (id === undefined && scope.field.id === "reporter") throw new FieldProblem("Reporter is required.");
		return id;
	},
	render: (kept, { site, base }) => renderUser(site, base, kept as string | undefined),
	describe: (kept, { site }) => ({
		id: (kept as string | undefined) ?? null,
		text: kept === undefined ? null : (site.accounts.get(kept as string)?.displayName ?? null),
	}),
};

/** Several people; kept as account ids. */
export const multiUserCodec: FieldCodec = {
	parse: (value, scope) => nothingIfEmpty(parseArray(value, (element) => parseUser(element, scope)).filter((id) => id !== undefined)),
	render: (kept, { site, base }) => (kept === undefined ? null : (kept as string[]).map((id) => renderUser(site, base, id))),
	describe(kept, { site }) {
		if (kept === undefined) return { id: null, text: null };
		const ids = kept as string[];
		return { id: `[${ids.join(", ")}]`, text: `[${ids.map((id) => site.accounts.get(id)?.displayName ?? id).join(", ")}]` };
	},
};

/** A priority; kept as its id. */
export const priorityCodec: FieldCodec = {
	parse(value, { site }) {
		if (value === null || value === undefined) return undefined;
		const given = asObject(value, "Specify the Priority (id or name) in the string format");
		const found = [...site.jira.priorities.values()].find((each) =>
			given.id === undefined ? each.name === given.name : each.id === given.id,
		);
		if (found === undefined) throw new FieldProblem(`Specify a valid priority name or id.`);
		return found.id;
	},
	render: (kept, { site, base }) => renderPriority(site, base, scalarText(kept)),
	describe: (kept, { site }) => ({ id: scalarText(kept), text: site.jira.priorities.get(scalarText(kept))?.name ?? null }),
};
