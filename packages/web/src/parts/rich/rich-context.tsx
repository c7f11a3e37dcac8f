import { createContext, type ReactNode, useContext } from "react";

/** A file that belongs to the shown version; `address` is an address of our own server. */
export interface RichFile {
	readonly id: string;
	readonly name: string;
	readonly mediaType: string;
	readonly size: number;
	readonly address: string;
	/** The id by which ADF media nodes call it, when known. */
	readonly mediaId?: string;
}

/** An inline comment, shown at the words that it is about. */
export interface InlineRemark {
	/** `annotation` mark id in ADF, `ac:ref` in storage format. */
	readonly marker: string;
	readonly author: string;
	readonly at: string | undefined;
	readonly text: string;
	readonly resolved: boolean;
}

export interface RichSurroundings {
	readonly files: readonly RichFile[];
	readonly remarks: readonly InlineRemark[];
	/** Names by account id, for mentions. */
	readonly people?: ReadonlyMap<string, string>;
	/** For site-relative links. */
	readonly siteUrl?: string;
}

const nothing: RichSurroundings = { files: [], remarks: [] };
const RichContext = createContext<RichSurroundings>(nothing);

/** Gives bodies below it the files and inline comments that they refer to. */
export function RichProvider({ value, children }: { readonly value: RichSurroundings; readonly children: ReactNode }): ReactNode {
	return <RichContext.Provider value={value}>{children}</RichContext.Provider>;
}

export function useRich(): RichSurroundings {
	return useContext(RichContext);
}

/** Kinds of pictures that the server lets a browser draw; SVG is a program and is only offered as a download. */
const pictures = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"]);

/** Whether a file can be shown as a picture. */
export function isPicture(mediaType: string): boolean {
	return pictures.has(mediaType.toLowerCase().split(";")[0]?.trim() ?? "");
}

/** Finds the file that a body means: by media id, by attachment id, then by name. */
export function findFile(
	files: readonly RichFile[],
	wanted: { readonly id?: string | undefined; readonly name?: string | undefined },
): RichFile | undefined {
	const { id, name } = wanted;
	const byId = id === undefined ? undefined : files.find((file) => file.mediaId === id || file.id === id || file.id === `att${id}`);
	return byId ?? (name === undefined || name === "" ? undefined : files.find((file) => file.name === name));
}
