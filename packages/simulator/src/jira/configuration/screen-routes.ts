import { created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Setting } from "../model/settings.ts";
import { changesSettings } from "./audit.ts";
import { registerScheme } from "./register-scheme.ts";
import { addSetting, findSetting, freeName, settingsOf, takeOver } from "./settings.ts";

const api = "/rest/api/3";

interface Tab {
	readonly id: number;
	readonly name: string;
	fields: string[];
}

/** Registers screens and the schemes that choose between them. */
export function registerScreens(router: Router, site: Site): void {
	registerTabs(router, site);
	const path = `${api}/screens`;
	const rendered = ({ id, name, description }: Setting) => ({ id: Number(id), name, description });
	router.route("GET", path, (request) => ok(pageBean(request, settingsOf(site, "screen").map(rendered), { size: 100, max: 100 })));
	const said = (deed: string) => ({ category: "screens", summary: `Screen ${deed}` });
	changesSettings(router, site, said("created"), [
		"POST",
		path,
		(request) => {
			const name = freeName(settingsOf(site, "screen"), request, { what: "screen" });
			const tabs: Tab[] = [{ id: site.ids.take("screen-tab"), name: "Field Tab", fields: [] }];
			return created(
				rendered(addSetting(site, "screen", { name, description: optionalText(bodyObject(request), "description") ?? "", tabs })),
			);
		},
	]);
	changesSettings(router, site, said("updated"), [
		"PUT",
		`${path}/{screenId}`,
		(request) => {
			const screen = findSetting(site, "screen", param(request, "screenId"), "screen");
			freeName(settingsOf(site, "screen"), request, { what: "screen", own: screen.id });
			takeOver(screen, bodyObject(request), ["name", "description"]);
			return ok(rendered(screen));
		},
	]);
	changesSettings(router, site, said("deleted"), [
		"DELETE",
		`${path}/{screenId}`,
		(request) => {
			const screen = findSetting(site, "screen", param(request, "screenId"), "screen");
			const used = settingsOf(site, "screenScheme").some((scheme) => Object.values(scheme.screens as object).includes(Number(screen.id)));
			if (used) throw jiraError(400, "The screen is used by a screen scheme.");
			site.jira.settings.of.screen.delete(screen.id);
			return noContent();
		},
	]);
	registerScreenSchemes(router, site);
	registerTypeScreenSchemes(router, site);
}

function registerTabs(router: Router, site: Site): void {
	const path = `${api}/screens/{screenId}/tabs`;
	const tabsOf = (request: RequestContext) => findSetting(site, "screen", param(request, "screenId"), "screen").tabs as Tab[];
	const tabOf = (request: RequestContext): Tab => {
		const tab = tabsOf(request).find((one) => String(one.id) === param(request, "tabId"));
		if (tab === undefined) throw jiraError(404, "The screen tab was not found.");
		return tab;
	};
	const rendered = (id: string) => ({ id, name: site.jira.fields.get(id)?.name ?? id });
	router.route("GET", path, (request) => ok(tabsOf(request).map(({ id, name }) => ({ id, name }))));
	router.route("GET", `${path}/{tabId}/fields`, (request) => ok(tabOf(request).fields.map(rendered)));
	const said = { category: "screens", summary: "Screen updated" };
	changesSettings(router, site, said, [
		"POST",
		path,
		(request) => {
			const tabs = tabsOf(request);
			const tab: Tab = { id: site.ids.take("screen-tab"), name: freeName(tabs, request, { what: "tab" }), fields: [] };
			tabs.push(tab);
			return ok({ id: tab.id, name: tab.name });
		},
	]);
	changesSettings(router, site, said, [
		"POST",
		`${path}/{tabId}/fields`,
		(request) => {
			const tab = tabOf(request);
			const fieldId = optionalText(bodyObject(request), "fieldId") ?? "";
			if (!site.jira.fields.has(fieldId)) throw jiraError(400, "The field was not found.");
			if (tabsOf(request).some((one) => one.fields.includes(fieldId))) throw jiraError(400, "The field is on the screen already.");
			tab.fields.push(fieldId);
			return ok(rendered(fieldId));
		},
	]);
	changesSettings(router, site, said, [
		"DELETE",
		`${path}/{tabId}/fields/{id}`,
		(request) => {
			const tab = tabOf(request);
			tab.fields = tab.fields.filter((id) => id !== param(request, "id"));
			return noContent();
		},
	]);
	changesSettings(router, site, said, [
		"DELETE",
		`${path}/{tabId}`,
		(request) => {
			const screen = findSetting(site, "screen", param(request, "screenId"), "screen");
			const tab = tabOf(request);
			screen.tabs = (screen.tabs as Tab[]).filter((one) => one !== tab);
			return noContent();
		},
	]);
}

function registerScreenSchemes(router: Router, site: Site): void {
	const path = `${api}/screenscheme`;
	router.route("GET", path, (request) => {
		const all = settingsOf(site, "screenScheme").map(({ id, name, description, screens }) => ({
			id: Number(id),
			name,
			description,
			screens,
		}));
		return ok(pageBean(request, all, { size: 25, max: 100 }));
	});
	const screensOf = (given: unknown): Record<string, number> => {
		const screens = Object.fromEntries(
			Object.entries((given ?? {}) as Record<string, unknown>)
				.filter(([, id]) => id !== null)
				.map(([name, id]) => [name, Number(id)]),
		);
		const known = Object.values(screens).every((id) => site.jira.settings.of.screen.has(String(id)));
		if (!known || screens.default === undefined) throw jiraError(400, "The screens are not valid.");
		return screens;
	};
	registerScheme(router, site, {
		sort: "screenScheme",
		path,
		idName: "screenSchemeId",
		category: "screen schemes",
		creation: (body) => ({ screens: screensOf(body.screens) }),
		made: (setting) => created({ id: Number(setting.id) }),
		changes: ["name", "description"],
		changed(request, setting) {
			const { screens } = bodyObject(request);
			if (screens !== undefined) setting.screens = screensOf({ ...(setting.screens as object), ...(screens as object) });
			return noContent();
		},
	});
}

interface Mapping {
	readonly issueTypeId: string;
	readonly screenSchemeId: string;
}

function registerTypeScreenSchemes(router: Router, site: Site): void {
	const path = `${api}/issuetypescreenscheme`;
	const sort = "issueTypeScreenScheme";
	router.route("GET", path, (request) => {
		const all = settingsOf(site, sort).map(({ id, name, description }) => ({ id, name, description }));
		return ok(pageBean(request, all, { size: 50, max: 100 }));
	});
	router.route("GET", `${path}/mapping`, (request) => {
		const all = settingsOf(site, sort).flatMap((scheme) =>
			(scheme.mappings as Mapping[]).map((mapping) => ({ issueTypeScreenSchemeId: scheme.id, ...mapping })),
		);
		return ok(pageBean(request, all, { size: 50, max: 100 }));
	});
	const mappingsOf = (body: Record<string, unknown>): Mapping[] => {
		const given = Array.isArray(body.issueTypeMappings) ? (body.issueTypeMappings as Mapping[]) : [];
		for (const { issueTypeId, screenSchemeId } of given) {
			if (!site.jira.settings.of.screenScheme.has(screenSchemeId)) throw jiraError(404, "The screen scheme was not found.");
			if (issueTypeId !== "default" && !site.jira.issueTypes.has(issueTypeId)) throw jiraError(404, "The issue type was not found.");
		}
		return given.map(({ issueTypeId, screenSchemeId }) => ({ issueTypeId, screenSchemeId }));
	};
	registerScheme(router, site, {
		sort,
		path,
		idName: "issueTypeScreenSchemeId",
		category: "issue type screen schemes",
		creation(body) {
			const mappings = mappingsOf(body);
			if (!mappings.some((one) => one.issueTypeId === "default")) throw jiraError(400, "A default mapping is required.");
			return { mappings };
		},
		made: (setting) => created({ id: setting.id }),
		changes: ["name", "description"],
		usedAs: sort,
	});
	const said = { category: "issue type screen schemes", summary: "issueTypeScreenScheme updated" };
	const put = (scheme: Setting, added: readonly Mapping[]): void => {
		const kept = (scheme.mappings as Mapping[]).filter((one) => !added.some((other) => other.issueTypeId === one.issueTypeId));
		scheme.mappings = [...kept, ...added];
	};
	changesSettings(router, site, said, [
		"PUT",
		`${path}/{issueTypeScreenSchemeId}/mapping`,
		(request) => {
			put(findSetting(site, sort, param(request, "issueTypeScreenSchemeId"), "scheme"), mappingsOf(bodyObject(request)));
			return noContent();
		},
	]);
	changesSettings(router, site, said, [
		"PUT",
		`${path}/{issueTypeScreenSchemeId}/mapping/default`,
		(request) => {
			const screenSchemeId = scalarText(bodyObject(request).screenSchemeId);
			const mapping = mappingsOf({ issueTypeMappings: [{ issueTypeId: "default", screenSchemeId }] });
			put(findSetting(site, sort, param(request, "issueTypeScreenSchemeId"), "scheme"), mapping);
			return noContent();
		},
	]);
}
