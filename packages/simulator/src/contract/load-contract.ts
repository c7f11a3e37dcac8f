import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assetsDocument } from "./assets-document.ts";
import { documentFiles, findDocuments } from "./documents.ts";
import { withoutImpossibleDemands } from "./impossible-demands.ts";
import { OpenApiCheck, type OpenApiDocument } from "./openapi-check.ts";
import type { ContractCheck } from "./violation.ts";

/** By folder: five megabytes to parse, and a validator to compile for each operation that is met, once a process and not once a site. */
const loaded = new Map<string, Promise<ContractCheck>>();

/** Loads the official documents and their validator; undefined where there are none, so that the simulator starts without them. */
export async function loadContract(folder: string | undefined): Promise<ContractCheck | undefined> {
	const found = folder ?? findDocuments();
	if (found === undefined) return undefined;
	const known = loaded.get(found) ?? load(found);
	loaded.set(found, known);
	return await known;
}

async function load(found: string): Promise<ContractCheck> {
	const { Ajv } = await import("ajv");
	const documents = documentFiles.map(({ file, prefix }) => ({
		name: file,
		prefix,
		document: withoutImpossibleDemands(JSON.parse(readFileSync(join(found, file), "utf8")) as OpenApiDocument),
	}));
	const assets = assetsDocument(found);
	const all = assets === undefined ? documents : [...documents, { name: "assets", prefix: "", document: assets }];
	return new OpenApiCheck(all, (name, document) => {
		const ajv = new Ajv({
			strict: false,
			validateFormats: false,
			validateSchema: false,
			ownProperties: true,
			allErrors: true,
			logger: false,
		});
		ajv.addSchema(document, name);
		return ajv;
	});
}
