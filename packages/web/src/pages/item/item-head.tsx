import { Breadcrumbs, Button, Group, Text } from "@mantine/core";
import type { ItemDetail } from "@skyeworx/contract";
import { IconArrowBackUp, IconExternalLink, IconPlus, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useKindNames } from "../../live/use-kind-names.ts";
import { useTray } from "../../live/use-tray.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { GoneMark } from "../../parts/marks/status-marks.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { safeAddress } from "../../parts/rich/safe-address.ts";
import { sentence } from "../../parts/sentence.ts";
import { When } from "../../parts/time/when.tsx";
import { itemAt, useRestoring } from "./use-restoring.ts";

export interface ItemHeadProps {
	readonly item: ItemDetail;
	/** The version that is looked at. */
	readonly version: string;
}

const crumb = { color: "var(--sw-link)", fontSize: 13 } as const;

/** `MOB-72 · Task · Done`, `Board · scrum`, `HELP · Jira space · service desk`. */
function whatItIs({ key, ref, type, status }: ItemDetail, kindName: string): string {
	const sort = type?.replaceAll("_", " ") ?? "";
	const words = ref.kind === "jira.work-item" ? [sort || kindName] : [kindName, sort === kindName ? "" : sort];
	return [key, ...words, status]
		.filter(Boolean)
		.map((word) => sentence(word ?? ""))
		.join(" · ");
}

/** What the item is, where it is, and the way back for it. */
export function ItemHead({ item, version }: ItemHeadProps): ReactNode {
	const [kindName] = useKindNames()(item.ref.kind);
	const name = [item.key, item.title].filter(Boolean).join(" ");
	return (
		<div>
			<Breadcrumbs mb={6} separatorMargin={6} fz="sm">
				<Link to="/explore" style={crumb}>
					Explore
				</Link>
				{item.space === null ? null : (
					<Link to="/explore" search={{ site: item.siteId, space: item.space.id, app: item.app }} style={crumb}>
						{item.space.name}
					</Link>
				)}
				<Text size="sm" c="dimmed">
					{item.key ?? sentence(kindName)}
				</Text>
			</Breadcrumbs>
			<PageHead
				tab={name}
				title={
					<Group gap="xs" wrap="nowrap" align="baseline">
						<KindMark kind={item.ref.kind} type={item.type} />
						<span style={{ overflowWrap: "anywhere" }}>{item.title}</span>
					</Group>
				}
				sub={
					<Group gap="sm">
						{item.absence === null ? null : (
							<>
								<GoneMark absence={item.absence} />
								<span>
									{item.absence === "deleted" ? "first missed" : "from the connection, first missed"} <When at={item.deletedAt} />
								</span>
							</>
						)}
						<span>{whatItIs(item, kindName)}</span>
						{item.updatedAt === null ? null : (
							<span>
								last changed <When at={item.updatedAt} />
								{item.updatedBy === null ? "" : ` by ${item.updatedBy}`}
							</span>
						)}
					</Group>
				}
				actions={<Deeds item={item} version={version} />}
			/>
		</div>
	);
}

function Deeds({ item, version }: ItemHeadProps): ReactNode {
	const tray = useTray();
	const restore = useRestoring(item);
	const wanted = itemAt(item, version);
	const held = tray.has(wanted);
	const live = item.state === "live" ? safeAddress(item.url) : undefined;
	return (
		<>
			{live === undefined ? null : (
				<Button
					variant="default"
					component="a"
					href={live}
					target="_blank"
					rel="noopener noreferrer"
					leftSection={<IconExternalLink size={14} aria-hidden />}
				>
					Open on the site
				</Button>
			)}
			<Button
				variant="default"
				leftSection={held ? <IconX size={14} aria-hidden /> : <IconPlus size={14} aria-hidden />}
				onClick={() => tray.toggle(wanted)}
			>
				{held ? "Unselect" : "Select"}
			</Button>
			{restore === undefined ? null : (
				<Button leftSection={<IconArrowBackUp size={15} aria-hidden />} onClick={() => restore(version)}>
					{item.state === "deleted" ? "Restore…" : "Restore this version…"}
				</Button>
			)}
		</>
	);
}
