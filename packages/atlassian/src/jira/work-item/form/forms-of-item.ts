import { canonicalJson, type JsonObject } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { idAt, listAt, objectAt, textAt } from "../../../record/json-access.ts";

/** A form of a work item, as a snapshot or the site has it. */
export interface ItemForm {
	readonly id: string;
	readonly templateId: string;
	readonly name: string;
	/** Customers see it. */
	readonly isExternal: boolean;
	/** Submitted, and perhaps locked: nobody answers it before it is opened again. */
	readonly isSubmitted: boolean;
	/** By the ids of the questions. */
	readonly answers: JsonObject;
	/** Questions and what was answered, in words: `First day: 2026-11-02`. */
	readonly said: readonly string[];
	/** Equal for equal answers in an equal state. */
	readonly content: string;
	/** Equal for a form and its later incarnation. */
	readonly essence: string;
}

/** Reads the part `forms`. */
export function formsOf(item: StoredItem | undefined): readonly ItemForm[] {
	return listAt(item?.parts.get("forms")).flatMap((form): ItemForm[] => {
		const id = idAt(form, "id");
		if (id === undefined) return [];
		const name = textAt(form, "design", "settings", "name") ?? textAt(form, "name") ?? id;
		const answers = answersIn(objectAt(form, "state", "answers"));
		const [isExternal, isSubmitted] = [textAt(form, "state", "visibility") === "e", (textAt(form, "state", "status") ?? "o") !== "o"];
		const content = canonicalJson([name, isExternal, isSubmitted, answers]);
		const said = Object.entries(answers).map(([question, answer]) =>
			saidTo(objectAt(form, "design", "questions", question), question, objectAt(answer)),
		);
		return [
			{ id, templateId: idAt(form, "formTemplate", "id") ?? "", name, isExternal, isSubmitted, answers, said, content, essence: content },
		];
	});
}

/** Questions that were left open say nothing. */
function answersIn(answers: JsonObject): JsonObject {
	const isAnswered = (answer: JsonObject) =>
		Object.values(answer).some((value) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0));
	return Object.fromEntries(Object.entries(answers).filter(([, answer]) => isAnswered(objectAt(answer))));
}

function saidTo(question: JsonObject, id: string, answer: JsonObject): string {
	const labels = new Map(listAt(question, "choices").map((choice) => [idAt(choice, "id") ?? "", textAt(choice, "label") ?? ""]));
	const chosen = listAt(answer, "choices").map((choice) => labels.get(idAt(choice) ?? "") ?? idAt(choice) ?? "");
	const others = ["text", "date", "time", "number"].flatMap((name) => idAt(answer, name) ?? []);
	const people = listAt(answer, "users").flatMap((person) => textAt(person, "name") ?? textAt(person, "displayName") ?? []);
	const files = listAt(answer, "files").flatMap((file) => textAt(file, "name") ?? textAt(file, "fileName") ?? idAt(file, "id") ?? []);
	return `${textAt(question, "label") ?? `Question ${id}`}: ${[...chosen, ...others, ...people, ...files].join(", ")}`;
}
