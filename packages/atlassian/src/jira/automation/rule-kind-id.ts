/** The kind's id. */
export const automationRuleKind = "jira.automation-rule";
