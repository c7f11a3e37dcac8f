import { created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Setting } from "../model/settings.ts";
import { changesSettings } from "./audit.ts";
import { renderJiraStatus } from "./named-routes.ts";
import { registerScheme } from "./register-scheme.ts";
import { addSetting, settingsOf } from "./settings.ts";

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
		const { transitions, ...rest } = workflow;
		return { ...rest, name, isEditable: true, scope: { type: "GLOBAL" }, ...(withTransitions ? { transitions } : {}) };
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
			const references = statusReferences(site, body);
			const changed = list(body.workflows).map((given) => update(site, given, references));
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
}

type Given = Record<string, unknown>;
const list = (value: unknown): Given[] => (Array.isArray(value) ? (value as Given[]) : []);
const usedBy = (scheme: Setting): unknown[] => [scheme.defaultWorkflow, ...Object.values((scheme.issueTypeMappings ?? {}) as object)];

/** References of the call to the ids of the statuses that they stand for. */
function statusReferences(site: Site, body: Given): Map<string, string> {
	return new Map(
		list(body.statuses).map((status) => {
			const known =
				site.jira.statuses.get(scalarText(status.id)) ?? [...site.jira.statuses.values()].find((one) => one.name === status.name);
			if (known === undefined) throw jiraError(400, `The status "${scalarText(status.name)}" does not exist.`);
			return [scalarText(status.statusReference), known.id] as const;
		}),
	);
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
function update(site: Site, given: Given, references: ReadonlyMap<string, string>): Setting {
	const workflow = site.jira.settings.of.workflow.get(scalarText(given.id));
	if (workflow === undefined) throw jiraError(404, "The workflow was not found.");
	const version = given.version as { versionNumber?: number } | undefined;
	const now = workflow.version as { versionNumber: number };
	if (version?.versionNumber !== now.versionNumber) throw jiraError(409, "The workflow was changed meanwhile.");
	const { statuses, transitions } = checked(site, given, references);
	const left = new Set(statuses.map((one) => one.statusReference));
	const lost = (workflow.statuses as StatusInWorkflow[]).map((one) => one.statusReference).filter((id) => !left.has(id));
	const mapped = new Map(
		list(given.defaultStatusMappings).map((one) => [
			scalarText(one.oldStatusReference),
			references.get(scalarText(one.newStatusReference)),
		]),
	);
	for (const issue of site.jira.issues.values()) {
		if (!lost.includes(issue.statusId)) continue;
		const next = mapped.get(issue.statusId);
		if (next === undefined) throw jiraError(400, "Work items are in a status that goes away, and no mapping was given.");
		issue.statusId = next;
	}
	Object.assign(workflow, { statuses, transitions, version: { versionNumber: now.versionNumber + 1, id: site.random.uuid() } });
	if (given.description !== undefined) workflow.description = given.description;
	return workflow;
}

function registerWorkflowSchemes(router: Router, site: Site): void {
	const path = `${api}/workflowscheme`;
	const rendered = (request: RequestContext, { id, name, description, defaultWorkflow, issueTypeMappings }: Setting): object => ({
		id: Number(id),
		name,
		description,
		defaultWorkflow,
		issueTypeMappings,
		draft: false,
		self: `${request.base}${path}/${id}`,
	});
	router.route("GET", path, (request) => {
		const all = settingsOf(site, "workflowScheme").map((one) => rendered(request, one));
		return ok(pageBean(request, all, { size: 50, max: 50 }));
	});
	const workflowsOf = (body: Given): Given => {
		const mappings = (body.issueTypeMappings ?? {}) as Record<string, string>;
		const defaultWorkflow = optionalText(body, "defaultWorkflow") ?? "jira";
		for (const name of [defaultWorkflow, ...Object.values(mappings)]) {
			if (name !== "jira" && !settingsOf(site, "workflow").some((one) => one.name === name))
				throw jiraError(400, `The workflow "${name}" does not exist.`);
		}
		for (const id of Object.keys(mappings)) if (!site.jira.issueTypes.has(id)) throw jiraError(400, `The issue type ${id} does not exist.`);
		return { defaultWorkflow, issueTypeMappings: mappings };
	};
	registerScheme(router, site, {
		sort: "workflowScheme",
		path,
		idName: "id",
		category: "workflow schemes",
		creation: workflowsOf,
		made: ({ id, name, description, defaultWorkflow, issueTypeMappings }) =>
			created({ id: Number(id), name, description, defaultWorkflow, issueTypeMappings, draft: false }),
		changes: ["name", "description"],
		changed(request, setting) {
			const body = bodyObject(request);
			const inUse = [...site.jira.projects.values()].some((project) => project.schemes?.workflowScheme === setting.id);
			const writes = body.defaultWorkflow !== undefined || body.issueTypeMappings !== undefined;
			if (writes && inUse)
				throw jiraError(400, "The scheme is active: it can only be changed by its draft, or with a mapping of statuses.");
			if (writes) Object.assign(setting, workflowsOf(body));
			return ok(rendered(request, setting));
		},
		usedAs: "workflowScheme",
	});
}
