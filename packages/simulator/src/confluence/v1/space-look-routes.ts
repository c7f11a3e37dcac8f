import { type Answer, noContent, ok } from "../../http/answer.ts";
import { confluenceV1Error } from "../../http/errors.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Space, SpaceLook } from "../entities.ts";
import { administered, visibleSpace } from "./refusals.ts";

const read = [["read:confluence-space.summary"], ["read:space.setting:confluence"]];
const write = [["write:confluence-space"], ["read:space.setting:confluence", "write:space.setting:confluence"]];

const navigation = { color: "#42526e", hoverOrFocus: { backgroundColor: "#deebff", color: "#0747a6" } };
const box = {
	background: "none",
	backgroundColor: "#ffffff",
	backgroundImage: "none",
	backgroundSize: "auto",
	padding: "0",
	borderRadius: "0",
};

/** The look of the site, which spaces have unless they are given one of their own. */
const siteLook = {
	headings: { color: "#172b4d" },
	links: { color: "#0052cc" },
	menus: { hoverOrFocus: { backgroundColor: "#deebff" }, color: "#172b4d" },
	header: {
		backgroundColor: "#ffffff",
		button: { backgroundColor: "#0052cc", color: "#ffffff" },
		primaryNavigation: navigation,
		secondaryNavigation: navigation,
		search: { backgroundColor: "#f4f5f7", color: "#172b4d" },
	},
	content: { container: box, header: box, body: box },
	bordersAndDividers: { color: "#dfe1e6" },
};

const themes: Readonly<Record<string, string>> = {
	"com.example.themes.quiet:quiet": "Quiet",
	"com.example.themes.news:news": "Newsroom",
};

const plainLook: SpaceLook = { selected: "global", custom: undefined, themeKey: undefined, routeOverride: false, contentMode: "standard" };
const lookOf = (space: Space): SpaceLook => space.look ?? plainLook;

function change(site: Site, space: Space, over: Partial<SpaceLook>): void {
	space.look = { ...lookOf(space), ...over };
	site.confluence.touch();
}

/** Registers settings, theme, and look and feel of spaces. */
export function registerSpaceLooks(router: Router, site: Site): void {
	const space = "/wiki/rest/api/space/{spaceKey}";
	router.route("GET", `${space}/settings`, (request) => ok(settingsShape(site, visibleSpace(site, request))), read);
	router.route("PUT", `${space}/settings`, (request) => writeSettings(site, request), write);
	router.route("GET", `${space}/theme`, (request) => theme(site, request), read);
	router.route("PUT", `${space}/theme`, (request) => setTheme(site, request), write);
	router.route("DELETE", `${space}/theme`, (request) => resetTheme(site, request), [
		["write:confluence-space"],
		["write:space.setting:confluence"],
	]);
	const look = "/wiki/rest/api/settings/lookandfeel";
	const manage = ["manage:confluence-configuration"];
	router.route("GET", look, (request) => lookAndFeel(site, request), [
		manage,
		["read:configuration:confluence", "read:space.setting:confluence"],
	]);
	router.route("PUT", look, (request) => selectLook(site, request), [
		manage,
		["read:space.setting:confluence", "write:space.setting:confluence"],
	]);
	router.route("POST", `${look}/custom`, (request) => customLook(site, request), [
		manage,
		["read:configuration:confluence", "read:space.setting:confluence", "write:configuration:confluence", "write:space.setting:confluence"],
	]);
	router.route("DELETE", `${look}/custom`, (request) => resetLook(site, request), [
		manage,
		["write:configuration:confluence", "write:space.setting:confluence"],
	]);
}

function settingsShape(site: Site, space: Space): Record<string, unknown> {
	const { routeOverride, contentMode } = lookOf(space);
	return {
		routeOverrideEnabled: routeOverride,
		editor: { page: "v2", blogpost: "v2", default: "v2" },
		contentMode,
		spaceKey: space.key,
		_links: { self: `${site.url}/wiki/rest/api/space/${space.key}/settings` },
	};
}

function writeSettings(site: Site, request: RequestContext): Answer {
	const space = administered(site, request);
	const { routeOverrideEnabled, contentMode } = (request.body ?? {}) as { routeOverrideEnabled?: unknown; contentMode?: unknown };
	if (typeof routeOverrideEnabled === "boolean") change(site, space, { routeOverride: routeOverrideEnabled });
	if (contentMode === "standard" || contentMode === "compact") change(site, space, { contentMode });
	return ok(settingsShape(site, space));
}

const themeShape = (site: Site, space: Space, themeKey: string): Record<string, unknown> => ({
	themeKey,
	name: themes[themeKey] ?? themeKey,
	description: "",
	_links: { self: `${site.url}/wiki/rest/api/space/${space.key}/theme` },
});

function theme(site: Site, request: RequestContext): Answer {
	const space = visibleSpace(site, request);
	const { themeKey } = lookOf(space);
	if (themeKey === undefined) throw confluenceV1Error(404, `NotFoundException: Space ${space.key} has no theme`);
	return ok(themeShape(site, space, themeKey));
}

function setTheme(site: Site, request: RequestContext): Answer {
	const space = administered(site, request);
	const { themeKey } = (request.body ?? {}) as { themeKey?: unknown };
	if (typeof themeKey !== "string" || themes[themeKey] === undefined)
		throw confluenceV1Error(403, `PermissionException: ${String(themeKey)} is no theme of this site`);
	change(site, space, { themeKey });
	return ok(themeShape(site, space, themeKey));
}

function resetTheme(site: Site, request: RequestContext): Answer {
	change(site, administered(site, request), { themeKey: undefined, selected: "global" });
	return noContent();
}

/** The space that the query names; the looks of the site itself are not simulated. */
const queried = (request: RequestContext): RequestContext => {
	const key = request.query.get("spaceKey");
	if (key === null) throw confluenceV1Error(400, "BadRequestException: spaceKey is required here");
	return { ...request, params: { ...request.params, spaceKey: key } };
};

function lookAndFeel(site: Site, request: RequestContext): Answer {
	const { selected, custom } = lookOf(visibleSpace(site, queried(request)));
	return ok({ selected: selected === "theme" ? "custom" : selected, global: siteLook, custom: custom ?? siteLook });
}

function selectLook(site: Site, request: RequestContext): Answer {
	const { spaceKey, lookAndFeelType } = (request.body ?? {}) as { spaceKey?: unknown; lookAndFeelType?: unknown };
	const space = administered(site, { ...request, params: { spaceKey: String(spaceKey) } });
	const wanted = (["global", "custom", "theme"] as const).find((known) => known === lookAndFeelType);
	if (wanted === undefined) throw confluenceV1Error(400, `BadRequestException: no look and feel of type ${String(lookAndFeelType)}`);
	if (wanted !== "global" && lookOf(space).themeKey === undefined)
		throw confluenceV1Error(409, "ConflictException: no theme is set for the space");
	change(site, space, { selected: wanted });
	return ok({ spaceKey: space.key, lookAndFeelType: wanted });
}

function customLook(site: Site, request: RequestContext): Answer {
	const space = administered(site, queried(request));
	const custom = request.body;
	if (typeof custom !== "object" || custom === null) throw confluenceV1Error(400, "BadRequestException: all settings are required");
	change(site, space, { custom: custom as Readonly<Record<string, unknown>> });
	return ok({ ...custom, _links: { self: `${site.url}/wiki/rest/api/settings/lookandfeel?spaceKey=${space.key}` } });
}

function resetLook(site: Site, request: RequestContext): Answer {
	change(site, administered(site, queried(request)), { custom: undefined });
	return noContent();
}
