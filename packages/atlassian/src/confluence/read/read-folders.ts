import { isAppError, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { fetchFolder, readFolder } from "../folder/folder-record.ts";
import { inOrder } from "./in-order.ts";
import type { Reading } from "./reading.ts";

const foldersAtOnce = 6;

/** Reads the folders that pages stand in, and those around them: one call a folder, since Atlassian lists them nowhere. */
export async function* readFolders(reading: Reading): AsyncGenerator<Observation> {
	const { site, request, folders } = reading;
	const found: string[] = [];
	const asked = new Set<string>();
	try {
		for (let level = [...folders]; level.length > 0; ) {
			for (const id of level) asked.add(id);
			const above = new Set<string>();
			for await (const part of inOrder(level, foldersAtOnce, (id) => fetchFolder(site.client, id, request.signal))) {
				if (part === undefined) continue;
				const { id, parentId, parentType } = readFolder(part);
				if (parentType === "folder" && parentId != null && !asked.has(parentId)) above.add(parentId);
				found.push(id);
				yield { type: "item", ref: { kind: "confluence.folder", id }, parts: new Map<string, JsonValue>([["", part]]), covers: [""] };
			}
			level = [...above];
		}
	} catch (error) {
		if (!isAppError(error, "scope-missing")) throw error;
		const reason = "Folders of page trees are not kept: the credential lacks the scope read:folder:confluence.";
		yield { type: "blind-spot", kind: "confluence.folder", count: folders.size, reason, cause: "scope" };
		return;
	}
	if (request.spaces === undefined) yield { type: "census", kind: "confluence.folder", ids: found, last: true };
}
