import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { SiteBench } from "../site-bench.ts";
import { type Deed, pick } from "./site-deeds.ts";

const objects = (list: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);

/** Kinds of what stands in page trees beside pages, by the types that Atlassian calls them. */
export const treeKinds = {
	folder: "confluence.folder",
	whiteboard: "confluence.whiteboard",
	database: "confluence.database",
	embed: "confluence.smart-link",
} as const;
type TreeType = keyof typeof treeKinds;

const isTreeType = (type: string): type is TreeType => type in treeKinds;
const state = (bench: SiteBench) => bench.simulator.state.confluence;
const objectsOf = (bench: SiteBench) =>
	[...state(bench).contents.values()].filter((one) => isTreeType(one.type) && one.status === "current");
const spaces = (bench: SiteBench) => [...state(bench).spaces.values()].filter((one) => one.status === "current");

const creating =
	(type: TreeType): Deed =>
	async (bench, by, tag) => {
		const above = pick(
			[...state(bench).contents.values()].filter((one) => one.status === "current" && (one.type === "page" || one.type === "folder")),
			by,
		);
		if (above === undefined) return;
		const address = type === "embed" ? { embedUrl: `https://board.example.com/${tag}` } : {};
		await bench.post(`/wiki/api/v2/${type}s`, { spaceId: above.spaceId, parentId: above.id, title: `${type} ${tag}`, ...address });
	};

async function setProperty(bench: SiteBench, path: string, key: string, value: JsonValue): Promise<void> {
	const [known] = objects((await bench.call("GET", `${path}?key=${key}`)).results);
	if (known === undefined) await bench.post(path, { key, value });
	else {
		const version = isJsonObject(known.version) ? Number(known.version.number) : 0;
		await bench.call("PUT", `${path}/${known.id}`, { key, value, version: { number: version + 1 } });
	}
}

const storage = (value: string) => ({ storage: { value, representation: "storage" } });

/** What people do with folders, whiteboards, databases and smart links, with templates and with spaces. */
export const treeDeeds: Readonly<Record<string, Deed>> = {
	createFolder: creating("folder"),
	createWhiteboard: creating("whiteboard"),
	createDatabase: creating("database"),
	createSmartLink: creating("embed"),
	deleteObject: async (bench, by) => {
		const one = pick(objectsOf(bench), by);
		if (one !== undefined) await bench.remove(`/wiki/api/v2/${one.type}s/${one.id}`);
	},
	objectProperty: async (bench, by, tag) => {
		const one = pick(objectsOf(bench), by);
		if (one !== undefined) await setProperty(bench, `/wiki/api/v2/${one.type}s/${one.id}/properties`, `note-${by % 2}`, { said: tag });
	},
	createTemplate: async (bench, by, tag) => {
		const key = by % 2 === 0 ? undefined : pick(spaces(bench), by)?.key;
		const space = key === undefined ? {} : { space: { key } };
		await bench.post("/wiki/rest/api/template", {
			name: `Template ${tag}`,
			templateType: "page",
			body: storage(`<p>${tag}</p>`),
			...space,
		});
	},
	editTemplate: async (bench, by, tag) => {
		const one = pick([...state(bench).templates.values()], by);
		if (one === undefined) return;
		const space = one.spaceKey === undefined ? {} : { space: { key: one.spaceKey } };
		const fields = { templateId: one.id, name: one.name, templateType: "page", body: storage(`<p>Edited ${tag}</p>`), ...space };
		await bench.call("PUT", "/wiki/rest/api/template", fields);
	},
	deleteTemplate: async (bench, by) => {
		const one = pick([...state(bench).templates.values()], by);
		if (one !== undefined) await bench.remove(`/wiki/rest/api/template/${one.id}`);
	},
	createSpace: async (bench, _by, tag) => {
		await bench.post("/wiki/rest/api/space", { key: `SP${tag.replaceAll(/\W/g, "").toUpperCase()}`, name: `Space ${tag}` });
	},
	renameSpace: async (bench, by, tag) => {
		const space = pick(spaces(bench), by);
		if (space !== undefined) await bench.call("PUT", `/wiki/rest/api/space/${space.key}`, { name: `Space ${tag}` });
	},
	labelSpace: async (bench, by, tag) => {
		const space = pick(spaces(bench), by);
		if (space !== undefined) await bench.post(`/wiki/rest/api/space/${space.key}/label`, [{ prefix: "global", name: `s-${tag}` }]);
	},
	spaceProperty: async (bench, by, tag) => {
		const space = pick(spaces(bench), by);
		if (space !== undefined) await setProperty(bench, `/wiki/api/v2/spaces/${space.id}/properties`, `note-${by % 2}`, { said: tag });
	},
};
