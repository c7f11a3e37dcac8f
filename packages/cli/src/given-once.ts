import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { AppError } from "@skyeworx/core";

/**
 * Does what gives back secrets this once, and writes them into new files that only their owner reads. The files are there, empty,
 * before anything is done, and gone again when it fails.
 * @param contents what belongs into each of the paths; a file whose content is undefined is taken away
 * @throws AppError `conflict` when a file is there already; what the deed throws
 */
export async function givenOnce<T>(
	paths: readonly string[],
	deed: () => Promise<T>,
	contents: (made: T) => readonly (string | undefined)[],
): Promise<T> {
	const open: string[] = [];
	const drop = (path: string): void => rmSync(path, { force: true });
	let made: T;
	try {
		for (const path of paths) {
			reserve(path);
			open.push(path);
		}
		made = await deed();
	} catch (error) {
		open.forEach(drop);
		throw error;
	}
	for (const [index, content] of contents(made).entries()) {
		const path = paths[index];
		if (path === undefined) continue;
		if (content === undefined) drop(path);
		else fill(path, content);
	}
	return made;
}

function reserve(path: string): void {
	try {
		closeSync(openSync(path, "wx", 0o600));
	} catch (cause) {
		throw new AppError("conflict", `${path} can't be made`, { cause, hint: "Name a file that does not exist yet." });
	}
}

function fill(path: string, content: string): void {
	try {
		writeFileSync(path, content.endsWith("\n") ? content : `${content}\n`, { flush: true });
	} catch (cause) {
		throw new AppError("internal", `It was done, but what belongs into ${path} can't be written and is lost`, {
			cause,
			hint: "Make another recovery kit: skyeworx storage new-kit.",
		});
	}
}
