import { isAppError, type JsonValue } from "@skyeworx/core";
import { idAt, objectAt, textAt } from "../../../record/json-access.ts";
import { formKind } from "../../form/form-address.ts";
import { experimental } from "../../service/desk-lists.ts";
import { formsOf, type ItemForm } from "../form/forms-of-item.ts";
import { formsOfItem, listForms, readForm } from "../form/read-forms.ts";
import { workItemRef } from "../record.ts";
import type { Restoring, TargetItem } from "./restoring.ts";

/** Restores the forms of a work item: attached again where they are gone, answered, shown to whom they were shown, submitted. */
export async function restoreForms(restoring: Restoring, target: TargetItem): Promise<void> {
	const { add, edit } = restoring.details.forms;
	for (const form of formsOf(restoring.wanted)) {
		const isNew = add.includes(form.id);
		if (!isNew && !edit.includes(form.id)) continue;
		try {
			const formId = isNew ? await attach(restoring, target, form) : form.id;
			await fill(restoring, { target, form, formId, isNew });
		} catch (error) {
			if (!isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
			restoring.problem(`forms/${form.id}`, `Atlassian refused it (status ${error.facts?.status ?? "unknown"}).`);
		}
	}
}

interface Filling {
	readonly target: TargetItem;
	readonly form: ItemForm;
	/** What it is called on the site. */
	readonly formId: string;
	readonly isNew: boolean;
}

/** Forms that were there before the first try are known; one of the same template that comes on top of them is ours. */
async function attach(restoring: Restoring, target: TargetItem, form: ItemForm): Promise<string> {
	const { context, site, details } = restoring;
	const asking = { client: site.client, signal: context.signal };
	const templateId = context.mapped({ kind: formKind, id: form.templateId })?.ref.id ?? form.templateId;
	const there = await context.step(`had form/${form.id}`, {
		run: async () => (await listForms(asking, target.id)).map((one) => idAt(one, "id") ?? ""),
	});
	const place = { path: formsOfItem, parameters: { issueIdOrKey: target.id }, headers: experimental, signal: context.signal };
	const body = { formTemplate: { id: templateId } };
	const id = await context.step(`form/${form.id}`, {
		run: async () => idAt((await site.client.call({ method: "POST", ...place, body, item: target.id })).json, "id") ?? "",
		find: async () => {
			const isOurs = (one: JsonValue) => idAt(one, "formTemplate", "id") === templateId && !there.includes(idAt(one, "id") ?? "");
			return idAt((await listForms(asking, target.id)).find(isOurs), "id");
		},
	});
	if (details.live !== null) context.created({ ref: workItemRef(target.id), part: `form/${id}` });
	return id;
}

/** Answers a form; one that was submitted is opened first and submitted again. */
async function fill(restoring: Restoring, { target, form, formId, isNew }: Filling): Promise<void> {
	const { context, site } = restoring;
	const parameters = { issueIdOrKey: target.id, formId };
	const put = async (name: string, path: string, body?: JsonValue, accept: readonly number[] = []): Promise<void> => {
		const call = {
			method: "PUT",
			path: `${formsOfItem}/{formId}${path}`,
			parameters,
			headers: experimental,
			accept,
			item: target.id,
		} as const;
		const run = async () => (await site.client.call({ ...call, ...(body === undefined ? {} : { body }), signal: context.signal })).status;
		await context.step(`${name} form/${form.id}`, { run, find: () => Promise.resolve(undefined) });
	};
	// One that is open already is refused.
	if (!isNew) await put("open", "/action/reopen", undefined, [400]);
	if (!isNew || Object.keys(form.answers).length > 0)
		await put("answer", "", { answers: await answersFor(restoring, { target, form, formId, isNew }) });
	await put("show", form.isExternal ? "/action/external" : "/action/internal");
	if (!form.isSubmitted) return;
	const asking = { client: site.client, signal: context.signal };
	const isDone = async () => (textAt(await readForm(asking, target.id, formId), "state", "status") === "o" ? undefined : 200);
	const submit = { method: "PUT", path: `${formsOfItem}/{formId}/action/submit`, parameters, headers: experimental } as const;
	const run = async () => (await site.client.call({ ...submit, item: target.id, signal: context.signal })).status;
	await context.step(`submit form/${form.id}`, { run, find: isDone });
}

/** Answers that came later and were not there are taken back: Forms keeps whatever a call does not name. */
async function answersFor({ context, site }: Restoring, { target, form, formId, isNew }: Filling): Promise<JsonValue> {
	if (isNew) return form.answers;
	const now = objectAt(await readForm({ client: site.client, signal: context.signal }, target.id, formId), "state", "answers");
	const emptied = Object.entries(now).flatMap(([question, answer]) =>
		form.answers[question] === undefined ? [[question, emptyLike(objectAt(answer))] as const] : [],
	);
	return { ...Object.fromEntries(emptied), ...form.answers };
}

/** The same answer, saying nothing: `{text: ""}`, `{choices: []}`. */
function emptyLike(answer: Readonly<Record<string, JsonValue>>): JsonValue {
	return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, Array.isArray(value) ? [] : ""]));
}
