import { AppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { readAhead } from "../../read-ahead.ts";
import { at, idAt, objectAt, textAt } from "../../record/json-access.ts";
import { stable } from "../../record/stable-record.ts";
import { experimental, listDesks } from "../service/desk-lists.ts";
import { apartAnswer } from "../setting/apart.ts";
import { idIn } from "../setting/deed.ts";
import { derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { optional } from "../setting/reading.ts";
import type { Reading, SettingKind, SettingRecord } from "../setting/setting-kind.ts";
import { spaceKind } from "../space/space-kind.ts";
import { formKind, formRoot } from "./form-address.ts";

const ofSpace = `${formRoot}/project/{projectIdOrKey}/form`;
const one = `${ofSpace}/{formId}`;

interface Place {
	readonly space: JsonObject;
	readonly formId: string;
}

/** A template with all that it asks; undefined when it went since it was listed. */
async function wholeTemplate(reading: Reading, { space, formId }: Place): Promise<SettingRecord | undefined> {
	const parameters = { projectIdOrKey: idAt(space, "projectId") ?? "", formId };
	const answer = await optional(apartAnswer(reading, { method: "GET", path: one, parameters, headers: experimental }));
	if (!isJsonObject(answer)) return undefined;
	const name = textAt(answer, "design", "settings", "name") ?? formId;
	return { id: formId, parts: new Map([["", { ...objectAt(stable(answer)), name, ...space }]]) };
}

/** The spaces that can have forms, as a template's record names them. */
async function spacesWithForms(reading: Reading): Promise<readonly JsonObject[]> {
	return (await listDesks(reading)).map((desk) => ({
		projectId: idAt(desk, "projectId") ?? "",
		projectKey: textAt(desk, "projectKey") ?? "",
		projectName: textAt(desk, "projectName") ?? "",
	}));
}

/** One request a service desk, and one for each template that changed. */
async function readTemplates(reading: Reading): Promise<readonly SettingRecord[]> {
	const found: SettingRecord[] = [];
	for (const space of await spacesWithForms(reading)) {
		const parameters = { projectIdOrKey: idAt(space, "projectId") ?? "" };
		const list = await apartAnswer(reading, { method: "GET", path: ofSpace, parameters, headers: experimental });
		if (!Array.isArray(list)) throw new AppError("site-answer-malformed", "Atlassian's list of forms is not readable");
		const tasks = list.map((entry: JsonValue) => async () => await template(reading, space, entry));
		for await (const record of readAhead(tasks, 4)) if (record !== undefined) found.push(record);
	}
	return found;
}

async function template(reading: Reading, space: JsonObject, entry: JsonValue): Promise<SettingRecord | undefined> {
	const formId = idAt(entry, "id") ?? "";
	const known = await reading.known(formId, "");
	if (known === null) return { id: formId, parts: new Map([["", { ...objectAt(entry), ...space }]]) };
	const isSame = !reading.whole && known !== undefined && textAt(known, "updated") === textAt(entry, "updated");
	return isSame ? { id: formId, parts: new Map([["", known]]) } : await wholeTemplate(reading, { space, formId });
}

function questionsOf(tree: JsonObject): readonly string[] {
	return Object.values(objectAt(tree, "design", "questions")).flatMap((question) => textAt(question, "label") ?? []);
}

function payload(tree: JsonObject): JsonObject {
	return { design: at(tree, "design") ?? {}, publish: at(tree, "publish") ?? {} };
}

const moved = "A template belongs to its space.";

/** Templates of the forms that customers and agents fill in. */
export const formTemplates: SettingKind = {
	id: formKind,
	app: "jsm",
	names: ["form", "forms"],
	scopes: { read: [], restore: [] },
	apart: true,
	table: [
		...idRows(),
		row("name", "Name", exact),
		row("design", "Questions, sections and conditions", exact),
		row("publish", "Where it is shown", exact),
		row("projectId", "Space", impossible(moved), exact),
		row("projectKey", "Key of the space", derived("the space")),
		row("projectName", "Name of the space", derived("the space")),
		row("updated", "Changed on", derived("its changes")),
	],
	points: [
		{ at: "projectId", kind: spaceKind },
		{ at: "publish.jira.recommendedIssueRequestTypeIds.*", kind: "jsm.request-type" },
		{ at: "publish.jira.issueCreateRequestTypeIds.*", kind: "jsm.request-type" },
		{ at: "publish.jira.issueCreateIssueTypeIds.*", kind: "jira.issue-type" },
		{ at: "publish.portal.portalRequestTypeIds.*", kind: "jsm.request-type" },
		{ at: "design.questions.*.jiraField", kind: "jira.field" },
	],
	read: readTemplates,
	facts: (tree, site) => ({
		space: {
			id: idAt(tree, "projectId") ?? "",
			key: textAt(tree, "projectKey") ?? "",
			name: textAt(tree, "projectName") ?? "",
		},
		text: questionsOf(tree).join("\n"),
		url: `${site.url}/jira/servicedesk/projects/${textAt(tree, "projectKey") ?? ""}/settings/forms`,
	}),
	write: {
		identity: ["name", "projectId"],
		async create(deed, tree) {
			const parameters = { projectIdOrKey: idAt(tree, "projectId") ?? "" };
			const call = { method: "POST", path: ofSpace, parameters, headers: experimental, body: payload(tree) } as const;
			return idIn((await deed.client.call({ ...call, signal: deed.context.signal })).json) ?? "";
		},
		async change(deed, { id, rows, wanted, live, isNew }) {
			const [first] = ["design", "publish", "name"].filter((name) => rows.has(name));
			if (first === undefined || isNew) return;
			const body = payload({ ...live, ...(rows.has("publish") ? { publish: wanted.publish ?? {} } : {}), ...designOf(rows, wanted) });
			const parameters = { projectIdOrKey: idAt(live, "projectId") ?? "", formId: id };
			await deed.put(first, "form", { method: "PUT", path: one, parameters, headers: experimental, body });
		},
		remove: (formId, live) => ({
			method: "DELETE",
			path: one,
			parameters: { projectIdOrKey: idAt(live, "projectId") ?? "", formId },
			headers: experimental,
		}),
	},
};

/** The name is a part of the design. */
function designOf(rows: ReadonlySet<string>, wanted: JsonObject): JsonObject {
	return rows.has("design") || rows.has("name") ? { design: wanted.design ?? {} } : {};
}
