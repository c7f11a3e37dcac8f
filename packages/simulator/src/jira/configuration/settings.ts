import { jiraError } from "../../http/errors.ts";
import { bodyObject } from "../../http/read-input.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";
import type { Setting, SettingSort } from "../model/settings.ts";

/** Finds a configured thing. @throws HttpError 404 as Jira does */
export function findSetting(site: Site, sort: SettingSort, id: string, what: string): Setting {
	const found = site.jira.settings.of[sort].get(id);
	if (found === undefined) throw jiraError(404, `The ${what} was not found.`);
	return found;
}

/** All of a sort, in the order of making. */
export function settingsOf(site: Site, sort: SettingSort): readonly Setting[] {
	return [...site.jira.settings.of[sort].values()];
}

/** Reads a name that nothing else of the list bears. @throws HttpError 400 (409 when told) otherwise */
export function freeName(
	list: Iterable<{ readonly id: string | number; readonly name: string }>,
	request: RequestContext,
	rule: { readonly own?: string; readonly status?: number; readonly what: string },
): string {
	const { name } = bodyObject(request);
	if (typeof name !== "string" || name.trim() === "") throw jiraError(400, [], { name: "The name is required." });
	for (const one of list) {
		if (one.name.toLowerCase() === name.toLowerCase() && String(one.id) !== rule.own) {
			throw jiraError(rule.status ?? 400, [], { name: `A ${rule.what} with this name already exists.` });
		}
	}
	return name;
}

/** Puts a new thing into its sort under the next number. */
export function addSetting(site: Site, sort: SettingSort, members: Record<string, unknown> & { readonly name: string }): Setting {
	// The context that comes with a field has the field's number.
	const setting: Setting = { ...members, id: String(site.ids.take(sort, sort === "fieldContext" ? 20_000 : 10_000)) };
	site.jira.settings.of[sort].set(setting.id, setting);
	return setting;
}

/** Takes over those of the body's members that a call may write. */
export function takeOver(setting: Record<string, unknown>, body: Record<string, unknown>, names: readonly string[]): void {
	for (const name of names) if (body[name] !== undefined) setting[name] = body[name];
}
