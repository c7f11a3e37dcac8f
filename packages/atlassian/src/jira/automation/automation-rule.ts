import { AppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { cursorOf } from "../../http/paging.ts";
import { readAhead } from "../../read-ahead.ts";
import { idAt, listAt, objectAt, textAt } from "../../record/json-access.ts";
import { stable } from "../../record/stable-record.ts";
import { apartAnswer } from "../setting/apart.ts";
import { degraded, derived, exact, impossible, row } from "../setting/fidelity-rows.ts";
import { optional } from "../setting/reading.ts";
import type { Reading, SettingKind, SettingRecord } from "../setting/setting-kind.ts";
import { automationRuleKind } from "./rule-kind-id.ts";
import { inRule } from "./rule-references.ts";
import { stepsEssence, stepTypes } from "./rule-steps.ts";
import { ruleRoot, ruleWrite } from "./write-rule.ts";

/** All rules as their list tells of them: name, state and when each was changed, but nothing of what it does. */
async function summaries(reading: Reading): Promise<readonly JsonValue[]> {
	const found: JsonValue[] = [];
	let cursor: string | undefined;
	do {
		const query = { limit: 100, ...(cursor === undefined ? {} : { cursor }) };
		const page = await apartAnswer(reading, { method: "GET", path: `${ruleRoot}/summary`, query });
		if (!isJsonObject(page) || !Array.isArray(page.data))
			throw new AppError("site-answer-malformed", "Atlassian's list of automation rules is not readable");
		found.push(...page.data);
		const next = cursorOf(textAt(page, "links", "next"));
		cursor = next === cursor ? undefined : next;
	} while (cursor !== undefined);
	return found;
}

/** A rule with all its steps; undefined when it went since it was listed. */
async function wholeRule(reading: Reading, ruleUuid: string): Promise<SettingRecord | undefined> {
	const answer = await optional(apartAnswer(reading, { method: "GET", path: `${ruleRoot}/{ruleUuid}`, parameters: { ruleUuid } }));
	const rule = objectAt(answer, "rule");
	if (textAt(rule, "uuid") === undefined) return undefined;
	const connections = listAt(answer, "connections").map(stable);
	const parts = new Map<string, JsonValue>([["", stable(rule)]]);
	if (connections.length > 0) parts.set("connections", connections);
	return { id: ruleUuid, parts };
}

/** Rules that changed are read whole; a whole reading reads all. */
async function readRules(reading: Reading): Promise<readonly SettingRecord[]> {
	const found: SettingRecord[] = [];
	const tasks = (await summaries(reading)).map((summary) => async (): Promise<SettingRecord | undefined> => {
		const uuid = textAt(summary, "uuid") ?? "";
		const known = await reading.known(uuid, "");
		if (known === null) return { id: uuid, parts: new Map([["", summary]]), covers: [] };
		const isSame = !reading.whole && known !== undefined && idAt(known, "updated") === idAt(summary, "updated");
		return isSame ? { id: uuid, parts: new Map([["", known]]), covers: [] } : await wholeRule(reading, uuid);
	});
	for await (const record of readAhead(tasks, 4)) if (record !== undefined) found.push(record);
	return found;
}

/** Automation rules of Jira, wherever they work. */
export const automationRules: SettingKind = {
	id: automationRuleKind,
	names: ["automation rule", "automation rules"],
	scopes: { read: [], restore: [] },
	apart: true,
	parts: ["connections"],
	table: [
		row("uuid", "Id", exact, degraded("The former one is asked for; Atlassian gives another where it is taken.")),
		row("name", "Name", exact),
		row("description", "Description", exact),
		row(
			"state",
			"Enabled",
			exact,
			degraded("Made disabled, then enabled if it was; it stays disabled where secrets or connections are to be entered again."),
		),
		row("labels", "Labels", exact),
		row("actor", "Runs as", degraded("Atlassian takes no account that is not active any more.")),
		row("authorAccountId", "Owner", degraded("Atlassian takes no account that is not active any more.")),
		row("collaborators", "Collaborators", exact),
		row("writeAccessType", "Who may edit it", exact),
		row("canOtherRuleTrigger", "Other rules start it", exact),
		row("notifyOnError", "Mail about errors", exact),
		row("ruleScopeARIs", "Where it works", degraded("Of spaces that are there.")),
		row("trigger", "Trigger", exact, degraded("Values of hidden headers are lost: Atlassian shows them to nobody.")),
		row(
			"components",
			"Conditions and actions",
			exact,
			degraded("Values of hidden headers are lost, ids of things that Atlassian's rules do not name as such stay as they were."),
		),
		row(
			"connections",
			"Connections to other tools",
			impossible("Atlassian shows no credentials: connect them again, then enable the rule."),
		),
		row("created", "Made on", derived("Automation")),
		row("updated", "Changed on", derived("its changes")),
		...["ruleHome", "partitionId", "billingType", "tags", "clientKey", "id", "idUuid", "storageClass"].map((name) =>
			row(name, "Kept by Automation", derived("Automation")),
		),
	],
	visit: inRule,
	read: readRules,
	async readSome(reading, ids) {
		const rules = await Promise.all(ids.map((id) => wholeRule(reading, id)));
		return rules.filter((rule) => rule !== undefined);
	},
	essence: (member, value) => (member === "trigger" || member === "components" ? stepsEssence(value) : value),
	facts: (tree: JsonObject, site) => ({
		type: textAt(tree, "state") === "ENABLED" ? "enabled" : "disabled",
		text: [textAt(tree, "description") ?? "", ...wordsOfSteps(tree)].join("\n").trim(),
		url: `${site.url}/jira/settings/automation#/rule/${textAt(tree, "uuid") ?? ""}`,
	}),
	write: ruleWrite,
};

/** What the steps of a rule do, in the words of Automation: `jira issue transition`. */
function wordsOfSteps(rule: JsonObject): readonly string[] {
	return [...new Set(stepTypes(rule).map((type) => type.replaceAll(/[.:_-]+/g, " ")))];
}
