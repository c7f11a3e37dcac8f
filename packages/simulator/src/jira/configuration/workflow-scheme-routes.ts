import { created, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean, scalarText, texts } from "../../http/read-input.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Issue } from "../model/issue.ts";
import type { Setting } from "../model/settings.ts";
import { changesSettings } from "./audit.ts";
import { registerScheme } from "./register-scheme.ts";
import { findSetting, freeName, settingsOf } from "./settings.ts";
import { issuesUnder, migrateStatuses, statusIdsOf, workflowFor } from "./status-migration.ts";

const path = "/rest/api/3/workflowscheme";

type Given = Record<string, unknown>;
const list = (value: unknown): Given[] => (Array.isArray(value) ? (value as Given[]) : []);

/** Registers the schemes that choose between workflows, and their change under work items that are there. */
export function registerWorkflowSchemes(router: Router, site: Site): void {
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
	registerScheme(router, site, {
		sort: "workflowScheme",
		path,
		idName: "id",
		category: "workflow schemes",
		creation: (body) => named(site, body),
		made: ({ id, name, description, defaultWorkflow, issueTypeMappings }) =>
			created({ id: Number(id), name, description, defaultWorkflow, issueTypeMappings, draft: false }),
		changes: ["name", "description"],
		changed(request, setting) {
			const body = bodyObject(request);
			const inUse = [...site.jira.projects.values()].some((project) => project.schemes?.workflowScheme === setting.id);
			const writes = body.defaultWorkflow !== undefined || body.issueTypeMappings !== undefined;
			if (writes && inUse)
				throw jiraError(400, "The scheme is active: it can only be changed by its draft, or with a mapping of statuses.");
			if (writes) Object.assign(setting, named(site, body));
			return ok(rendered(request, setting));
		},
		usedAs: "workflowScheme",
	});
	registerMigration(router, site);
}

/** Reads workflows by their names. @throws HttpError 400 */
function named(site: Site, body: Given): Given {
	const mappings = (body.issueTypeMappings ?? {}) as Record<string, string>;
	const defaultWorkflow = optionalText(body, "defaultWorkflow") ?? "jira";
	for (const name of [defaultWorkflow, ...Object.values(mappings)]) {
		if (name !== "jira" && !settingsOf(site, "workflow").some((one) => one.name === name))
			throw jiraError(400, `The workflow "${name}" does not exist.`);
	}
	for (const id of Object.keys(mappings)) if (!site.jira.issueTypes.has(id)) throw jiraError(400, `The issue type ${id} does not exist.`);
	return { defaultWorkflow, issueTypeMappings: mappings };
}

/** Reads workflows by their ids. @throws HttpError 400 */
function wanted(site: Site, body: Given): { readonly defaultWorkflow: string; readonly issueTypeMappings: Record<string, string> } {
	const nameOf = (id: string): string => {
		const workflow = site.jira.settings.of.workflow.get(id);
		if (workflow === undefined) throw jiraError(400, `The workflow ${id} does not exist.`);
		return workflow.name;
	};
	const mappings = list(body.workflowsForIssueTypes).flatMap((one) =>
		texts(one, "issueTypeIds").map((typeId) => [typeId, nameOf(scalarText(one.workflowId))] as const),
	);
	const fallback = optionalText(body, "defaultWorkflowId");
	return { defaultWorkflow: fallback === undefined ? "jira" : nameOf(fallback), issueTypeMappings: Object.fromEntries(mappings) };
}

const workflowNamed = (site: Site, name: unknown): Setting | undefined => settingsOf(site, "workflow").find((one) => one.name === name);

/** The version of a scheme: whoever changes it names the one that they saw. */
const versionOf = (scheme: Setting) => ({ id: "0e9d6c3a-5b1f-4f0e-8a2b-6d7c8e9f0a1b", versionNumber: Number(scheme.versionNumber ?? 1) });

/** Registers reading of schemes with their versions, and whether work items are still moved for them. */
function registerReading(router: Router, site: Site): void {
	router.route("POST", `${path}/read`, (request) => {
		const schemes = texts(bodyObject(request), "workflowSchemeIds").map((id) => findSetting(site, "workflowScheme", id, "workflow scheme"));
		const metadata = (name: unknown) => {
			const workflow = workflowNamed(site, name);
			return { id: workflow?.id ?? "", name, description: workflow?.description ?? "", version: workflow?.version };
		};
		return ok(
			schemes.map((scheme) => ({
				id: scheme.id,
				name: scheme.name,
				description: scheme.description,
				scope: { type: "GLOBAL" },
				defaultWorkflow: metadata(scheme.defaultWorkflow),
				version: versionOf(scheme),
				...(Number(scheme.busyUntil ?? 0) > site.clock.now() ? { taskId: "10000" } : {}),
				workflowsForIssueTypes: Object.entries(scheme.issueTypeMappings as Record<string, string>).map(([typeId, name]) => ({
					issueTypeIds: [typeId],
					workflow: metadata(name),
				})),
			})),
		);
	});
}

function registerMigration(router: Router, site: Site): void {
	registerReading(router, site);
	/** Statuses of work items that the workflow of tomorrow does not have, by work type. */
	const missing = (scheme: Setting, next: ReturnType<typeof wanted>): Map<string, Set<string>> => {
		const found = new Map<string, Set<string>>();
		const users = [...site.jira.projects.values()].filter((project) => project.schemes?.workflowScheme === scheme.id);
		for (const typeId of new Set(users.flatMap((project) => project.issueTypeIds))) {
			const has = new Set(statusIdsOf(workflowNamed(site, workflowFor(next, typeId))));
			const lost = statusIdsOf(workflowNamed(site, workflowFor(scheme, typeId))).filter((id) => !has.has(id));
			if (lost.length > 0) found.set(typeId, new Set(lost));
		}
		return found;
	};
	router.route("POST", `${path}/update/mappings`, (request) => {
		const body = bodyObject(request);
		const scheme = findSetting(site, "workflowScheme", scalarText(body.id), "workflow scheme");
		const next = wanted(site, body);
		const workflows = new Set([...site.jira.issueTypes.keys()].map((typeId) => workflowNamed(site, workflowFor(next, typeId))));
		const names = { 2: "TODO", 4: "IN_PROGRESS", 3: "DONE" } as const;
		return ok({
			statusMappingsByIssueTypes: [...missing(scheme, next)].map(([issueTypeId, ids]) => ({ issueTypeId, statusIds: [...ids] })),
			statusMappingsByWorkflows: [],
			statuses: [...site.jira.statuses.values()].map(({ id, name, category }) => ({ id, name, category: names[category] })),
			statusesPerWorkflow: [...workflows].flatMap((workflow) =>
				workflow === undefined
					? []
					: [{ workflowId: workflow.id, initialStatusId: statusIdsOf(workflow)[0] ?? "", statuses: statusIdsOf(workflow) }],
			),
		});
	});
	changesSettings(router, site, { category: "workflow schemes", summary: "workflowScheme updated" }, [
		"POST",
		`${path}/update`,
		(request) => {
			const body = bodyObject(request);
			const scheme = findSetting(site, "workflowScheme", scalarText(body.id), "workflow scheme");
			if ((body.version as { versionNumber?: number } | undefined)?.versionNumber !== versionOf(scheme).versionNumber)
				throw jiraError(409, "The workflow scheme was changed meanwhile.");
			const name = freeName(settingsOf(site, "workflowScheme"), request, { what: "scheme", own: scheme.id });
			const next = wanted(site, body);
			const lost = missing(scheme, next);
			const overrides = list(body.statusMappingsByIssueTypeOverride);
			const target = ({ typeId, statusId }: Issue): string | undefined => {
				const mappings = overrides.filter((one) => one.issueTypeId === typeId).flatMap((one) => list(one.statusMappings));
				const to = scalarText(mappings.find((one) => one.oldStatusId === statusId)?.newStatusId);
				return statusIdsOf(workflowNamed(site, workflowFor(next, typeId))).includes(to) ? to : undefined;
			};
			migrateStatuses(site, request, issuesUnder(site, scheme), (issue) =>
				lost.get(issue.typeId)?.has(issue.statusId) === true ? target(issue) : issue.statusId,
			);
			const description = optionalText(body, "description") ?? "";
			Object.assign(scheme, next, {
				name,
				description,
				versionNumber: versionOf(scheme).versionNumber + 1,
				busyUntil: site.clock.now() + 3_000,
			});
			return ok(null);
		},
	]);
}
