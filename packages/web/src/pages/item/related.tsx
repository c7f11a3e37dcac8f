import { Text } from "@mantine/core";
import type { ItemDetail, RelatedItem } from "@skyeworx/contract";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAbsence } from "../../live/use-kind-names.ts";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { GoneMark } from "../../parts/marks/status-marks.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import classes from "./item.module.css";

const words = { parent: "Parent", child: "Below it", references: "Mentions", "referenced-by": "Mentioned by" } as const;

/** Whether it is listed as the parent or a child already. */
function isNear(item: ItemDetail, { ref }: RelatedItem): boolean {
	return item.related.some(
		(one) => (one.relation === "parent" || one.relation === "child") && one.ref.kind === ref.kind && one.ref.id === ref.id,
	);
}

/** Parents, children and mentions; those that are gone are marked, for they may have to come back too. */
export function Related({ item }: { readonly item: ItemDetail }): ReactNode {
	if (item.related.length === 0 && item.lineage.length < 2) return <EmptyState title="Nothing is related to it" />;
	return (
		<>
			{(["parent", "child", "references", "referenced-by"] as const).map((relation) => (
				<Relation
					key={relation}
					label={words[relation]}
					entries={item.related.filter((entry) => entry.relation === relation && !(relation === "references" && isNear(item, entry)))}
					siteId={item.siteId}
				/>
			))}
			{item.lineage.length > 1 ? (
				<Relation
					label="Earlier and later incarnations"
					entries={item.lineage.map((entry) => ({ ...entry, relation: "parent", type: null }))}
					siteId={item.siteId}
				/>
			) : null}
		</>
	);
}

function Relation({
	label,
	entries,
	siteId,
}: {
	readonly label: string;
	readonly entries: readonly RelatedItem[];
	readonly siteId: string;
}): ReactNode {
	const absence = useAbsence();
	if (entries.length === 0) return null;
	return (
		<section className={classes.section}>
			<Text fw={600} size="sm" mb={4}>
				{label}
			</Text>
			<ul className={classes.related}>
				{entries.map((entry) => (
					<li key={`${entry.ref.kind}/${entry.ref.id}`}>
						<KindMark kind={entry.ref.kind} type={entry.type} />
						<Link to="/items/$siteId/$kind/$id" params={{ siteId, kind: entry.ref.kind, id: entry.ref.id }}>
							{entry.key === null ? "" : `${entry.key} `}
							{entry.title}
						</Link>
						{entry.state === "deleted" ? <GoneMark absence={absence(entry.ref.kind)} /> : null}
					</li>
				))}
			</ul>
		</section>
	);
}
