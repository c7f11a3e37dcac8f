import type { Project } from "../../jira/model/project.ts";
import type { Setting } from "../../jira/model/settings.ts";
import type { Site } from "../../site/site.ts";

type Step = Record<string, unknown>;

const step = (id: string, component: string, type: string, value: unknown, more: Step = {}): Step => ({
	id,
	component,
	type,
	value,
	parentId: null,
	conditionParentId: null,
	connectionId: null,
	schemaVersion: 1,
	children: [],
	conditions: [],
	...more,
});

const byId = (value: string) => ({ type: "ID", value });

/** Gives the site three automation rules: one of a space, one of the service desk with a secret, one of the whole site. */
export function seedAutomation(site: Site, projects: readonly Project[]): void {
	const [core, desk] = ["CORE", "HELP"].map((key) => projects.find((project) => project.key === key));
	if (core !== undefined) ofSpace(site, core);
	if (desk !== undefined) ofDesk(site, desk);
	add(site, {
		uuid: "0198a4c2-7d10-7b64-9a01-5f6d1c2e3a03",
		name: "Remind of quiet work",
		description: "Every Monday, for all spaces.",
		state: "DISABLED",
		labels: ["hygiene"],
		ruleScopeARIs: [`ari:cloud:jira::site/${site.cloudId}`],
		trigger: step("400000", "TRIGGER", "jira.jql.scheduled", {
			schedule: { cronExpression: "0 0 8 ? * MON", method: "CRON" },
			jql: "statusCategory != Done AND updated < -14d",
			executionMode: "perIssue",
		}),
		components: [step("400001", "ACTION", "jira.issue.comment", { comment: "Is this still wanted?", publicComment: false })],
		connections: [],
	});
}

function ofSpace(site: Site, { id }: Project): void {
	const ari = `ari:cloud:jira:${site.cloudId}:project/${id}`;
	const field = { type: "ID", value: "customfield_10034" };
	add(site, {
		uuid: "0198a4c2-7d10-7b64-9a01-5f6d1c2e3a01",
		name: "Ask for a review of high work",
		description: "When something urgent is started, somebody looks at it.",
		state: "ENABLED",
		labels: [],
		ruleScopeARIs: [ari],
		trigger: step("400010", "TRIGGER", "jira.issue.event.trigger:transitioned", {
			eventFilters: [ari],
			eventKey: "jira:issue_updated",
			issueEvent: "issue_generic",
			fromStatus: [byId("10010")],
			toStatus: [byId("3")],
		}),
		components: [
			step(
				"400011",
				"CONDITION",
				"jira.issue.condition",
				{
					selectedField: byId("priority"),
					selectedFieldType: "priority",
					comparison: "EQUALS",
					compareValue: { ...byId("2"), multiValue: false, modifier: null },
				},
				{
					children: [
						step("400012", "ACTION", "jira.issue.edit", {
							operations: [{ field, fieldType: "select", type: "SET", value: "{{issue.customfield_10034}}" }],
						}),
					],
				},
			),
			step("400013", "ACTION", "jira.issue.transition", { destinationStatus: byId("10011"), operations: [], transitionMatch: "" }),
		],
		connections: [],
	});
}

function ofDesk(site: Site, { id }: Project): void {
	const ari = `ari:cloud:jira:${site.cloudId}:project/${id}`;
	const header = { id: "_header_1", name: "Authorization", value: "Bearer 3f9a1c77", headerSecure: true };
	add(site, {
		uuid: "0198a4c2-7d10-7b64-9a01-5f6d1c2e3a02",
		name: "Tell the duty phone of incidents",
		description: null,
		state: "ENABLED",
		labels: [],
		ruleScopeARIs: [ari],
		trigger: step("400020", "TRIGGER", "jira.issue.event.trigger:created", { eventFilters: [ari], eventKey: "jira:issue_created" }),
		components: [
			step("400021", "CONDITION", "jira.issue.condition", {
				selectedField: byId("issuetype"),
				selectedFieldType: "issuetype",
				comparison: "EQUALS",
				compareValue: { ...byId("10006"), multiValue: false, modifier: null },
			}),
			step("400022", "ACTION", "jira.issue.outgoing.webhook", {
				url: "https://duty.example.com/calls",
				headers: [{ id: "_header_0", name: "Content-Type", value: "application/json", headerSecure: false }, header],
				method: "POST",
				contentType: "custom",
				customBody: '{"key":"{{issue.key}}"}',
				sendIssue: false,
				responseEnabled: false,
			}),
		],
		connections: [],
	});
}

function add(site: Site, rule: Record<string, unknown> & { readonly uuid: string; readonly name: string }): void {
	const made = Date.UTC(2026, 2, 9, 8);
	const { accountId } = site.owner;
	const setting: Setting = {
		...rule,
		id: rule.uuid,
		actor: { type: "ACCOUNT_ID", actor: accountId },
		authorAccountId: accountId,
		canOtherRuleTrigger: false,
		notifyOnError: "FIRSTERROR",
		writeAccessType: "UNRESTRICTED",
		collaborators: [],
		created: made,
		updated: made,
	};
	site.jira.settings.of.automationRule.set(rule.uuid, setting);
}
