import type { FieldValueBody } from "@skyeworx/contract";
import { adfBlocks } from "../adf/adf-blocks-text.ts";
import { storageBlocks } from "../storage/storage-blocks-text.ts";

/** A field's value as lines to compare. */
export function valueLines(value: FieldValueBody | null): readonly string[] {
	if (value === null) return [];
	switch (value.type) {
		case "text":
			return value.text === "" ? [] : value.text.split("\n");
		case "list":
			return value.items;
		case "adf":
			return adfBlocks(value.document);
		case "storage":
			return storageBlocks(value.markup);
	}
}
