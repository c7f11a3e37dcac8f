import { noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { addSetting, findSetting, settingsOf } from "../configuration/settings.ts";
import type { Share } from "../model/configuration.ts";
import type { Setting } from "../model/settings.ts";
import { renderUser } from "../people/render-user.ts";
import { readShares, renderShares } from "./share.ts";

const path = "/rest/api/3/dashboard";

interface Position {
	readonly "The column position of the gadget.": number;
	readonly "The row position of the gadget.": number;
}

interface Gadget {
	readonly id: number;
	readonly moduleKey?: string;
	readonly uri?: string;
	color: string;
	title: string;
	position: Position;
}

const gadgetsOf = (dashboard: Setting): Gadget[] => dashboard.gadgets as Gadget[];

/** Registers dashboards with their gadgets and the properties of these. */
export function registerDashboards(router: Router, site: Site): void {
	const find = (request: RequestContext, name = "id") => findSetting(site, "dashboard", param(request, name), "dashboard");
	const rendered = (request: RequestContext, dashboard: Setting, full: boolean): object => {
		const { accountId, displayName, active, self } = renderUser(site, request.base, String(dashboard.ownerId)) as Record<string, unknown>;
		return {
			id: dashboard.id,
			self: `${request.base}${path}/${dashboard.id}`,
			name: dashboard.name,
			view: `${site.url}/jira/dashboards/${dashboard.id}`,
			popularity: 1,
			isFavourite: false,
			...(full
				? { description: dashboard.description, owner: { accountId, displayName, active, self }, isWritable: true, systemDashboard: false }
				: {}),
			sharePermissions: full ? renderShares(site, request, dashboard.shares as Share[]) : [],
			editPermissions: full ? renderShares(site, request, dashboard.editors as Share[]) : [],
		};
	};
	router.route("GET", `${path}/search`, (request) => {
		const full = /description|sharePermissions/.test(request.query.get("expand") ?? "");
		const all = settingsOf(site, "dashboard").map((one) => rendered(request, one, full));
		return ok(pageBean(request, all, { size: 50, max: 100 }), all.length);
	});
	router.route("GET", `${path}/{id}`, (request) => ok(rendered(request, find(request), true)));
	const input = (request: RequestContext, own?: Setting) => {
		const body = bodyObject(request);
		const name = optionalText(body, "name") ?? "";
		if (name === "") throw jiraError(400, [], { dashboardName: "A name is required." });
		const owner = own?.ownerId ?? request.caller.account.accountId;
		const taken = settingsOf(site, "dashboard").some((one) => one !== own && one.ownerId === owner && one.name === name);
		if (taken) throw jiraError(400, [], { dashboardName: "A dashboard of this name exists already." });
		const description = optionalText(body, "description") ?? "";
		return { name, description, shares: readShares(site, body.sharePermissions), editors: readShares(site, body.editPermissions) };
	};
	router.route("POST", path, (request) => {
		const dashboard = addSetting(site, "dashboard", {
			...input(request),
			ownerId: request.caller.account.accountId,
			gadgets: [],
			properties: {},
		});
		return ok(rendered(request, dashboard, true));
	});
	router.route("PUT", `${path}/{id}`, (request) => {
		const dashboard = find(request);
		Object.assign(dashboard, input(request, dashboard));
		return ok(rendered(request, dashboard, true));
	});
	router.route("PUT", `${path}/bulk/edit`, (request) => {
		const body = bodyObject(request);
		if (body.action !== "changeOwner") throw jiraError(400, "Only changing the owner is simulated.");
		const { newOwner } = (body.changeOwnerDetails ?? {}) as { newOwner?: string };
		if (!site.accounts.has(newOwner ?? "")) throw jiraError(400, "The new owner does not exist.");
		for (const id of body.entityIds as number[]) findSetting(site, "dashboard", String(id), "dashboard").ownerId = newOwner;
		return ok({ action: "changeOwner", entityErrors: {} });
	});
	router.route("DELETE", `${path}/{id}`, (request) => {
		site.jira.settings.of.dashboard.delete(find(request).id);
		return noContent();
	});
	registerGadgets(router, site);
	registerGadgetProperties(router, site);
}

const colors = new Set(["blue", "red", "yellow", "green", "cyan", "purple", "gray", "white"]);

function registerGadgets(router: Router, site: Site): void {
	const gadgetPath = `${path}/{dashboardId}/gadget`;
	const find = (request: RequestContext) => findSetting(site, "dashboard", param(request, "dashboardId"), "dashboard");
	const gadgetOf = (request: RequestContext): Gadget => {
		const gadget = gadgetsOf(find(request)).find((one) => String(one.id) === param(request, "gadgetId"));
		if (gadget === undefined) throw jiraError(404, "The dashboard gadget was not found.");
		return gadget;
	};
	router.route("GET", gadgetPath, (request) => ok({ gadgets: gadgetsOf(find(request)) }));
	router.route("POST", gadgetPath, (request) => {
		const dashboard = find(request);
		const body = bodyObject(request);
		const [moduleKey, uri, color] = [optionalText(body, "moduleKey"), optionalText(body, "uri"), optionalText(body, "color") ?? "blue"];
		if ((moduleKey === undefined) === (uri === undefined)) throw jiraError(400, "Either a moduleKey or a uri is required.");
		if (!colors.has(color)) throw jiraError(400, "The color is not known.");
		const last: Position = { "The column position of the gadget.": 0, "The row position of the gadget.": gadgetsOf(dashboard).length };
		const gadget: Gadget = {
			id: site.ids.take("gadget"),
			...(moduleKey === undefined ? {} : { moduleKey }),
			...(uri === undefined ? {} : { uri }),
			color,
			title: optionalText(body, "title") ?? "Gadget",
			position: (body.position as Position | undefined) ?? last,
		};
		gadgetsOf(dashboard).push(gadget);
		return ok(gadget);
	});
	router.route("PUT", `${gadgetPath}/{gadgetId}`, (request) => {
		const gadget = gadgetOf(request);
		const body = bodyObject(request);
		gadget.title = optionalText(body, "title") ?? gadget.title;
		gadget.color = optionalText(body, "color") ?? gadget.color;
		gadget.position = (body.position as Position | undefined) ?? gadget.position;
		return noContent();
	});
	router.route("DELETE", `${gadgetPath}/{gadgetId}`, (request) => {
		const gadget = gadgetOf(request);
		const dashboard = find(request);
		dashboard.gadgets = gadgetsOf(dashboard).filter((one) => one !== gadget);
		return noContent();
	});
}

function registerGadgetProperties(router: Router, site: Site): void {
	const template = `${path}/{dashboardId}/items/{itemId}/properties`;
	const propertiesOf = (request: RequestContext): Record<string, unknown> => {
		const dashboard = findSetting(site, "dashboard", param(request, "dashboardId"), "dashboard");
		const id = param(request, "itemId");
		if (!gadgetsOf(dashboard).some((gadget) => String(gadget.id) === id)) throw jiraError(404, "The dashboard item was not found.");
		const all = dashboard.properties as Record<string, Record<string, unknown>>;
		all[id] ??= {};
		return all[id];
	};
	router.route("GET", template, (request) => {
		const self = `${request.base}${request.path}`;
		return ok({ keys: Object.keys(propertiesOf(request)).map((key) => ({ key, self: `${self}/${encodeURIComponent(key)}` })) });
	});
	router.route("GET", `${template}/{propertyKey}`, (request) => {
		const key = param(request, "propertyKey");
		const value = propertiesOf(request)[key];
		if (value === undefined) throw jiraError(404, `The property with key '${key}' does not exist.`);
		return ok({ key, value });
	});
	router.route("PUT", `${template}/{propertyKey}`, (request) => {
		const properties = propertiesOf(request);
		const key = param(request, "propertyKey");
		const status = properties[key] === undefined ? 201 : 200;
		properties[key] = request.body;
		return { status, json: {} };
	});
}
