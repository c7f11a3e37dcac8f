import { type Answer, created, noContent, ok } from "../../http/answer.ts";
import { HttpError } from "../../http/errors.ts";
import { bodyObject } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Handler, Method, Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Setting } from "../model/settings.ts";
import { admitAdministrator, automationError, numbered, renderRule, renderSummary, type Step } from "./automation-answers.ts";

const root = "/automation/public/jira/{cloudId}/rest/v1/rule";

type Given = Record<string, unknown>;

/** Members that a call which writes a rule must carry; without one Automation can't parse the body, and does not say why. */
const required = ["actor", "authorAccountId", "canOtherRuleTrigger", "name", "notifyOnError", "state", "trigger", "writeAccessType"];
/** Members that a call may write; others are refused. */
const writable = [...required, "collaborators", "components", "description", "labels", "ruleScopeARIs"];

/** Registers automation rules: an address of its own, for administrators with an API token alone. */
export function registerAutomation(router: Router, site: Site): void {
	const rules = site.jira.settings.of.automationRule;
	const route = (method: Method, path: string, handler: Handler): void => {
		const admitted: Handler = (request) => {
			admitAdministrator(site, request);
			return handler(request);
		};
		router.route(method, `${root}${path}`, admitted, []);
	};
	const find = (request: RequestContext): Setting => {
		const rule = rules.get(param(request, "ruleUuid"));
		if (rule === undefined) throw automationError(404, "rule.not.found", "The rule was not found.");
		return rule;
	};
	route("GET", "/summary", (request) => summaries(request, [...rules.values()]));
	route("GET", "/{ruleUuid}", (request) => ok(renderRule(find(request))));
	route("POST", "", (request) => {
		const { rule, connections } = given(request);
		const members = checked(site, rule);
		const asked = rule.uuid;
		const uuid = typeof asked === "string" && asked !== "" ? asked : site.random.uuid();
		if (rules.has(uuid) || (uuid === asked && !site.switches.ruleUuids))
			throw automationError(400, "rule.uuid.taken", "A rule with this UUID exists already.");
		const at = site.clock.now();
		rules.set(uuid, { ...members, id: uuid, uuid, name: String(rule.name), connections, created: at, updated: at });
		return created({ ruleUuid: uuid });
	});
	route("PUT", "/{ruleUuid}", (request) => {
		const found = find(request);
		const { rule, connections } = given(request);
		Object.assign(found, checked(site, rule), { connections, updated: site.clock.now() });
		return ok({ ruleUuid: found.id });
	});
	route("PUT", "/{ruleUuid}/state", (request) => {
		const found = find(request);
		const { value } = bodyObject(request);
		if (value !== "ENABLED" && value !== "DISABLED") throw unreadable();
		Object.assign(found, { state: value, updated: site.clock.now() });
		return noContent();
	});
	route("DELETE", "/{ruleUuid}", (request) => {
		if (request.headers["content-type"] === undefined) throw new HttpError(415, undefined);
		const found = find(request);
		if (found.state === "ENABLED") throw automationError(400, "rule.enabled", "Rule cannot be deleted unless it is already disabled.");
		rules.delete(found.id);
		return noContent();
	});
}

const unreadable = (): HttpError => automationError(400, "request.body.invalid", "The request body could not be parsed");

function summaries(request: RequestContext, all: readonly Setting[]): Answer {
	const start = Number(request.query.get("cursor") ?? 0);
	const limit = Math.max(1, Math.min(100, Number(request.query.get("limit") ?? 50)));
	const data = all.slice(start, start + limit).map(renderSummary);
	const next = start + limit < all.length ? { next: `?cursor=${start + limit}&limit=${limit}` } : {};
	return ok({ links: { self: `?cursor=${start}&limit=${limit}`, ...next }, data });
}

function given(request: RequestContext): { readonly rule: Given; readonly connections: unknown[] } {
	const { rule, connections } = bodyObject(request);
	if (typeof rule !== "object" || rule === null || !Array.isArray(connections)) throw unreadable();
	return { rule: rule as Given, connections };
}

/** Reads a rule's members; its actor and the places where it works must be there. @throws HttpError 400 */
function checked(site: Site, rule: Given): Given {
	if (required.some((name) => rule[name] === undefined || rule[name] === null)) throw unreadable();
	if (Object.keys(rule).some((name) => name !== "uuid" && !writable.includes(name))) throw unreadable();
	const components = rule.components;
	if (!Array.isArray(components) || components.length === 0)
		throw automationError(400, "components.empty", "A rule must have at least one component.");
	const actor = site.accounts.get(String((rule.actor as { actor?: unknown }).actor));
	if (actor === undefined) throw automationError(400, "actor.unknown", "The selected actor does not exist.");
	if (!actor.active) throw automationError(400, "actor.no.access", "The selected actor does not have access to this product.");
	const scopes = rule.ruleScopeARIs;
	if (!Array.isArray(scopes) || scopes.length === 0) throw automationError(400, "scope.empty", "A rule must have a scope.");
	if (!scopes.every((ari) => isHere(site, String(ari))))
		throw automationError(400, "scope.forbidden", "User does not have admin permission within this rule home");
	const members = Object.fromEntries(writable.filter((name) => rule[name] !== undefined).map((name) => [name, rule[name]]));
	return {
		collaborators: [],
		labels: [],
		description: null,
		...members,
		trigger: numbered(site, inScope(rule.trigger as Step, scopes.map(String))),
		components: (components as Step[]).map((component) => numbered(site, component)),
	};
}

/** A trigger that names spaces names those of the rule, whatever was asked. */
function inScope(trigger: Step, scopes: readonly string[]): Step {
	const value = trigger.value as { eventFilters?: unknown } | null | undefined;
	if (!Array.isArray(value?.eventFilters)) return trigger;
	return { ...trigger, value: { ...value, eventFilters: scopes.filter((ari) => ari.includes(":project/")) } };
}

function isHere(site: Site, ari: string): boolean {
	if (/^ari:cloud:jira(?:-[a-z-]+)?::site\//.test(ari)) return ari.endsWith(`/${site.cloudId}`);
	const [, cloudId, project] = /^ari:cloud:jira:([^:]+):project\/(\d+)$/.exec(ari) ?? [];
	const there = project === undefined ? undefined : site.jira.projects.get(project);
	return cloudId === site.cloudId && there !== undefined && there.deleted === undefined;
}
