import type { Site } from "../../site/site.ts";
import { workflowFor } from "../configuration/status-migration.ts";
import type { Transition } from "../model/configuration.ts";
import type { Setting } from "../model/settings.ts";

interface Placed {
	readonly projectId: string;
	readonly typeId: string;
}

interface WrittenTransition {
	readonly id?: string;
	readonly name?: string;
	readonly type?: string;
	readonly toStatusReference?: string;
	readonly links?: readonly { readonly fromStatusReference?: string }[];
	readonly actions?: readonly { readonly ruleKey?: string; readonly parameters?: Readonly<Record<string, unknown>> }[];
	readonly transitionScreen?: unknown;
}

/** The workflow that the work items of a type go through in a space; undefined where the site's own ways are all there is. */
export function workflowOf(site: Site, { projectId, typeId }: Placed): Setting | undefined {
	const { workflow, workflowScheme } = site.jira.settings.of;
	const name = workflowFor(workflowScheme.get(site.jira.projects.get(projectId)?.schemes?.workflowScheme ?? ""), typeId);
	return [...workflow.values()].find((one) => one.name === name);
}

const written = (workflow: Setting): readonly WrittenTransition[] => (workflow.transitions ?? []) as WrittenTransition[];

/** The ways of the workflow that a work item goes through. */
export function transitionsOf(site: Site, placed: Placed): readonly Transition[] {
	const own = site.jira.projects.get(placed.projectId)?.teamManaged?.statusIds;
	if (own !== undefined)
		return own.map((to, index) => ({
			id: String(11 + 10 * index),
			name: site.jira.statuses.get(to)?.name ?? "",
			from: [],
			to,
			resolution: "keep",
		}));
	const workflow = workflowOf(site, placed);
	if (workflow === undefined) return site.jira.transitions;
	return written(workflow)
		.filter((one) => one.type !== "INITIAL")
		.map((one) => ({
			id: one.id ?? "",
			name: one.name ?? "",
			from: one.type === "GLOBAL" ? [] : (one.links ?? []).flatMap((link) => link.fromStatusReference ?? []),
			to: one.toStatusReference ?? "",
			resolution: resolutionOf(site, one),
		}));
}

/** A transition with a screen asks for the resolution; an action that empties the field takes it away. */
function resolutionOf(site: Site, one: WrittenTransition): Transition["resolution"] {
	if (one.transitionScreen !== undefined && one.transitionScreen !== null) return "set";
	const clears = (one.actions ?? []).some(
		({ ruleKey, parameters }) => ruleKey === "system:update-field" && parameters?.field === "resolution",
	);
	if (clears) return "clear";
	const own = site.jira.transitions.find(({ id, to }) => id === one.id && to === one.toStatusReference);
	return own?.resolution === "set" ? "set" : "keep";
}

/** The status that a new work item begins in. */
export function firstStatus(site: Site, placed: Placed): string {
	const [first] = site.jira.projects.get(placed.projectId)?.teamManaged?.statusIds ?? [];
	if (first !== undefined) return first;
	const workflow = workflowOf(site, placed);
	const initial = workflow === undefined ? undefined : written(workflow).find(({ type }) => type === "INITIAL");
	return initial?.toStatusReference ?? "10010";
}
