import { Modal, Text } from "@mantine/core";
import type { ItemFile } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { type ItemAddress, queries } from "../../live/queries.ts";
import { isPicture } from "../../parts/rich/rich-context.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { bytes } from "../../parts/write-number.ts";
import classes from "./item.module.css";

type Way = "picture" | "text" | "none";

const texts = /^(text\/|application\/(json|xml|yaml|x-yaml|x-sh|sql|javascript)\b)/;
/** Longer texts are for an editor, not for a preview. */
const longest = 512_000;

/** Whether a file can be looked at here: as a picture, as its characters, or not. */
export function howToShow(file: ItemFile): Way {
	if (isPicture(file.mediaType)) return "picture";
	return texts.test(file.mediaType.toLowerCase()) && file.size <= longest ? "text" : "none";
}

export interface FilePreviewProps {
	readonly at: ItemAddress;
	readonly version: string;
	readonly file: ItemFile;
	readonly way: Way;
	readonly close: () => void;
}

/** A file in large. Texts are shown as characters, whatever language they are in. */
export function FilePreview({ at, version, file, way, close }: FilePreviewProps): ReactNode {
	const client = useClient();
	return (
		<Modal opened onClose={close} title={file.name} size="xl">
			{way === "picture" ? (
				<img
					className={classes.large}
					src={client.itemFileUrl({ params: { ...at, fileId: file.id }, query: { version } })}
					alt={file.name}
				/>
			) : (
				<TextOf at={at} version={version} file={file} />
			)}
			<Text size="xs" c="dimmed" mt="sm">
				{bytes(file.size)} · {file.mediaType}
			</Text>
		</Modal>
	);
}

function TextOf({ at, version, file }: Omit<FilePreviewProps, "way" | "close">): ReactNode {
	const text = useQuery(queries.fileText(useClient(), at, version, file.id));
	return (
		<QueryView query={text} loading={8}>
			{(characters) => (
				// biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard
				<pre className={classes.fileText} tabIndex={0}>
					{characters}
				</pre>
			)}
		</QueryView>
	);
}
