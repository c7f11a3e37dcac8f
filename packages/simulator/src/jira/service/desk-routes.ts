import { type Answer, created, noContent, ok } from "../../http/answer.ts";
import { HttpError } from "../../http/errors.ts";
import { bodyObject, optionalText, scalarText, texts } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { addSetting, settingsOf } from "../configuration/settings.ts";
import type { RequestType } from "../model/configuration.ts";
import type { Setting } from "../model/settings.ts";
import { renderPerson } from "./render-request.ts";
import { missing, page, renderType } from "./service-answers.ts";
import { findDesk } from "./service-routes.ts";

const root = "/rest/servicedeskapi";
const desk = `${root}/servicedesk/{serviceDeskId}`;

/** Refuses without the header that experimental operations ask for. */
export function optedIn(request: RequestContext): void {
	if (request.headers["x-experimentalapi"] !== "opt-in") {
		throw new HttpError(412, { errorMessage: "This method is experimental: the X-ExperimentalApi header must be set to opt-in." });
	}
}

/** A refusal as JSM writes it. */
export const refused = (message: string): HttpError => new HttpError(400, { errorMessage: message });

/** Registers queues, groups, customers and organizations of service desks, and the making of request types. */
export function registerDesks(router: Router, site: Site): void {
	const ofDesk = (sort: "queue" | "requestTypeGroup", request: RequestContext) =>
		settingsOf(site, sort).filter((one) => one.projectId === findDesk(site, request).id);
	router.route("GET", `${desk}/requesttypegroup`, (request) =>
		page(request, ofDesk("requestTypeGroup", request), ({ id, name }) => ({ id, name })),
	);
	router.route("GET", `${desk}/queue`, (request) =>
		page(request, ofDesk("queue", request), ({ id, name, jql, fields, projectId }) => ({
			id,
			name,
			jql,
			fields,
			issueCount: -1,
			_links: { self: `${request.base}${root}/servicedesk/${String(projectId)}/queue/${id}` },
		})),
	);
	registerCustomers(router, site);
	registerOrganizations(router, site);
	router.route("POST", `${desk}/requesttype`, (request) => {
		optedIn(request);
		const { id: projectId } = findDesk(site, request);
		const body = bodyObject(request);
		const [name, issueTypeId] = [optionalText(body, "name") ?? "", scalarText(body.issueTypeId)];
		if (name === "" || !site.jira.issueTypes.has(issueTypeId)) throw refused("A request type needs a name and a work type of the space.");
		const id = String(site.ids.take("request-type", 1));
		const type: RequestType = { id, name, description: optionalText(body, "description") ?? "", issueTypeId, projectId };
		site.jira.requestTypes.set(id, type);
		return ok(renderType(request, type, false));
	});
	router.route("DELETE", `${desk}/requesttype/{requestTypeId}`, (request) => {
		optedIn(request);
		findDesk(site, request);
		if (!site.jira.requestTypes.delete(param(request, "requestTypeId"))) throw missing("The request type does not exist.");
		return noContent();
	});
}

/** Customers of a desk: those who asked for something, and those who were added. */
function registerCustomers(router: Router, site: Site): void {
	const added = (projectId: string): Set<string> => {
		const roles = site.jira.projects.get(projectId);
		if (roles === undefined) throw missing("The service desk does not exist.");
		roles.roles ??= new Map();
		const customers = roles.roles.get("customers") ?? new Set<string>();
		roles.roles.set("customers", customers);
		return customers;
	};
	router.route("GET", `${desk}/customer`, (request) => {
		optedIn(request);
		return page(request, [...added(findDesk(site, request).id)], (id) => renderPerson(site, request, id));
	});
	router.route("POST", `${desk}/customer`, (request) => {
		const customers = added(findDesk(site, request).id);
		for (const id of known(site, request)) customers.add(id);
		return noContent();
	});
}

/** The accounts that a request's body names. @throws HttpError 400 for unknown ones */
export function known(site: Site, request: RequestContext): string[] {
	const ids = texts(bodyObject(request), "accountIds");
	if (ids.some((id) => !site.accounts.has(id))) throw refused("There is no such user.");
	return ids;
}

const usersOf = (organization: Setting): Set<string> => organization.users as Set<string>;

function registerOrganizations(router: Router, site: Site): void {
	const path = `${root}/organization`;
	const one = `${path}/{organizationId}`;
	const find = (id: string): Setting => {
		const found = site.jira.settings.of.organization.get(id);
		if (found === undefined) throw missing("The organization does not exist.");
		return found;
	};
	const ofRequest = (request: RequestContext) => find(param(request, "organizationId"));
	const rendered = (request: RequestContext, organization: Setting): object => {
		const at = Number(organization.created);
		const created = { iso8601: isoTime(at), jira: isoTime(at), friendly: new Date(at).toUTCString(), epochMillis: at };
		const { id, name, uuid } = organization;
		return { id, uuid, name, created, scimManaged: false, _links: { self: `${request.base}${path}/${id}` } };
	};
	router.route("GET", path, (request) =>
		page(request, settingsOf(site, "organization"), (organization) => rendered(request, organization)),
	);
	router.route("POST", path, (request) => {
		const name = optionalText(bodyObject(request), "name") ?? "";
		if (name === "" || settingsOf(site, "organization").some((other) => other.name === name))
			throw refused("An organization of this name exists, or the name is empty.");
		const organization = addSetting(site, "organization", {
			name,
			uuid: site.random.uuid(),
			created: site.clock.now(),
			users: new Set(),
			properties: new Map(),
			desks: new Set(),
		});
		return created(rendered(request, organization));
	});
	router.route("DELETE", one, (request) => {
		site.jira.settings.of.organization.delete(ofRequest(request).id);
		return noContent();
	});
	router.route("GET", `${one}/user`, (request) => page(request, [...usersOf(ofRequest(request))], (id) => renderPerson(site, request, id)));
	router.route("POST", `${one}/user`, (request) => {
		for (const id of known(site, request)) usersOf(ofRequest(request)).add(id);
		return noContent();
	});
	router.route("DELETE", `${one}/user`, (request) => {
		for (const id of known(site, request)) usersOf(ofRequest(request)).delete(id);
		return noContent();
	});
	registerOrganizationProperties(router, `${one}/property`, ofRequest);
	router.route("GET", `${desk}/organization`, (request) => {
		const { id } = findDesk(site, request);
		return page(
			request,
			settingsOf(site, "organization").filter((organization) => (organization.desks as Set<string>).has(id)),
			(organization) => rendered(request, organization),
		);
	});
	router.route("POST", `${desk}/organization`, (request) => {
		(find(scalarText(bodyObject(request).organizationId)).desks as Set<string>).add(findDesk(site, request).id);
		return noContent();
	});
}

function registerOrganizationProperties(router: Router, path: string, find: (request: RequestContext) => Setting): void {
	const all = (request: RequestContext) => find(request).properties as Map<string, unknown>;
	router.route("GET", path, (request) =>
		ok({ keys: [...all(request).keys()].map((key) => ({ key, self: `${request.base}${request.path}/${key}` })) }),
	);
	router.route("GET", `${path}/{propertyKey}`, (request): Answer => {
		const key = param(request, "propertyKey");
		if (!all(request).has(key)) throw missing("The property does not exist.");
		return ok({ key, value: all(request).get(key) });
	});
	router.route("PUT", `${path}/{propertyKey}`, (request) => {
		const key = param(request, "propertyKey");
		const status = all(request).has(key) ? 200 : 201;
		all(request).set(key, request.body);
		return { status, json: {} };
	});
}
