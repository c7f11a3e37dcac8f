import type { JsonObject } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { atlassianDocuments } from "@skyeworx/testkit";
import { confluenceSite, Kept } from "./confluence-site.ts";

const validate = atlassianDocuments("openapi", process.env) === undefined ? "off" : "collect";
export const page = (id: string) => ({ kind: "confluence.page", id });
export const storage = (value: string) => ({ representation: "storage", value });

/** A site with a small tree of pages that a test writes itself, backed up. */
export async function handmade() {
	const site = await confluenceSite({ seed: "empty", validate });
	const call = async (method: "GET" | "POST" | "PUT" | "DELETE", path: string, more: object = {}): Promise<JsonObject> =>
		(await site.client.call({ method, path, ...more })).json as JsonObject;
	const space = await call("POST", "/wiki/rest/api/space", {
		body: { key: "LAB", name: "Laboratory", description: { plain: { value: "Tests", representation: "plain" } } },
	});
	const spaceId = String(space.id);
	const create = async (title: string, body: string, parentId?: string): Promise<string> => {
		const fields = { spaceId, status: "current", title, body: storage(body), ...(parentId === undefined ? {} : { parentId }) };
		return String((await call("POST", "/wiki/api/v2/pages", { body: fields })).id);
	};
	const kept = new Kept();
	return {
		...site,
		call,
		create,
		kept,
		spaceId,
		async read(
			id: string,
		): Promise<{ readonly title: string; readonly body: string; readonly version: number; readonly main: JsonObject }> {
			const main = await call("GET", "/wiki/api/v2/pages/{id}", { parameters: { id }, query: { "body-format": "storage" } });
			const body = ((main.body as JsonObject).storage as JsonObject).value as string;
			return { title: String(main.title), body, version: (main.version as JsonObject).number as number, main };
		},
		async edit(id: string, over: { readonly title?: string; readonly body?: string }): Promise<void> {
			const now = await call("GET", "/wiki/api/v2/pages/{id}", { parameters: { id }, query: { "body-format": "storage" } });
			const body = over.body ?? String(((now.body as JsonObject).storage as JsonObject).value);
			const version = { number: ((now.version as JsonObject).number as number) + 1, message: "by hand" };
			await call("PUT", "/wiki/api/v2/pages/{id}", {
				parameters: { id },
				body: { id, status: "current", title: over.title ?? String(now.title), body: storage(body), version },
			});
		},
		async trash(id: string): Promise<void> {
			await call("DELETE", "/wiki/api/v2/pages/{id}", { parameters: { id } });
		},
		async purge(id: string): Promise<void> {
			await call("DELETE", "/wiki/api/v2/pages/{id}", { parameters: { id } });
			await call("DELETE", "/wiki/api/v2/pages/{id}", { parameters: { id }, query: { purge: true } });
		},
		async comment(body: JsonObject): Promise<string> {
			const path =
				"inlineCommentProperties" in body || body.inline === true ? "/wiki/api/v2/inline-comments" : "/wiki/api/v2/footer-comments";
			const { inline: _, ...fields } = body;
			return String((await call("POST", path, { body: fields })).id);
		},
		async upload(id: string, name: string, text: string): Promise<string> {
			const bytes = new TextEncoder().encode(text);
			const file = {
				field: "file",
				fileName: name,
				mediaType: "text/plain",
				size: bytes.length,
				async *open() {
					yield bytes;
				},
			};
			const answer = await call("PUT", "/wiki/rest/api/content/{id}/child/attachment", {
				parameters: { id },
				headers: { "X-Atlassian-Token": "nocheck" },
				upload: { files: [file], fields: { minorEdit: "true" } },
			});
			return String(((answer.results as JsonObject[])[0] as JsonObject).id);
		},
		wanted: (id: string): StoredItem => {
			const item = kept.item("confluence.page", id);
			return { ...item, parts: new Map(structuredClone([...item.parts])) };
		},
	};
}

export type Site = Awaited<ReturnType<typeof handmade>>;

/** A page with everything: comments of all sorts, a file, a label, a property, a parent. */
export async function rich(site: Site) {
	const parent = await site.create("Handbook", "<p>The root.</p>");
	const before = await site.create("Alpha", "<p>First.</p>", parent);
	const body =
		'<p>The kettle is on the shelf. The kettle is hot.</p><p>See <ac:image><ri:attachment ri:filename="plan.txt" /></ac:image> and <a href="' +
		`${site.simulator.url}/wiki/spaces/LAB/pages/${before}/Alpha">Alpha</a></p>`;
	const id = await site.create("Beta", body, parent);
	const after = await site.create("Gamma", "<p>Third.</p>", parent);
	const footer = await site.comment({ pageId: id, body: storage("<p>Well said.</p>") });
	await site.comment({ parentCommentId: footer, body: storage("<p>Indeed.</p>") });
	const selection = { textSelection: "kettle", textSelectionMatchCount: 2, textSelectionMatchIndex: 1 };
	const inline = await site.comment({ pageId: id, body: storage("<p>Which one?</p>"), inlineCommentProperties: selection });
	await site.comment({ inline: true, parentCommentId: inline, body: storage("<p>The red one.</p>") });
	await site.call("PUT", "/wiki/api/v2/inline-comments/{comment-id}", {
		parameters: { "comment-id": inline },
		body: { version: { number: 2 }, body: storage("<p>Which one?</p>"), resolved: true },
	});
	const file = await site.upload(id, "plan.txt", "step one, step two");
	await site.call("POST", "/wiki/rest/api/content/{id}/label", { parameters: { id }, body: [{ prefix: "global", name: "guide" }] });
	await site.call("POST", "/wiki/api/v2/pages/{page-id}/properties", {
		parameters: { "page-id": id },
		body: { key: "owner_team", value: { team: "lab" } },
	});
	await site.backup(site.kept);
	return { id, parent, before, after, file, inline, footer };
}
