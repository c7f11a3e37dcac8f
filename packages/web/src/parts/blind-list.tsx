import { Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useKindNames } from "../live/use-kind-names.ts";
import classes from "./blind-list.module.css";
import { FirstRows } from "./first-rows.tsx";
import { KindName } from "./kind-name.tsx";
import { ToneMark } from "./marks/tone-mark.tsx";

/** Something of a kind that a backup does not hold. */
export interface Unseen {
	readonly kind: string;
	/** Of which site, where the list is about several. */
	readonly site?: string;
	/** `85`, `all`; null where nobody can count it. */
	readonly count: string | null;
	readonly cause: string;
	readonly reason: string;
}

export interface BlindListProps {
	readonly label: string;
	readonly entries: readonly Unseen[];
	/** What is said when there is nothing to list. */
	readonly nothing: string;
}

interface Group {
	readonly key: string;
	readonly kind: string;
	readonly site: string | undefined;
	readonly entries: readonly Unseen[];
}

/** Kinds that are shown before one asks for all. */
const firstKinds = 8;

/** What could not be seen, kind by kind, with the reason, and how much where that can be counted: nothing is left out silently. */
export function BlindList({ label, entries, nothing }: BlindListProps): ReactNode {
	const names = useKindNames();
	if (entries.length === 0) {
		return (
			<Text size="sm" p="md" component="div">
				<ToneMark tone="ok" icon={<IconCircleCheck size={15} />}>
					{nothing}
				</ToneMark>
			</Text>
		);
	}
	const groups = [...Map.groupBy(entries, ({ site, kind }) => `${site ?? ""}/${kind}`)].flatMap(([key, list]): Group[] => {
		const [first] = list;
		return first === undefined ? [] : [{ key, kind: first.kind, site: first.site, entries: list }];
	});
	return (
		<FirstRows rows={groups} most={firstKinds} name="kinds">
			{(shown) => (
				<dl className={classes.list} aria-label={label}>
					{shown.map((group) => (
						<div key={group.key} className={classes.group}>
							<dt>
								<KindName kind={group.kind} name={names(group.kind)[1]} />
								{group.site === undefined ? null : <span className={classes.site}>{group.site}</span>}
							</dt>
							<dd>
								{group.entries.map((entry) => (
									<p key={`${entry.cause} ${entry.reason}`}>
										{entry.count === null ? null : <strong>{entry.count}: </strong>}
										{entry.reason} <span className={classes.cause}>{entry.cause}</span>
									</p>
								))}
							</dd>
						</div>
					))}
				</dl>
			)}
		</FirstRows>
	);
}
