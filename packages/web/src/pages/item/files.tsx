import { Button } from "@mantine/core";
import type { ItemFile } from "@skyeworx/contract";
import { IconDownload, IconFile, IconPaperclip } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import type { ItemAddress } from "../../live/queries.ts";
import { isPicture } from "../../parts/rich/rich-context.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { bytes } from "../../parts/write-number.ts";
import classes from "./item.module.css";

export interface FilesProps {
	readonly at: ItemAddress;
	readonly version: string;
	readonly files: readonly ItemFile[];
}

/** The version's attachments, from our copy. */
export function Files({ at, version, files }: FilesProps): ReactNode {
	const client = useClient();
	if (files.length === 0) return <EmptyState title="No attachments in this version" icon={<IconPaperclip size={28} />} />;
	return (
		<ul className={classes.files}>
			{files.map((file) => {
				const params = { ...at, fileId: file.id };
				const picture = isPicture(file.mediaType);
				return (
					<li key={file.id} className={classes.fileCard}>
						<div className={classes.thumb}>
							{picture ? (
								<img src={client.itemFileUrl({ params, query: { version } })} alt={file.name} loading="lazy" />
							) : (
								<IconFile size={36} stroke={1.3} aria-hidden />
							)}
						</div>
						<div className={classes.fileName} title={file.name}>
							{file.name}
						</div>
						<div className={classes.fileFoot}>
							<span>
								{bytes(file.size)} · {file.mediaType}
							</span>
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
						</div>
					</li>
				);
			})}
		</ul>
	);
}
