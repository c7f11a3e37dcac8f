import type { FormDesign, Issue, IssueForm } from "../../jira/model/issue.ts";
import type { Project } from "../../jira/model/project.ts";
import type { Site } from "../../site/site.ts";

const templateId = "c18bde7a-d846-41ed-8fa1-0242ac120002";

const question = (label: string, type: string, more: object = {}) => ({
	type,
	label,
	description: "",
	validation: { rq: false },
	...more,
});

const design: FormDesign = {
	settings: { name: "New starter", language: "en", submit: { lock: false, pdf: false } },
	conditions: {},
	sections: { "1": { t: "sh", name: "About the person", conditions: [] } },
	layout: [
		{ version: 1, type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text: "Tell us who begins, and when." }] }] },
	],
	questions: {
		"1": question("Name", "ts"),
		"2": question("First day", "da"),
		"3": question("Equipment", "cm", {
			choices: [
				{ id: "1", label: "Laptop" },
				{ id: "2", label: "Telephone" },
			],
		}),
	},
};

/** Gives a service desk the template of a form; one of its request types shows it. */
export function seedFormTemplate(site: Site, project: Project): void {
	const [type] = [...site.jira.requestTypes.values()].filter(({ projectId }) => projectId === project.id);
	const portalRequestTypeIds = type === undefined ? [] : [Number(type.id)];
	site.jira.settings.of.formTemplate.set(templateId, {
		id: templateId,
		name: design.settings.name,
		projectId: project.id,
		updated: Date.UTC(2026, 1, 2, 9),
		design,
		publish: {
			jira: {
				recommendedIssueRequestTypeIds: [],
				issueCreateIssueTypeIds: [],
				issueCreateRequestTypeIds: [],
				submitOnCreate: true,
				validateOnCreate: true,
			},
			portal: { portalRequestTypeIds, submitOnCreate: true, validateOnCreate: true },
		},
	});
}

/** The forms of a seeded request: every seventh has one, filled in. */
export function seededForms(site: Site, issue: Issue): IssueForm[] | undefined {
	if (issue.id % 7 !== 0 || !site.jira.settings.of.formTemplate.has(templateId)) return undefined;
	const answers = { "1": { text: `Starter ${issue.number}` }, "2": { date: "2026-11-02" }, "3": { choices: ["1"] } };
	const id = `0d5e${String(issue.id).padStart(4, "0").slice(-4)}-54b1-4f6e-9a3b-7c1d2e3f${String(issue.number % 10_000).padStart(4, "0")}`;
	return [{ id, templateId, design, updated: issue.created, internal: false, status: "submitted", answers }];
}
