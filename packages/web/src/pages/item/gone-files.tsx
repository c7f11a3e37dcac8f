import { Title } from "@mantine/core";
import type { ItemDetail, ItemFile, ItemVersionInfo } from "@skyeworx/contract";
import { useQueries } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { shortTime } from "../../parts/time/write-time.ts";
import { FileCard } from "./files.tsx";
import classes from "./item.module.css";

/** So many earlier versions are opened to look for files that are gone since. */
const lookedAt = 10;

interface Gone {
	readonly file: ItemFile;
	readonly last: ItemVersionInfo;
}

export interface GoneFilesProps {
	readonly item: ItemDetail;
	/** The version that is looked at. */
	readonly version: string;
	readonly files: readonly ItemFile[];
}

const sameContent = (file: ItemFile): string => `${file.name}\n${file.size}`;

/** Attachments that earlier versions had and this one lacks; a file that came back under a new id is not missed. */
export function GoneFiles({ item, version, files }: GoneFilesProps): ReactNode {
	const client = useClient();
	const before = item.history
		.filter((entry) => entry.state !== "deleted" && (version === "live" || entry.snapshotId < Number(version)))
		.slice(0, lookedAt);
	const answers = useQueries({
		queries: before.map((entry) => queries.itemVersion(client, { siteId: item.siteId, ...entry.ref }, String(entry.snapshotId))),
	});
	const known = new Set(files.flatMap((file) => [file.id, sameContent(file)]));
	const gone: Gone[] = [];
	for (const [index, last] of before.entries()) {
		for (const file of answers[index]?.data?.files ?? []) {
			if (known.has(file.id) || known.has(sameContent(file))) continue;
			known.add(file.id).add(sameContent(file));
			gone.push({ file, last });
		}
	}
	if (gone.length === 0) return null;
	return (
		<section aria-labelledby="gone-files" className={classes.section}>
			<Title order={3} id="gone-files" className={classes.sectionTitle} mt="lg">
				Not in this version any more
			</Title>
			<ul className={classes.files}>
				{gone.map(({ file, last }) => (
					<FileCard
						key={file.id}
						item={item}
						at={{ siteId: item.siteId, ...last.ref }}
						version={String(last.snapshotId)}
						file={file}
						note={`last held by the version of ${shortTime(last.at)}`}
					/>
				))}
			</ul>
		</section>
	);
}
