import type { Random } from "./grammar.ts";

/** What bodies are written with. */
export interface Prose {
	readonly random: Random;
	/** One statement, 8 to 25 words. */
	sentence(): string;
	/** One sentence as somebody writes it in a comment. */
	remark(): string;
	paragraph(sentences?: number): string;
	heading(): string;
	/** Two or three words. */
	phrase(): string;
	uuid(): string;
}

/** A file that a body may show. */
export interface MediaMaterial {
	/** Id of the media service (Confluence's `fileId`, Jira's media id). */
	readonly id: string;
	/** `contentId-{id}` in Confluence, empty in Jira. */
	readonly collection: string;
	readonly fileName: string;
	readonly image: boolean;
}

/** What a body may refer to; a part that is absent is simply not used. */
export interface BodyMaterial {
	readonly people?: readonly { readonly accountId: string; readonly displayName: string }[];
	readonly media?: readonly MediaMaterial[];
	readonly pages?: readonly { readonly title: string; readonly spaceKey: string }[];
	/** Addresses for smart links. */
	readonly urls?: readonly string[];
	readonly issueKeys?: readonly string[];
	/** How many blocks to write; 3 to 12 unless told. */
	readonly blocks?: number;
}
