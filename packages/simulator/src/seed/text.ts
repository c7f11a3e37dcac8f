import { type AdfDocument, adfBody, adfComment } from "./adf-body.ts";
import type { BodyMaterial, Prose } from "./body-material.ts";
import { between, patterns, pick, type Random } from "./grammar.ts";
import { storageBody, storageComment } from "./storage-body.ts";
import { familyNames, givenNames, type Topic, topics } from "./vocabulary.ts";

/** The name of an invented person. */
interface InventedPerson {
	readonly displayName: string;
	readonly nickname: string;
	/** Always below example.com. */
	readonly email: string;
}

/** A source of real-looking English: sentences, titles, names and whole documents, all drawn from one random source. */
export interface Text extends Prose {
	/** The one-line title of a work item. */
	summary(): string;
	/** The title of a page; a `serial` makes it unique in its space. */
	title(serial?: number): string;
	label(): string;
	/** Up to `count` different labels. */
	labels(count: number): string[];
	person(): InventedPerson;
	/** A file's name with an extension that fits `kind`. */
	fileName(kind: FileKind): string;
	/** A long document in the Atlassian Document Format with headings, lists, tables, panels, code and what `material` offers. */
	adf(material?: BodyMaterial): AdfDocument;
	/** One to three paragraphs in the Atlassian Document Format. */
	adfComment(material?: BodyMaterial): AdfDocument;
	/** A page body in Confluence's storage format, with macros, layouts, links and what `material` offers. */
	storage(material?: BodyMaterial): string;
	/** A comment body in storage format. */
	storageComment(material?: BodyMaterial): string;
	/** Stays with one line of work from now on, so that a space or project reads as one team's; undefined mixes again. */
	about(topic: Topic | undefined): Text;
}

/** Kinds of invented files. */
export type FileKind = "png" | "csv" | "txt" | "json" | "pdf" | "svg";

const fileStems = [
	"screenshot",
	"export",
	"minutes",
	"diagram",
	"invoice",
	"log",
	"budget",
	"rota",
	"figures",
	"scan",
	"trace",
	"draft",
	"summary",
];

const slug = (text: string): string =>
	text
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-|-$/g, "");

const ascii = (text: string): string =>
	slug(
		text
			.normalize("NFD")
			.replace(/[\u0300-\u036f]/g, "")
			.replace(/ø/gi, "o")
			.replace(/ğ/g, "g"),
	);

function invent(random: Random): InventedPerson {
	const given = pick(random, givenNames);
	const family = pick(random, familyNames);
	return { displayName: `${given} ${family}`, nickname: given, email: `${ascii(given)}.${ascii(family)}@example.com` };
}

/** Gives a text source over `random` (numbers in [0, 1)); the same numbers give the same text. @example createText(() => seeded.fraction()).summary() */
export function createText(random: Random, topic?: Topic): Text {
	const current = (): Topic => topic ?? pick(random, topics);
	const prose = proseAbout(random, current);
	const document = (): Prose => {
		const chosen = current();
		return proseAbout(random, () => chosen);
	};
	return {
		...prose,
		summary: () => pick(random, patterns.summaries)(random, current()),
		title: (serial) => {
			const title = pick(random, patterns.titles)(random, current());
			return serial === undefined ? title : `${title} (${serial})`;
		},
		label: () => pick(random, current().labels),
		labels: (count) => [...new Set(Array.from({ length: count }, () => pick(random, current().labels)))],
		person: () => invent(random),
		fileName: (kind) => `${pick(random, fileStems)}-${slug(pick(random, current().parts))}-${between(random, 1, 999)}.${kind}`,
		adf: (material) => adfBody(document(), material ?? {}),
		adfComment: (material) => adfComment(document(), material ?? {}),
		storage: (material) => storageBody(document(), material ?? {}),
		storageComment: (material) => storageComment(document(), material ?? {}),
		about: (next) => createText(random, next),
	};
}

function proseAbout(random: Random, topic: () => Topic): Prose {
	const sentence = (): string => pick(random, patterns.statements)(random, topic());
	return {
		random,
		sentence,
		remark: () => pick(random, patterns.remarks)(random, topic()),
		heading: () => pick(random, patterns.headings)(random, topic()),
		phrase: () => pick(random, topic().parts),
		paragraph: (sentences = between(random, 2, 5)) => Array.from({ length: sentences }, sentence).join(" "),
		uuid: () => uuid(random),
	};
}

function uuid(random: Random): string {
	const block = (): string =>
		Math.floor(random() * 0x1_0000_0000)
			.toString(16)
			.padStart(8, "0");
	const [a, b, c, d] = [block(), block(), block(), block()];
	return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(0, 3)}-${c.slice(3, 7)}${d}`;
}
