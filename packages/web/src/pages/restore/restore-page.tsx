import { Alert, Button, Group, Stack } from "@mantine/core";
import { IconAlertTriangle, IconListSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe } from "../../live/app-context.tsx";
import { useSite } from "../../live/use-site.ts";
import { isAlone, oneRestore, type TrayItem, useTray } from "../../live/use-tray.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { counted } from "../../parts/write-number.ts";
import { Page } from "../../shell/page.tsx";
import { ReviewStep } from "./review-step.tsx";
import { Step } from "./step.tsx";
import { usePlan } from "./use-plan.ts";
import { WhatStep } from "./what-step.tsx";
import { WhereStep } from "./where-step.tsx";

/** What, where, review on one page; watching has a page of its own. */
export function RestorePage(): ReactNode {
	const tray = useTray();
	const { permissions } = useMe();
	if (!permissions.includes("item.restore")) {
		return (
			<Page>
				<PageHead title="Restore" />
				<EmptyState title="You may not restore items">
					An owner or admin of your organization can give you the role “restore operator”.
				</EmptyState>
			</Page>
		);
	}
	if (tray.items.length === 0) {
		return (
			<Page>
				<PageHead title="Restore" />
				<EmptyState
					title="Nothing is selected yet"
					icon={<IconListSearch size={32} />}
					action={
						<Group gap="sm" justify="center">
							<Button component={Link} to="/explore" size="sm">
								Find items
							</Button>
							<Button component={Link} to="/changers" size="sm" variant="default">
								What one account changed
							</Button>
						</Group>
					}
				>
					Find what you want back in Explore, also by words or as of an earlier date, and select it there.
				</EmptyState>
			</Page>
		);
	}
	return (
		<Page>
			<Chosen items={tray.items} />
		</Page>
	);
}

function Chosen({ items }: { readonly items: readonly TrayItem[] }): ReactNode {
	const { sites } = useSite();
	const siteId = items[0]?.siteId ?? "";
	const site = sites.find((candidate) => candidate.id === siteId);
	const mine = oneRestore(items);
	const siteName = site?.name ?? "the site";
	const planning = usePlan(siteId, mine);
	return (
		<>
			<PageHead title="Restore" sub="Nothing is written before you have seen what would happen and press the button at the end." />
			{mine.length < items.length ? <Later mine={mine} rest={items.length - mine.length} siteName={siteName} /> : null}
			<Stack gap="md">
				<Step number={1} title="What">
					<WhatStep items={mine} />
				</Step>
				<Step number={2} title="Where">
					<WhereStep siteId={siteId} siteName={siteName} items={mine} />
				</Step>
				<Step number={3} title="Review">
					<ReviewStep planning={planning} items={mine} siteName={siteName} />
				</Step>
			</Stack>
		</>
	);
}

/** Says why a part of the selection has to wait. */
function Later({
	mine,
	rest,
	siteName,
}: {
	readonly mine: readonly TrayItem[];
	readonly rest: number;
	readonly siteName: string;
}): ReactNode {
	const [first] = mine;
	const parts = isAlone(first);
	return (
		<Alert color="amber" icon={<IconAlertTriangle size={18} aria-hidden />} mb="md" title="The selection needs more than one restore">
			{parts
				? `Chosen fields of ${first?.key ?? first?.title} come back alone.`
				: `One restore takes whole items of one site: now ${counted(mine.length, ["item", "items"])} of ${siteName}.`}{" "}
			{rest === 1 ? "The other item stays" : `The ${rest} others stay`} selected for the next one.
		</Alert>
	);
}
