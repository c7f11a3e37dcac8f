import { scalarText } from "../../http/read-input.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { lookUpIssue } from "../model/find.ts";
import { asObject, parseArray } from "./choice-codecs.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import type { FieldCodec, FieldScope } from "./field-codec.ts";
import { FieldProblem } from "./field-problem.ts";
import { renderComponentReference, renderVersionReference } from "./render-configuration.ts";

interface NamedPart {
	readonly id: string;
	readonly projectId: string;
	readonly name: string;
}

function parsePart(value: unknown, parts: Map<string, NamedPart>, scope: FieldScope, what: string): string {
	const given = asObject(value, "data was not an object");
	const found = [...parts.values()].find(
		(each) => each.projectId === scope.projectId && (given.id === undefined ? each.name === given.name : each.id === scalarText(given.id)),
	);
	if (found === undefined) {
		throw new FieldProblem(
			given.id === undefined
				? `${what} name '${scalarText(given.name)}' is not valid`
				: `${what} id '${scalarText(given.id)}' is not valid`,
		);
	}
	return found.id;
}

const describeParts = (ids: readonly string[], parts: Map<string, NamedPart>): { id: string | null; text: string | null } =>
	ids.length === 0 ? { id: null, text: null } : { id: ids.join(", "), text: ids.map((id) => parts.get(id)?.name ?? id).join(", ") };

/** Components of the project; kept as ids. */
export const componentsCodec: FieldCodec = {
	parse: (value, scope) => parseArray(value, (each) => parsePart(each, scope.site.jira.components, scope, "Component")),
	render: (kept, { site, base }) => (kept as string[]).map((id) => renderComponentReference(site, base, id)),
	describe: (kept, { site }) => describeParts(kept as string[], site.jira.components),
};

/** Versions of the project; kept as ids. */
export const versionsCodec: FieldCodec = {
	parse: (value, scope) => parseArray(value, (each) => parsePart(each, scope.site.jira.versions, scope, "Version")),
	render: (kept, { site, base }) => (kept as string[]).map((id) => renderVersionReference(site, base, id)),
	describe: (kept, { site }) => describeParts(kept as string[], site.jira.versions),
};

/** The work item above; kept as its id. Whether the levels fit is checked where the item is written. */
export const parentCodec: FieldCodec = {
	parse(value, { site }) {
		if (value === null || value === undefined) return undefined;
		const given = asObject(value, "data was not an object");
		const parent = lookUpIssue(site, scalarText(given.id ?? given.key));
		if (parent === undefined) throw new FieldProblem("Could not find valid 'id' or 'key' or 'parent' for the given issue.");
		return parent.id;
	},
	render: (kept) => kept ?? null,
	describe: (kept, { site }) => ({
		id: kept === undefined ? null : scalarText(kept),
		text: kept === undefined ? null : (site.jira.issues.get(kept as number)?.key ?? null),
	}),
};

/** Writes a sprint as it stands inside a work item. */
function renderSprintValue(site: Site, id: number): object | undefined {
	const sprint = site.jira.sprints.get(id);
	if (sprint === undefined) return undefined;
	const json: Record<string, unknown> = { id, name: sprint.name, state: sprint.state, boardId: sprint.boardId, goal: sprint.goal };
	if (sprint.startDate !== undefined) json.startDate = isoTime(sprint.startDate);
	if (sprint.endDate !== undefined) json.endDate = isoTime(sprint.endDate);
	if (sprint.completeDate !== undefined) json.completeDate = isoTime(sprint.completeDate);
	return json;
}

/** Sprints; written as one number (the sprint that is not closed), kept as all ids with the closed ones. */
export const sprintCodec: FieldCodec = {
	parse(value, { site }) {
		if (value === null || value === undefined) return undefined;
		if (typeof value !== "number") throw new FieldProblem("Number value expected as the Sprint id.");
		const sprint = site.jira.sprints.get(value);
		if (sprint === undefined) throw new FieldProblem(`Issue can be assigned only active or future sprints.`);
		if (sprint.state === "closed") throw new FieldProblem("Issue can be assigned only active or future sprints.");
		return [value];
	},
	render: (kept, { site }) =>
		kept === undefined ? null : (kept as number[]).map((id) => renderSprintValue(site, id)).filter((each) => each !== undefined),
	describe(kept, { site }) {
		if (kept === undefined) return { id: "", text: "" };
		const ids = kept as number[];
		return { id: ids.join(", "), text: ids.map((id) => site.jira.sprints.get(id)?.name ?? "").join(", ") };
	},
};

interface Tracking {
	readonly original: number | undefined;
	readonly remaining: number | undefined;
}

/** Original and remaining estimate; kept as seconds. */
export const timeTrackingCodec: FieldCodec = {
	parse(value): Tracking {
		if (value === null || value === undefined) return { original: undefined, remaining: undefined };
		const given = asObject(value);
		const read = (name: string): number | undefined => {
			const text = given[name];
			if (text === undefined || text === null) return undefined;
			const seconds = typeof text === "string" ? parseDuration(text) : undefined;
			if (seconds === undefined) throw new FieldProblem("Time estimate is invalid. Use the format 2w 4d 6h 45m.");
			return seconds;
		};
		const original = read("originalEstimate");
		return { original, remaining: read("remainingEstimate") ?? original };
	},
	render(kept) {
		const { original, remaining } = kept as Tracking;
		const json: Record<string, unknown> = {};
		if (original !== undefined) Object.assign(json, { originalEstimate: formatDuration(original), originalEstimateSeconds: original });
		if (remaining !== undefined) Object.assign(json, { remainingEstimate: formatDuration(remaining), remainingEstimateSeconds: remaining });
		return json;
	},
	describe(kept) {
		const { original } = kept as Tracking;
		return original === undefined ? { id: null, text: null } : { id: String(original), text: String(original) };
	},
};
