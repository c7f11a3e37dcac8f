import { type Answer, created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, pageBean, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Setting } from "../model/settings.ts";
import { changesSettings } from "./audit.ts";
import { registerScheme } from "./register-scheme.ts";
import { findSetting, settingsOf } from "./settings.ts";

const api = "/rest/api/3";

interface Holder {
	readonly type: string;
	readonly parameter?: string;
	readonly value?: string;
}

interface Grant {
	readonly id: number;
	readonly holder: Holder;
	readonly permission: string;
}

interface Notification {
	readonly id: number;
	readonly notificationType: string;
	readonly parameter?: string;
}

interface EventNotifications {
	readonly event: { readonly id: number; readonly name: string; readonly description: string };
	readonly notifications: readonly Notification[];
}

interface Level {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	readonly isDefault: boolean;
	readonly members: readonly { readonly id: string; readonly holder: Holder }[];
}

/** Names of the events that mails are sent for. */
export const eventNames: Readonly<Record<number, string>> = {
	1: "Issue created",
	2: "Issue updated",
	3: "Issue assigned",
	6: "Issue commented",
	13: "Generic event",
};

/** Writes a permission scheme. */
export function renderPermissionScheme(_site: Site, request: RequestContext, scheme: Setting, full: boolean): object {
	const self = `${request.base}${api}/permissionscheme/${scheme.id}`;
	const grants = (scheme.permissions as Grant[]).map((grant) => ({ ...grant, self: `${self}/permission/${grant.id}` }));
	const main = {
		expand: "permissions,user,group,projectRole,field,all",
		id: Number(scheme.id),
		self,
		name: scheme.name,
		description: scheme.description,
	};
	return full ? { ...main, permissions: grants } : main;
}

/** Writes a notification scheme. */
export function renderNotificationScheme(_site: Site, request: RequestContext, scheme: Setting, full: boolean): object {
	const self = `${request.base}${api}/notificationscheme/${scheme.id}`;
	const main = {
		expand: "notificationSchemeEvents,user,group,projectRole,field,all",
		id: Number(scheme.id),
		self,
		name: scheme.name,
		description: scheme.description,
	};
	return full ? { ...main, notificationSchemeEvents: scheme.events } : main;
}

/** Writes a security scheme; with its levels when told. */
export function renderSecurityScheme(request: RequestContext, scheme: Setting, full: boolean): object {
	const levels = scheme.levels as Level[];
	const first = levels.find((level) => level.isDefault);
	return {
		self: `${request.base}${api}/issuesecurityschemes/${scheme.id}`,
		id: Number(scheme.id),
		name: scheme.name,
		description: scheme.description,
		...(first === undefined ? {} : { defaultSecurityLevelId: Number(first.id) }),
		...(full ? { levels: levels.map((level) => renderLevel(request, scheme, level)) } : {}),
	};
}

function renderLevel(request: RequestContext, scheme: Setting, { id, name, description, isDefault }: Level): object {
	return { self: `${request.base}${api}/securitylevel/${id}`, id, name, description, isDefault, issueSecuritySchemeId: scheme.id };
}

/** Registers permission, notification and security schemes. */
export function registerPermissions(router: Router, site: Site): void {
	registerPermissionSchemes(router, site);
	registerNotificationSchemes(router, site);
	registerSecuritySchemes(router, site);
}

function holderOf(site: Site, given: unknown): Holder {
	const { type, parameter, value } = (given ?? {}) as Partial<Holder>;
	const named = value ?? parameter;
	if (typeof type !== "string") throw jiraError(400, "A permission holder needs a type.");
	if (type === "projectRole" && !site.jira.settings.of.role.has(named ?? "")) throw jiraError(400, `The role ${named} does not exist.`);
	if (type === "group" && ![...site.groups.values()].some((group) => group.groupId === named || group.name === named))
		throw jiraError(400, `The group ${named} does not exist.`);
	if (type === "user" && !site.accounts.has(named ?? "")) throw jiraError(400, `The user ${named} does not exist.`);
	if (named === undefined) return { type };
	if (type !== "group") return { type, parameter: named, value: named };
	const group = [...site.groups.values()].find((one) => one.groupId === named || one.name === named);
	return { type, parameter: group?.name ?? named, value: group?.groupId ?? named };
}

function grantsOf(site: Site, body: Record<string, unknown>): Grant[] {
	const given = Array.isArray(body.permissions) ? (body.permissions as { holder?: unknown; permission?: unknown }[]) : [];
	return given.map(({ holder, permission }) => {
		if (typeof permission !== "string") throw jiraError(400, "A grant needs a permission.");
		return { id: site.ids.take("grant"), holder: holderOf(site, holder), permission };
	});
}

function registerPermissionSchemes(router: Router, site: Site): void {
	const path = `${api}/permissionscheme`;
	const isFull = (request: RequestContext) => /all|permissions/.test(request.query.get("expand") ?? "");
	router.route("GET", path, (request) =>
		ok({
			permissionSchemes: settingsOf(site, "permissionScheme").map((scheme) =>
				renderPermissionScheme(site, request, scheme, isFull(request)),
			),
		}),
	);
	registerScheme(router, site, {
		sort: "permissionScheme",
		path,
		idName: "schemeId",
		category: "permissions",
		creation: (body) => ({ permissions: grantsOf(site, body) }),
		made: ({ id, name, description }) => created({ id: Number(id), name, description }),
		changes: ["name", "description"],
		changed(request, setting): Answer {
			if (bodyObject(request).permissions !== undefined) setting.permissions = grantsOf(site, bodyObject(request));
			return ok(renderPermissionScheme(site, request, setting, true));
		},
		usedAs: "permissionScheme",
	});
}

function eventsOf(site: Site, body: Record<string, unknown>): EventNotifications[] {
	const given = Array.isArray(body.notificationSchemeEvents)
		? (body.notificationSchemeEvents as { event?: { id?: string }; notifications?: unknown[] }[])
		: [];
	return given.map(({ event, notifications }) => {
		const id = Number(event?.id);
		const name = eventNames[id];
		if (name === undefined) throw jiraError(400, `The event ${event?.id} does not exist.`);
		const list = (notifications ?? []) as { notificationType?: string; parameter?: string }[];
		return {
			event: { id, name, description: `${name}.` },
			notifications: list.map(({ notificationType = "", parameter }) => ({
				id: site.ids.take("notification"),
				notificationType,
				...(parameter === undefined ? {} : { parameter }),
			})),
		};
	});
}

function registerNotificationSchemes(router: Router, site: Site): void {
	const path = `${api}/notificationscheme`;
	router.route("GET", path, (request) => {
		const full = /all|notificationSchemeEvents/.test(request.query.get("expand") ?? "");
		const all = settingsOf(site, "notificationScheme").map((scheme) => renderNotificationScheme(site, request, scheme, full));
		return ok(pageBean(request, all, { size: 50, max: 50 }));
	});
	registerScheme(router, site, {
		sort: "notificationScheme",
		path,
		idName: "id",
		category: "notification schemes",
		creation: (body) => ({ events: eventsOf(site, body) }),
		made: (setting) => created({ id: setting.id }),
		changes: ["name", "description"],
		deletable: false,
	});
	const said = { category: "notification schemes", summary: "notificationScheme updated" };
	changesSettings(router, site, said, [
		"PUT",
		`${path}/{id}/notification`,
		(request) => {
			const scheme = findSetting(site, "notificationScheme", param(request, "id"), "notification scheme");
			const events = new Map((scheme.events as EventNotifications[]).map((one) => [one.event.id, one]));
			for (const one of eventsOf(site, bodyObject(request))) {
				const known = events.get(one.event.id);
				events.set(one.event.id, { event: one.event, notifications: [...(known?.notifications ?? []), ...one.notifications] });
			}
			scheme.events = [...events.values()];
			return noContent();
		},
	]);
	changesSettings(router, site, said, [
		"DELETE",
		`${path}/{notificationSchemeId}/notification/{notificationId}`,
		(request) => {
			const scheme = findSetting(site, "notificationScheme", param(request, "notificationSchemeId"), "notification scheme");
			const id = Number(param(request, "notificationId"));
			scheme.events = (scheme.events as EventNotifications[])
				.map((one) => ({ ...one, notifications: one.notifications.filter((notification) => notification.id !== id) }))
				.filter((one) => one.notifications.length > 0);
			return noContent();
		},
	]);
	changesSettings(router, site, { ...said, summary: "notificationScheme deleted" }, [
		"DELETE",
		`${path}/{notificationSchemeId}`,
		(request) => {
			const scheme = findSetting(site, "notificationScheme", param(request, "notificationSchemeId"), "notification scheme");
			for (const project of site.jira.projects.values())
				if (project.schemes?.notificationScheme === scheme.id) delete project.schemes.notificationScheme;
			site.jira.settings.of.notificationScheme.delete(scheme.id);
			return noContent();
		},
	]);
}

function registerSecuritySchemes(router: Router, site: Site): void {
	const path = `${api}/issuesecurityschemes`;
	const levels = () =>
		settingsOf(site, "securityScheme").flatMap((scheme) => (scheme.levels as Level[]).map((level) => ({ scheme, level })));
	router.route("GET", path, (request) =>
		ok({ issueSecuritySchemes: settingsOf(site, "securityScheme").map((scheme) => renderSecurityScheme(request, scheme, false)) }),
	);
	router.route("GET", `${path}/level`, (request) => {
		const all = levels().map(({ scheme, level }) => renderLevel(request, scheme, level));
		return ok(pageBean(request, all, { size: 50, max: 50 }));
	});
	router.route("GET", `${path}/level/member`, (request) => {
		const all = levels().flatMap(({ scheme, level }) =>
			level.members.map(({ id, holder }) => ({ id, issueSecurityLevelId: level.id, issueSecuritySchemeId: scheme.id, holder })),
		);
		return ok(pageBean(request, all, { size: 50, max: 50 }));
	});
	registerScheme(router, site, {
		sort: "securityScheme",
		path,
		idName: "id",
		category: "issue security schemes",
		creation(body) {
			const given = Array.isArray(body.levels) ? (body.levels as Record<string, unknown>[]) : [];
			return {
				levels: given.map((level) => ({
					id: String(site.ids.take("security-level")),
					name: scalarText(level.name),
					description: scalarText(level.description),
					isDefault: level.isDefault === true,
					members: (Array.isArray(level.members) ? (level.members as Holder[]) : []).map((holder) => ({
						id: String(site.ids.take("level-member")),
						holder: holderOf(site, holder),
					})),
				})),
			};
		},
		made: (setting) => created({ id: setting.id }),
		changes: ["name", "description"],
		deletable: false,
	});
	changesSettings(router, site, { category: "issue security schemes", summary: "securityScheme deleted" }, [
		"DELETE",
		`${path}/{schemeId}`,
		(request) => {
			const scheme = findSetting(site, "securityScheme", param(request, "schemeId"), "issue security scheme");
			if ([...site.jira.projects.values()].some((project) => project.schemes?.issueSecurityScheme === scheme.id))
				throw jiraError(400, "The scheme is in use.");
			site.jira.settings.of.securityScheme.delete(scheme.id);
			return noContent();
		},
	]);
}
