import { adfProblem } from "../../adf/adf-check.ts";
import { confluenceError } from "../../http/errors.ts";
import type { AdfNode } from "../../seed/adf-body.ts";
import type { Site } from "../../site/site.ts";
import type { Body } from "../entities.ts";
import { badRequest } from "../refusals.ts";
import { adfToStorage, type ConversionContext } from "../storage/adf-to-storage.ts";
import { parseStorage, StorageSyntaxError } from "../storage/storage-tree.ts";

/** A body as a request gives it. */
export interface BodyInput {
	readonly representation: string;
	readonly value: string;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Finds attachments of a page by media id and by file name. */
export function conversionContext(site: Site, contentId: string | undefined): ConversionContext {
	const files = () => (contentId === undefined ? [] : site.confluence.attachmentsOf(contentId));
	return {
		fileName: (mediaId) => files().find((file) => file.versions.some((version) => version.fileId === mediaId))?.title,
		media: (fileName) => {
			const id = files()
				.find((file) => file.title === fileName)
				?.versions.at(-1)?.fileId;
			return id === undefined ? undefined : { id, collection: `contentId-${contentId}` };
		},
	};
}

const largest = 5 * 1024 * 1024;

/** Checks and keeps a body. @throws HttpError 413 above 5 MB; 400 for malformed XHTML or ADF, or an unknown representation */
export function writeBody(input: BodyInput, context: ConversionContext): Body {
	if (input.value.length > largest) throw confluenceError(413, "REQUEST_TOO_LARGE", "The request is too large in size (over 5 MB)");
	if (input.representation === "storage") return { storage: checkedStorage(input.value) };
	if (input.representation === "atlas_doc_format") {
		const document = parseAdf(input.value);
		return { storage: adfToStorage(document, context), adf: input.value };
	}
	if (input.representation === "wiki") return { storage: wikiToStorage(input.value) };
	throw badRequest(`Invalid body representation: ${input.representation}`);
}

function checkedStorage(value: string): string {
	try {
		parseStorage(value);
		return value;
	} catch (error) {
		if (error instanceof StorageSyntaxError) throw badRequest(error.message, "INVALID_REQUEST_PARAMETER");
		throw error;
	}
}

function parseAdf(value: string): AdfNode {
	let document: unknown;
	try {
		document = JSON.parse(value);
	} catch {
		throw badRequest("Error parsing ADF: the value is not JSON");
	}
	const problem = adfProblem(document);
	if (problem !== undefined) throw badRequest(`Error parsing ADF: ${problem}`);
	return document as AdfNode;
}

function wikiToStorage(value: string): string {
	return value
		.split(/\n{2,}/)
		.map((part) => {
			const heading = /^h([1-6])\.\s+(.*)$/.exec(part);
			if (heading !== null) return `<h${heading[1]}>${escaped(heading[2] ?? "")}</h${heading[1]}>`;
			return `<p>${part.split("\n").map(escaped).join("<br />")}</p>`;
		})
		.join("");
}
