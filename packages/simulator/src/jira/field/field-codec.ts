import type { Site } from "../../site/site.ts";
import type { Field, FieldKind } from "../model/configuration.ts";
import { assetObjectsCodec } from "./asset-codec.ts";
import { cascadingCodec, multiSelectCodec, multiUserCodec, priorityCodec, selectCodec, userCodec } from "./choice-codecs.ts";
import {
	adfCodec,
	dateCodec,
	datetimeCodec,
	labelsCodec,
	numberCodec,
	rankCodec,
	summaryCodec,
	textCodec,
	urlCodec,
} from "./plain-codecs.ts";
import { componentsCodec, parentCodec, sprintCodec, timeTrackingCodec, versionsCodec } from "./reference-codecs.ts";
import { securityCodec } from "./security-codec.ts";
import { customerOrganizationsCodec, requestTypeCodec } from "./service-codecs.ts";

/** What a codec needs to know beside the value. */
export interface FieldScope {
	readonly site: Site;
	readonly field: Field;
	readonly projectId: string;
}

/** The ways of one kind of field; `undefined` is the kept form of null. */
export interface FieldCodec {
	/** Reads a value of a request. @throws FieldProblem */
	parse(value: unknown, scope: FieldScope): unknown;
	/** Writes the kept value as the API shows it. */
	render(kept: unknown, scope: FieldScope & { readonly base: string }): unknown;
	/** The value's id and words for the change history. */
	describe(kept: unknown, scope: FieldScope): { readonly id: string | null; readonly text: string | null };
}

const codecs: Partial<Record<FieldKind, FieldCodec>> = {
	summary: summaryCodec,
	adf: adfCodec,
	text: textCodec,
	number: numberCodec,
	url: urlCodec,
	date: dateCodec,
	datetime: datetimeCodec,
	labels: labelsCodec,
	rank: rankCodec,
	select: selectCodec,
	"multi-select": multiSelectCodec,
	cascading: cascadingCodec,
	user: userCodec,
	"multi-user": multiUserCodec,
	priority: priorityCodec,
	components: componentsCodec,
	versions: versionsCodec,
	parent: parentCodec,
	sprint: sprintCodec,
	"request-type": requestTypeCodec,
	"customer-organizations": customerOrganizationsCodec,
	"asset-objects": assetObjectsCodec,
	"security-level": securityCodec,
	"time-tracking": timeTrackingCodec,
};

/** Gives the ways of a field's kind; undefined for what no screen can write. */
export function codecOf(field: Field): FieldCodec | undefined {
	return codecs[field.kind];
}
