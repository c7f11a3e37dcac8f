import { Button } from "@mantine/core";
import type { ItemDetail, ItemFile } from "@skyeworx/contract";
import { IconArrowBackUp, IconDownload, IconEye, IconFile, IconPaperclip } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import type { ItemAddress } from "../../live/queries.ts";
import { isPicture } from "../../parts/rich/rich-context.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { bytes } from "../../parts/write-number.ts";
import { FilePreview, howToShow } from "./file-preview.tsx";
import { GoneFiles } from "./gone-files.tsx";
import classes from "./item.module.css";
import { useRestoring } from "./use-restoring.ts";

export interface FilesProps {
	readonly item: ItemDetail;
	readonly at: ItemAddress;
	readonly version: string;
	readonly files: readonly ItemFile[];
}

/** The version's attachments from our copy, and those that only earlier versions had. */
export function Files({ item, at, version, files }: FilesProps): ReactNode {
	return (
		<>
			{files.length === 0 ? (
				<EmptyState title="No attachments in this version" icon={<IconPaperclip size={28} />} />
			) : (
				<ul className={classes.files}>
					{files.map((file) => (
						<FileCard key={file.id} item={item} at={at} version={version} file={file} />
					))}
				</ul>
			)}
			<GoneFiles item={item} version={version} files={files} />
		</>
	);
}

export interface FileCardProps {
	readonly item: ItemDetail;
	readonly at: ItemAddress;
	readonly version: string;
	readonly file: ItemFile;
	/** What else is to be said of it. */
	readonly note?: ReactNode;
}

/** One file: look at it, download it, bring it back. */
export function FileCard({ item, at, version, file, note }: FileCardProps): ReactNode {
	const client = useClient();
	const restore = useRestoring(item);
	const [looking, setLooking] = useState(false);
	const params = { ...at, fileId: file.id };
	const address = client.itemFileUrl({ params, query: { version } });
	const chosen = { field: `file/${file.id}`, label: `Attachment ${file.name}` };
	const way = howToShow(file);
	return (
		<li className={classes.fileCard}>
			<div className={classes.thumb}>
				{isPicture(file.mediaType) ? <img src={address} alt="" loading="lazy" /> : <IconFile size={36} stroke={1.3} aria-hidden />}
			</div>
			<div className={classes.fileName} title={file.name}>
				{file.name}
			</div>
			<div className={classes.fileFacts}>
				{bytes(file.size)} · {file.mediaType}
				{note === undefined ? null : <div>{note}</div>}
			</div>
			<div className={classes.fileDeeds}>
				{way === "none" ? null : (
					<Button
						variant="default"
						size="compact-xs"
						leftSection={<IconEye size={13} aria-hidden />}
						onClick={() => setLooking(true)}
						aria-label={`Preview ${file.name}`}
					>
						Preview
					</Button>
				)}
				<Button
					variant="default"
					size="compact-xs"
					component="a"
					href={client.itemFileUrl({ params, query: { version, download: "true" } })}
					download={file.name}
					leftSection={<IconDownload size={13} aria-hidden />}
					aria-label={`Download ${file.name}`}
				>
					Download
				</Button>
				{restore === undefined || item.state === "deleted" || version === "live" ? null : (
					<Button
						variant="default"
						size="compact-xs"
						leftSection={<IconArrowBackUp size={13} aria-hidden />}
						onClick={() => restore(version, [chosen])}
						aria-label={`Restore this file: ${file.name}`}
					>
						Restore this file…
					</Button>
				)}
			</div>
			{looking ? <FilePreview at={at} version={version} file={file} way={way} close={() => setLooking(false)} /> : null}
		</li>
	);
}
