import { scalarText } from "../../http/read-input.ts";
import { levelsOf, type SecurityLevel } from "../security/visibility.ts";
import { asObject } from "./choice-codecs.ts";
import type { FieldCodec, FieldScope } from "./field-codec.ts";
import { FieldProblem } from "./field-problem.ts";

const levelIn = ({ site, projectId }: Pick<FieldScope, "site" | "projectId">, id: unknown): SecurityLevel | undefined =>
	levelsOf(site, site.jira.projects.get(projectId)).find((level) => level.id === id);

/** Writes a security level as it stands inside a work item. */
export const renderLevelReference = (base: string, { id, name, description }: SecurityLevel): object => ({
	self: `${base}/rest/api/3/securitylevel/${id}`,
	id,
	name,
	description,
});

/** Who may see the work item; kept as the level's id. */
export const securityCodec: FieldCodec = {
	parse(value, scope) {
		if (value === null || value === undefined) return undefined;
		const given = asObject(value, "data was not an object");
		const levels = levelsOf(scope.site, scope.site.jira.projects.get(scope.projectId));
		if (levels.length === 0) throw new FieldProblem("Field 'security' cannot be set. It is not on the appropriate screen, or unknown.");
		const level = levels.find((each) => (given.id === undefined ? each.name === given.name : each.id === scalarText(given.id)));
		if (level === undefined) throw new FieldProblem("Security level is not valid.");
		return level.id;
	},
	render(kept, scope) {
		const level = levelIn(scope, kept);
		return level === undefined ? null : renderLevelReference(scope.base, level);
	},
	describe(kept, scope) {
		const level = levelIn(scope, kept);
		return { id: level?.id ?? null, text: level?.name ?? null };
	},
};
