import { type Answer, noContent } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Setting, SettingSort } from "../model/settings.ts";
import { changesSettings } from "./audit.ts";
import { addSetting, findSetting, freeName, settingsOf, takeOver } from "./settings.ts";

/** A sort of scheme: where it is and what its calls write. */
export interface SchemeSort {
	readonly sort: SettingSort;
	readonly path: string;
	readonly idName: string;
	readonly category: string;
	/** Reads the creating call's body beside name and description. */
	creation(body: Record<string, unknown>): Record<string, unknown>;
	made(setting: Setting): Answer;
	/** Members that the changing call takes over. */
	readonly changes: readonly string[];
	changed?(request: RequestContext, setting: Setting): Answer;
	readonly deletable?: boolean;
	/** Name under which spaces use it. */
	readonly usedAs?: string;
}

/** Registers making, changing and deleting of a sort of scheme. */
export function registerScheme(router: Router, site: Site, scheme: SchemeSort): void {
	const { sort, path, idName, category } = scheme;
	const said = (deed: string) => ({ category, summary: `${sort} ${deed}` });
	const find = (request: RequestContext) => findSetting(site, sort, param(request, idName), "scheme");
	changesSettings(router, site, said("created"), [
		"POST",
		path,
		(request) => {
			const body = bodyObject(request);
			const name = freeName(settingsOf(site, sort), request, { what: "scheme" });
			return scheme.made(addSetting(site, sort, { name, description: optionalText(body, "description") ?? "", ...scheme.creation(body) }));
		},
	]);
	changesSettings(router, site, said("updated"), [
		"PUT",
		`${path}/{${idName}}`,
		(request) => {
			const setting = find(request);
			if (bodyObject(request).name !== undefined) freeName(settingsOf(site, sort), request, { what: "scheme", own: setting.id });
			takeOver(setting, bodyObject(request), scheme.changes);
			return scheme.changed?.(request, setting) ?? noContent();
		},
	]);
	if (scheme.deletable === false) return;
	changesSettings(router, site, said("deleted"), [
		"DELETE",
		`${path}/{${idName}}`,
		(request) => {
			const setting = find(request);
			const used = [...site.jira.projects.values()].some(
				(project) => scheme.usedAs !== undefined && project.schemes?.[scheme.usedAs] === setting.id,
			);
			if (used || setting.isDefault === true) throw jiraError(400, "The scheme is in use.");
			site.jira.settings.of[sort].delete(setting.id);
			return noContent();
		},
	]);
}
