import type { ReactNode } from "react";
import { DataTable } from "../../../parts/data-table.tsx";
import { at, listAt, plainText, recordAt, textAt } from "../read-json.ts";
import { Section } from "../section.tsx";

interface ViewProps {
	readonly parts: Readonly<Record<string, unknown>>;
}

interface AttributeRow {
	readonly id: string;
	readonly name: string;
	readonly values: readonly string[];
}

const prefix = "attribute/";

/** An asset object as Assets shows it: one line an attribute, in the order of its type. */
export function AssetAttributes({ parts }: ViewProps): ReactNode {
	const rows = Object.entries(recordAt(parts[""]))
		.filter(([name]) => name.startsWith(prefix))
		.map(([name, value]): AttributeRow => {
			const id = name.slice(prefix.length);
			return { id, name: textAt(value, "name") ?? id, values: listAt(value, "values").map(valueText) };
		})
		.toSorted((a, b) => Number(a.id) - Number(b.id));
	return (
		<DataTable
			caption="Attributes"
			rows={rows}
			rowKey={(row) => row.id}
			columns={[
				{ label: "Attribute", cell: (row) => row.name },
				{ label: "Value", cell: (row) => row.values.join(", ") },
			]}
		/>
	);
}

function valueText(value: unknown): string {
	const object = recordAt(value, "object");
	const [label, key] = [textAt(object, "label"), textAt(object, "key")];
	if (key !== undefined) return label === undefined || label === key ? key : `${label} (${key})`;
	return textAt(value, "value") ?? plainText(at(value, "user") ?? at(value, "status") ?? at(value, "group"));
}

interface TypeRow {
	readonly id: string;
	readonly name: string;
	readonly parent: string;
	readonly attributes: string;
}

/** An asset schema: its object types with what each asks for, and the statuses that objects may have. */
export function AssetTypes({ parts }: ViewProps): ReactNode {
	const types = listAt(parts.types);
	const names = new Map(types.map((type) => [plainText(at(type, "id")), textAt(type, "name") ?? ""]));
	const attributes = Map.groupBy(listAt(parts.attributes), (attribute) => plainText(at(attribute, "objectTypeId")));
	const rows = types.map((type): TypeRow => {
		const id = plainText(at(type, "id"));
		return {
			id,
			name: names.get(id) ?? id,
			parent: names.get(plainText(at(type, "parentObjectTypeId"))) ?? "",
			attributes: (attributes.get(id) ?? []).map(attributeText).join(", "),
		};
	});
	const statuses = listAt(parts.statuses).map(plainText).filter(Boolean);
	return (
		<>
			<DataTable
				caption="Object types"
				rows={rows}
				rowKey={(row) => row.id}
				columns={[
					{ label: "Object type", cell: (row) => row.name },
					{ label: "Below", cell: (row) => row.parent },
					{ label: "Attributes", cell: (row) => row.attributes },
				]}
			/>
			{statuses.length === 0 ? null : <Section title="Statuses">{statuses.join(", ")}</Section>}
		</>
	);
}

/** `Location → Office`, `Price`. */
function attributeText(attribute: unknown): string {
	const [name, target] = [textAt(attribute, "name") ?? "", textAt(attribute, "referenceObjectType", "name")];
	return target === undefined ? name : `${name} → ${target}`;
}
