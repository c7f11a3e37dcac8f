import { noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, pageBean, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Status } from "../model/configuration.ts";
import type { Setting } from "../model/settings.ts";
import { changesSettings } from "./audit.ts";
import { renderJiraStatus } from "./named-routes.ts";
import { addSetting, settingsOf } from "./settings.ts";
import { issuesIn, migrateStatuses, statusIdsOf, usedBy } from "./status-migration.ts";
import { registerWorkflowSchemes } from "./workflow-scheme-routes.ts";
import { registerWorkflowUsage } from "./workflow-usage-routes.ts";

const api = "/rest/api/3";

interface StatusInWorkflow {
	readonly statusReference: string;
	readonly [member: string]: unknown;
}

interface TransitionInWorkflow {
	readonly id?: string;
	readonly name?: string;
	readonly type?: string;
	readonly toStatusReference?: string;
	readonly links?: readonly { readonly fromStatusReference?: string }[];
	readonly [member: string]: unknown;
}

/** Registers workflows and the schemes that choose between them. */
export function registerWorkflows(router: Router, site: Site): void {
	const rendered = ({ name, ...workflow }: Setting, withTransitions: boolean): object => {
		const { transitions, busyUntil, ...rest } = workflow;
		const task = Number(busyUntil ?? 0) > site.clock.now() ? { taskId: "10000" } : {};
		return { ...rest, ...task, name, isEditable: true, scope: { type: "GLOBAL" }, ...(withTransitions ? { transitions } : {}) };
	};
	const statusesOf = (workflows: readonly Setting[]): object[] => {
		const ids = new Set(workflows.flatMap((workflow) => (workflow.statuses as StatusInWorkflow[]).map((one) => one.statusReference)));
		return [...ids].flatMap((id): object[] => {
			const status = site.jira.statuses.get(id);
			return status === undefined ? [] : [{ ...renderJiraStatus(status), statusReference: id }];
		});
	};
	router.route("GET", `${api}/workflows/search`, (request) => {
		const all = settingsOf(site, "workflow");
		const page = pageBean(request, all, { size: 50, max: 200 });
		const values = page.values as Setting[];
		const expanded = /transitions/.test(request.query.get("expand") ?? "");
		return ok({ ...page, values: values.map((one) => rendered(one, expanded)), statuses: statusesOf(values) });
	});
	const said = (deed: string) => ({ category: "workflows", summary: `Workflow ${deed}` });
	changesSettings(router, site, said("created"), [
		"POST",
		`${api}/workflows/create`,
		(request) => {
			const body = bodyObject(request);
			const references = statusReferences(site, body);
			const made = list(body.workflows).map((given) => {
				const name = scalarText(given.name);
				if (name === "" || settingsOf(site, "workflow").some((one) => one.name === name))
					throw jiraError(400, `A workflow named "${name}" exists already, or the name is empty.`);
				const { statuses, transitions } = checked(site, given, references);
				return addSetting(site, "workflow", {
					name,
					description: scalarText(given.description),
					statuses,
					transitions,
					version: { versionNumber: 1, id: site.random.uuid() },
				});
			});
			return ok({ workflows: made.map((one) => rendered(one, true)), statuses: statusesOf(made) });
		},
	]);
	changesSettings(router, site, said("updated"), [
		"POST",
		`${api}/workflows/update`,
		(request) => {
			const body = bodyObject(request);
			const changed = list(body.workflows).map((given) => update(site, request, given));
			return ok({ workflows: changed.map((one) => rendered(one, true)), statuses: statusesOf(changed) });
		},
	]);
	changesSettings(router, site, said("deleted"), [
		"DELETE",
		`${api}/workflow/{entityId}`,
		(request) => {
			const id = param(request, "entityId");
			const workflow = site.jira.settings.of.workflow.get(id);
			if (workflow === undefined) throw jiraError(404, "The workflow was not found.");
			if (settingsOf(site, "workflowScheme").some((scheme) => usedBy(scheme).includes(workflow.name)))
				throw jiraError(400, "The workflow is in use.");
			site.jira.settings.of.workflow.delete(id);
			return noContent();
		},
	]);
	registerWorkflowSchemes(router, site);
	registerWorkflowUsage(router, site);
}

type Given = Record<string, unknown>;
const list = (value: unknown): Given[] => (Array.isArray(value) ? (value as Given[]) : []);

/** References of the call to the ids of the statuses that they stand for. */
function statusReferences(site: Site, body: Given): Map<string, string> {
	return new Map(
		list(body.statuses).map((status) => {
			const id = scalarText(status.id);
			if (id !== "" && !site.jira.statuses.has(id)) throw jiraError(400, `The status ${id} does not exist.`);
			return [scalarText(status.statusReference), id === "" ? makeStatus(site, status) : id] as const;
		}),
	);
}

const categories: Readonly<Record<string, Status["category"]>> = { TODO: 2, IN_PROGRESS: 4, DONE: 3 };

/** A status without an id is made; names of statuses are unique. */
function makeStatus(site: Site, given: Given): string {
	const name = scalarText(given.name);
	if ([...site.jira.statuses.values()].some((one) => one.name.toLowerCase() === name.toLowerCase()))
		throw jiraError(400, `The status "${name}" exists already.`);
	const id = String(site.ids.take("status", 10_100));
	const category = categories[scalarText(given.statusCategory)];
	if (name === "" || category === undefined) throw jiraError(400, "A new status needs a name and a category.");
	site.jira.statuses.set(id, { id, name, description: scalarText(given.description), category });
	return id;
}

function checked(
	_site: Site,
	given: Given,
	references: ReadonlyMap<string, string>,
): { statuses: StatusInWorkflow[]; transitions: TransitionInWorkflow[] } {
	const idOf = (reference: unknown): string => {
		const id = references.get(scalarText(reference));
		if (id === undefined) throw jiraError(400, `The status reference ${scalarText(reference)} is not declared.`);
		return id;
	};
	const statuses = list(given.statuses).map((one): StatusInWorkflow => ({ ...one, statusReference: idOf(one.statusReference) }));
	const inside = new Set(statuses.map((one) => one.statusReference));
	const transitions = list(given.transitions).map((one): TransitionInWorkflow => {
		const links = list(one.links).map((link) =>
			link.fromStatusReference === undefined ? link : { ...link, fromStatusReference: idOf(link.fromStatusReference) },
		);
		const to = idOf(one.toStatusReference);
		if (!inside.has(to)) throw jiraError(400, "A transition leads to a status that is not in the workflow.");
		return { ...(one as TransitionInWorkflow), toStatusReference: to, links };
	});
	if (transitions.filter((one) => one.type === "INITIAL").length !== 1) throw jiraError(400, "A workflow needs one initial transition.");
	return { statuses, transitions };
}

/** Work items whose status goes away need another: without a mapping Jira refuses. */
function update(site: Site, request: RequestContext, given: Given): Setting {
	const workflow = site.jira.settings.of.workflow.get(scalarText(given.id));
	if (workflow === undefined) throw jiraError(404, "The workflow was not found.");
	const version = given.version as { versionNumber?: number } | undefined;
	const now = workflow.version as { versionNumber: number };
	if (version?.versionNumber !== now.versionNumber) throw jiraError(409, "The workflow was changed meanwhile.");
	const references = statusReferences(site, bodyObject(request));
	const { statuses, transitions } = checked(site, given, references);
	const left = new Set(statuses.map((one) => one.statusReference));
	const lost = statusIdsOf(workflow).filter((id) => !left.has(id));
	const mapped = list(given.defaultStatusMappings).map((one) => ({
		from: scalarText(one.oldStatusReference),
		to: references.get(scalarText(one.newStatusReference)) ?? "",
	}));
	const target = (statusId: string) => mapped.find(({ from, to }) => from === statusId && left.has(to))?.to;
	migrateStatuses(site, request, issuesIn(site, workflow.name), (issue) =>
		lost.includes(issue.statusId) ? target(issue.statusId) : issue.statusId,
	);
	// Work items are moved by a task that goes on after the answer.
	if (lost.length > 0) workflow.busyUntil = site.clock.now() + 3_000;
	Object.assign(workflow, { statuses, transitions, version: { versionNumber: now.versionNumber + 1, id: site.random.uuid() } });
	if (given.description !== undefined) workflow.description = given.description;
	return workflow;
}
