import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";

/** An ADF document that a real site answered, and where it stands. */
export interface RecordedDocument {
	readonly name: string;
	readonly document: JsonObject;
}

/** Fields of a work item that a real site answered. */
export interface RecordedWorkItem {
	readonly name: string;
	readonly summary: string;
	readonly description: JsonObject | undefined;
	readonly labels: readonly string[];
	readonly dueDate: string | undefined;
}

export interface RecordedPage {
	readonly name: string;
	readonly storage: string;
}

function* objectsIn(value: JsonValue): Iterable<JsonObject> {
	if (Array.isArray(value)) for (const member of value) yield* objectsIn(member);
	else if (isJsonObject(value)) {
		yield value;
		for (const member of Object.values(value)) yield* objectsIn(member);
	}
}

function* answers(folder: string): Iterable<{ readonly name: string; readonly json: JsonValue }> {
	for (const name of globSync("**/*.json", { cwd: folder }).toSorted()) {
		const text = readFileSync(join(folder, name), "utf8");
		try {
			yield { name, json: JSON.parse(text) as JsonValue };
		} catch {
			// Two of the recordings are not JSON: they record that a server answered something else.
		}
	}
}

/** Every ADF document among the recorded answers. */
export function recordedDocuments(folder: string): RecordedDocument[] {
	return [...answers(folder)].flatMap(({ name, json }) =>
		[...objectsIn(json)]
			.filter((object) => object.type === "doc" && Array.isArray(object.content))
			.map((document, index) => ({ name: `${name} #${index}`, document })),
	);
}

/** Every work item among the recorded answers, as far as its fields exist on any site. */
export function recordedWorkItems(folder: string): RecordedWorkItem[] {
	return [...answers(folder)].flatMap(({ name, json }) =>
		[...objectsIn(json)].flatMap((object, index) => {
			const { fields } = object;
			if (!isJsonObject(fields) || typeof fields.summary !== "string" || fields.summary === "") return [];
			const { summary, description, labels, duedate } = fields;
			return [
				{
					name: `${name} #${index}`,
					summary,
					description: isJsonObject(description) ? description : undefined,
					labels: Array.isArray(labels) ? labels.filter((label): label is string => typeof label === "string") : [],
					// Old servers wrote a time of day into due dates; no Cloud site takes that.
					dueDate: typeof duedate === "string" && /^\d{4}-\d\d-\d\d$/.test(duedate) ? duedate : undefined,
				},
			];
		}),
	);
}

/** Every page in storage format. */
export function recordedPages(folder: string): RecordedPage[] {
	return globSync("{md2conf/**/*.xml,mark/**/*.html}", { cwd: folder })
		.toSorted()
		.map((name) => ({ name, storage: readFileSync(join(folder, name), "utf8") }));
}
