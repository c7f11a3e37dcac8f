import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { ApiCall } from "../../../http/http-client.ts";
import { attempt } from "../../restore/deed.ts";
import type { SpaceDeed } from "./space-deed.ts";

async function write(deed: SpaceDeed, name: string, call: Omit<ApiCall, "signal" | "idempotent">): Promise<void> {
	await attempt(deed, `look/${name}`, async () => {
		await deed.context.step(`look ${name}`, {
			run: async () => {
				// Setting it twice gives the same.
				await deed.site.client.call({ ...call, idempotent: true, signal: deed.context.signal });
				return true;
			},
		});
	});
}

/** Gives a space the theme, colours and settings that it had; the theme first, since colours of one's own need one. */
export async function writeLook(deed: SpaceDeed, key: string, changed: ReadonlySet<string>): Promise<void> {
	const look: JsonObject = deed.wanted.look ?? {};
	const parameters = { spaceKey: key };
	const theme = "/wiki/rest/api/space/{spaceKey}/theme";
	const has = (name: string): boolean => changed.has(`look/${name}`);
	if (has("theme")) {
		await write(
			deed,
			"theme",
			look.theme === undefined
				? { method: "DELETE", path: theme, parameters, accept: [404] }
				: { method: "PUT", path: theme, parameters, body: { themeKey: look.theme } },
		);
	}
	if (has("custom") && look.custom !== undefined) {
		const body: JsonValue = look.custom;
		await write(deed, "custom", { method: "POST", path: "/wiki/rest/api/settings/lookandfeel/custom", query: { spaceKey: key }, body });
	}
	if (has("selected") && look.selected !== undefined) {
		const body = { spaceKey: key, lookAndFeelType: look.selected };
		await write(deed, "selected", { method: "PUT", path: "/wiki/rest/api/settings/lookandfeel", body });
	}
	const settings = ["contentMode", "routeOverrideEnabled"].filter((name) => has(name) && look[name] !== undefined);
	if (settings.length > 0) {
		const body = Object.fromEntries(settings.map((name) => [name, look[name] ?? null]));
		await write(deed, settings[0] ?? "settings", { method: "PUT", path: "/wiki/rest/api/space/{spaceKey}/settings", parameters, body });
	}
}
