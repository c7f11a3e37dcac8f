import { sentence } from "../../../parts/sentence.ts";
import { at, listAt, plainText, textAt } from "../read-json.ts";
import { holderName, nameOf, type Outline, type OutlineReader, type Parts, yes } from "./outline.ts";

const schemes: readonly (readonly [part: string, name: string])[] = [
	["issueTypeScheme", "Work types"],
	["workflowScheme", "Workflows"],
	["issueTypeScreenScheme", "Screens"],
	["fieldScheme", "Fields"],
	["priorityScheme", "Priorities"],
	["permissionScheme", "Permissions"],
	["notificationScheme", "Notifications"],
	["issueSecurityScheme", "Security"],
];

const kindOfScheme: Readonly<Record<string, string>> = { fieldScheme: "jira.field-scheme", issueSecurityScheme: "jira.security-scheme" };

const namesOf = (list: readonly unknown[]): string => list.map(plainText).filter(Boolean).join(", ");

const people = (title: string, list: readonly unknown[]): Outline => ({
	title,
	columns: ["Name"],
	rows: list.map((one) => [plainText(one)]),
});

function versionRows(parts: Parts): readonly (readonly string[])[] {
	return listAt(parts.versions).map((version) => [
		textAt(version, "name") ?? "",
		[at(version, "released") === true ? "Released" : "", at(version, "archived") === true ? "Archived" : ""].filter(Boolean).join(", ") ||
			"Not released",
		textAt(version, "startDate") ?? "",
		textAt(version, "releaseDate") ?? "",
	]);
}

const shares: OutlineReader = (parts, titles) =>
	(
		[
			["Shared with", "sharePermissions"],
			["May be changed by", "editPermissions"],
		] as const
	).map(([title, member]) => ({
		title,
		columns: ["Who"],
		rows: listAt(parts[""], member).map((share) => [holderName(share, titles)]),
	}));

/** Where a gadget stands: Jira's own document names the members of a position in sentences. */
function placeOf(gadget: unknown): string {
	const numbers = ["The column position of the gadget.", "The row position of the gadget."].map((name) => at(gadget, "position", name));
	const [column, row] = numbers.some((one) => typeof one === "number")
		? numbers
		: [at(gadget, "position", "column"), at(gadget, "position", "row")];
	return typeof column === "number" && typeof row === "number" ? `Column ${column + 1}, row ${row + 1}` : "";
}

/** `com.atlassian.jira.gadgets:pie-chart-gadget` as `Pie chart`. */
function gadgetSort(gadget: unknown): string {
	const name = (textAt(gadget, "moduleKey") ?? textAt(gadget, "uri") ?? "").replace(/^.*[:/]/, "").replace(/-gadget(\.xml)?$/, "");
	return sentence(name.replaceAll("-", " "));
}

/** Spaces, and what people made in or of them. */
export const spaceOutlines: Readonly<Record<string, OutlineReader>> = {
	"jira.space": (parts, titles) => [
		{
			title: "Schemes",
			columns: ["Of", "Scheme"],
			rows: schemes
				.map(([part, name]) => {
					const id = plainText(at(parts[part], "id"));
					return [name, textAt(parts[part], "name") ?? (id === "" ? "" : nameOf(titles, kindOfScheme[part] ?? "", id))];
				})
				.filter(([, scheme]) => scheme !== ""),
		},
		{
			title: "Roles",
			columns: ["Role", "Who"],
			rows: listAt(parts.roles).map((role) => [textAt(role, "name") ?? "", namesOf(listAt(role, "actors")) || "Nobody"]),
		},
		{
			title: "Components",
			columns: ["Component", "Lead", "Description"],
			rows: listAt(parts.components).map((one) => [
				textAt(one, "name") ?? "",
				plainText(at(one, "lead")),
				textAt(one, "description") ?? "",
			]),
		},
		{ title: "Versions", columns: ["Version", "State", "Starts", "Released on"], rows: versionRows(parts) },
		{
			title: "Features",
			columns: ["Feature", "State"],
			rows: listAt(parts.features).map((one) => [
				textAt(one, "localisedName") ?? textAt(one, "feature") ?? "",
				textAt(one, "state") === "ENABLED" ? "On" : "Off",
			]),
		},
	],
	"jira.filter": shares,
	"jira.dashboard": (parts, titles) => [
		{
			title: "Gadgets",
			columns: ["Gadget", "Sort", "Place"],
			rows: listAt(parts.gadgets).map((gadget) => [textAt(gadget, "title") ?? "", gadgetSort(gadget), placeOf(gadget)]),
		},
		...shares(parts, titles),
	],
	"jira.role": (parts) => [people("In every new space", listAt(parts[""], "actors"))],
	"jira.group": (parts) => [people("Members", listAt(parts.members))],
	"jsm.organization": (parts) => [people("Members", listAt(parts.users))],
	"jsm.service-desk": (parts) => [
		people("Customers", listAt(parts.customers)),
		people("Organizations", listAt(parts.organizations)),
		people("Groups of request types", listAt(parts.groups)),
	],
	"jsm.request-type": (parts) => [
		{
			title: "What it asks",
			columns: ["Question", "Required", "Shown"],
			rows: listAt(parts.fields, "requestTypeFields").map((field) => [
				textAt(field, "name") ?? textAt(field, "fieldId") ?? "",
				yes(at(field, "required")),
				at(field, "visible") === false ? "Hidden" : "Yes",
			]),
		},
	],
	"jsm.queue": (parts, titles) => [
		{ title: "Columns", columns: ["Field"], rows: listAt(parts[""], "fields").map((id) => [nameOf(titles, "jira.field", id)]) },
	],
};
