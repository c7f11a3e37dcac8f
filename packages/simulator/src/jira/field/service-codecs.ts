import { scalarText } from "../../http/read-input.ts";
import { parseArray } from "./choice-codecs.ts";
import type { FieldCodec } from "./field-codec.ts";
import { FieldProblem } from "./field-problem.ts";

/** The kind of request of a service desk; kept as its id. */
export const requestTypeCodec: FieldCodec = {
	parse(value, { site, projectId }) {
		if (value === null || value === undefined) return undefined;
		if (typeof value !== "string" && typeof value !== "number") throw new FieldProblem("Operation value must be a string");
		const type = site.jira.requestTypes.get(String(value));
		if (type === undefined || type.projectId !== projectId)
			throw new FieldProblem("The request type you selected isn't valid for this space.");
		return type.id;
	},
	render(kept, { site, base }) {
		const type = kept === undefined ? undefined : site.jira.requestTypes.get(kept as string);
		if (type === undefined) return null;
		return {
			requestType: {
				id: type.id,
				name: type.name,
				description: type.description,
				issueTypeId: type.issueTypeId,
				serviceDeskId: type.projectId,
				_links: { self: `${base}/rest/servicedeskapi/servicedesk/${type.projectId}/requesttype/${type.id}` },
			},
		};
	},
	describe: (kept, { site }) => ({
		id: (kept as string | undefined) ?? null,
		text: kept === undefined ? null : (site.jira.requestTypes.get(kept as string)?.name ?? null),
	}),
};

/** Organizations that a request is shared with; written as numbers, kept as ids. */
export const customerOrganizationsCodec: FieldCodec = {
	parse(value, { site }) {
		const ids = parseArray(value, (element) => {
			const id = scalarText(element);
			if (typeof element !== "number" || !site.jira.settings.of.organization.has(id))
				throw new FieldProblem("The organization does not exist.");
			return id;
		});
		return ids.length === 0 ? undefined : ids;
	},
	render(kept, { site, base }) {
		if (kept === undefined) return [];
		return (kept as string[]).flatMap((id) => {
			const organization = site.jira.settings.of.organization.get(id);
			if (organization === undefined) return [];
			const { name, uuid } = organization;
			return [{ id, uuid, name, _links: { self: `${base}/rest/servicedeskapi/organization/${id}` } }];
		});
	},
	describe(kept, { site }) {
		if (kept === undefined) return { id: null, text: null };
		const ids = kept as string[];
		return { id: `[${ids.join(", ")}]`, text: ids.map((id) => site.jira.settings.of.organization.get(id)?.name ?? id).join(", ") };
	},
};
