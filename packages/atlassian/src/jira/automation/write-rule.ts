import type { JsonObject } from "@skyeworx/core";
import { listAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import type { Deed, SettingChange, SettingWrite } from "../setting/setting-kind.ts";
import { hasConnections, holdsSecrets } from "./rule-steps.ts";

/** Where rules lie: at the gateway's root, whatever the site's own address. */
export const ruleRoot = "/automation/public/jira/{cloudId}/rest/v1/rule";

/** Members that Automation takes; with another one it refuses the whole body and does not say why. */
const writable = [
	"name",
	"description",
	"labels",
	"actor",
	"authorAccountId",
	"collaborators",
	"writeAccessType",
	"canOtherRuleTrigger",
	"notifyOnError",
	"ruleScopeARIs",
	"trigger",
	"components",
];

function payload(rule: JsonObject, state: string): JsonObject {
	const members = Object.entries(rule).filter(([name, value]) => writable.includes(name) && value !== null);
	return { ...Object.fromEntries(members), state };
}

/** A rule that works with what was lost would fail at each run, or do half of its work: a person looks at it first. */
function staysDisabled(rule: JsonObject): string | undefined {
	if (holdsSecrets(rule)) return "It stays disabled: Atlassian shows no values of hidden headers. Enter them, then enable the rule.";
	return hasConnections(rule) ? "It stays disabled: connect the tools that it works with again, then enable the rule." : undefined;
}

function setState(deed: Deed, ruleUuid: string, value: string): Promise<boolean> {
	const call = { method: "PUT", path: `${ruleRoot}/{ruleUuid}/state`, parameters: { ruleUuid } } as const;
	return deed.put("state", `state ${value}`, { ...call, body: { value } });
}

/** Stops a rule before it is changed, and lets it work only when it is whole again. */
async function change(deed: Deed, { id, rows, wanted, live, isNew }: SettingChange): Promise<void> {
	const state = rows.has("state") ? textAt(wanted, "state") : undefined;
	if (state === "DISABLED") await setState(deed, id, state);
	const changed = writable.filter((name) => rows.has(name));
	const [first] = changed;
	let isWhole = true;
	if (first !== undefined && !isNew) {
		const members = Object.fromEntries(changed.flatMap((name) => (wanted[name] === undefined ? [] : [[name, wanted[name]]])));
		const rule = payload({ ...live, ...members }, state === "DISABLED" ? state : (textAt(live, "state") ?? "DISABLED"));
		const call = { method: "PUT", path: `${ruleRoot}/{ruleUuid}`, parameters: { ruleUuid: id } } as const;
		isWhole = await deed.put(first, "rule", { ...call, body: { rule, connections: listAt(live, "connections") } });
	}
	if (state !== "ENABLED") return;
	const reason = isNew || first !== undefined ? staysDisabled(wanted) : undefined;
	if (reason !== undefined) deed.problem("state", reason);
	else if (isWhole) await setState(deed, id, state);
	else deed.problem("state", "It stays disabled: it could not be written.");
}

/** How rules are written. */
export const ruleWrite: SettingWrite = {
	allowsTwins: true,
	refusesChange(live, rows) {
		if (!holdsSecrets(live) || !rows.some((name) => writable.includes(name))) return undefined;
		return "The rule that is there holds values of hidden headers, which Atlassian shows to nobody: writing it would take them away for good. Whether it is enabled can be restored by itself.";
	},
	async create(deed, tree) {
		const rule = payload(tree, "DISABLED");
		const post = async (given: JsonObject, accept: readonly number[]) =>
			await deed.client.call({
				method: "POST",
				path: ruleRoot,
				body: { rule: given, connections: [] },
				accept,
				signal: deed.context.signal,
			});
		const asked = await post({ ...rule, uuid: textAt(tree, "uuid") ?? "" }, [400, 409]);
		const { json } = asked.status < 400 ? asked : await post(rule, []);
		return idIn(json, "ruleUuid") ?? "";
	},
	change,
	beforeRemoval: (ruleUuid) => ({
		method: "PUT",
		path: `${ruleRoot}/{ruleUuid}/state`,
		parameters: { ruleUuid },
		body: { value: "DISABLED" },
	}),
	remove: (ruleUuid) => ({ method: "DELETE", path: `${ruleRoot}/{ruleUuid}`, parameters: { ruleUuid } }),
};
