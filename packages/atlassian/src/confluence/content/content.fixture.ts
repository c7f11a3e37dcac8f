import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";

/** A stored page with defaults, for tests. */
export function storedPage(
	over: { readonly main?: JsonObject; readonly body?: string; readonly parts?: Readonly<Record<string, JsonValue>> } = {},
): StoredItem {
	const main = {
		id: "4711",
		status: "current",
		title: "Kettle rota",
		spaceId: "77",
		parentId: "4700",
		parentType: "page",
		position: 3,
		authorId: "acc-1",
		ownerId: "acc-1",
		createdAt: "2026-01-02T03:04:05.000Z",
		version: { number: 2, createdAt: "2026-05-03T10:21:30.000Z", message: "", minorEdit: false, authorId: "acc-2" },
		body: { storage: { representation: "storage", value: over.body ?? "<p>Fill it before nine.</p>" } },
		_links: { webui: "/spaces/LAB/pages/4711/Kettle+rota" },
		...over.main,
	};
	const parts = {
		"": main,
		context: { people: { "acc-1": "Ada Quill", "acc-2": "Ben Ode" }, space: { id: "77", key: "LAB", name: "Laboratory" } },
		...over.parts,
	};
	return { ref: { kind: "confluence.page", id: String(main.id) }, parts: new Map(Object.entries(parts)), files: [] };
}

/** A stored comment with defaults, for tests. */
export function storedComment(id: string, text: string, over: JsonObject = {}): JsonObject {
	return {
		id,
		status: "current",
		version: { number: 1, createdAt: "2026-05-03T10:21:30.000Z", authorId: "acc-2" },
		body: { storage: { representation: "storage", value: `<p>${text}</p>` } },
		...over,
	};
}

/** A stored list entry of an attachment with defaults, for tests. */
export function storedAttachment(id: string, title: string, over: JsonObject = {}): JsonObject {
	return {
		id,
		title,
		status: "current",
		mediaType: "image/png",
		fileSize: 1234,
		fileId: `media-${id}`,
		version: { number: 1, createdAt: "2026-05-03T10:21:30.000Z", authorId: "acc-2" },
		...over,
	};
}
