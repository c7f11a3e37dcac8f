import { Button } from "@mantine/core";
import type { PlanActionName, PlanItem, RestorePlan } from "@skyeworx/contract";
import { IconChevronRight } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { DifferenceList } from "../../parts/diff/difference-list.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { ActionMark, FidelityMark } from "../../parts/marks/status-marks.tsx";
import { count, counted } from "../../parts/write-number.ts";
import classes from "./restore.module.css";

const order: readonly PlanActionName[] = ["cannot", "create", "untrash", "change", "leave"];

/** The plan's items by what would be done with them. */
export function PlanGroups({ plan }: { readonly plan: RestorePlan }): ReactNode {
	const [chosen, setChosen] = useState<PlanActionName>();
	const groups = order
		.map((action) => ({ action, items: plan.items.filter((item) => item.action === action) }))
		.filter((group) => group.items.length > 0);
	const shown = chosen === undefined ? groups : groups.filter((group) => group.action === chosen);
	return (
		<div>
			<div className={classes.totals}>
				{groups.map(({ action, items }) => (
					<button
						key={action}
						type="button"
						className={classes.total}
						aria-pressed={chosen === action}
						onClick={() => setChosen(chosen === action ? undefined : action)}
					>
						<span className={classes.totalNumber}>{count(items.length)}</span>
						<ActionMark action={action} />
					</button>
				))}
			</div>
			{shown.map(({ action, items }) => (
				<GroupOf key={action} items={items} />
			))}
		</div>
	);
}

function GroupOf({ items }: { readonly items: readonly PlanItem[] }): ReactNode {
	const [shown, setShown] = useState(50);
	return (
		<div className={classes.group}>
			{items.slice(0, shown).map((item) => (
				<Item key={`${item.ref.kind}/${item.ref.id}`} item={item} open={items.length === 1} />
			))}
			{items.length > shown ? (
				<Button variant="subtle" onClick={() => setShown(shown + 200)}>
					Show more of {count(items.length)}
				</Button>
			) : null}
		</div>
	);
}

function Item({ item, open: openAtFirst }: { readonly item: PlanItem; readonly open: boolean }): ReactNode {
	const hasMore = item.changes.length > 0 || item.losses.length > 0;
	const [open, setOpen] = useState(openAtFirst && hasMore);
	const impossible = item.losses.filter((loss) => loss.level === "impossible").length;
	const degraded = item.losses.length - impossible;
	const facts = [
		item.action === "change" && item.changes.length > 0 ? counted(item.changes.length, ["field", "fields"]) : "",
		degraded > 0 ? `${degraded} not quite the same` : "",
		impossible > 0 ? `${impossible} can’t come back` : "",
	].filter(Boolean);
	const head = (
		<>
			<IconChevronRight
				size={15}
				aria-hidden
				className={classes.chevron}
				data-open={open || undefined}
				style={hasMore ? {} : { visibility: "hidden" }}
			/>
			<KindMark kind={item.ref.kind} />
			<span className={classes.planLabel}>{item.label}</span>
			<span className={classes.planFacts}>{item.reason ?? facts.join(" · ")}</span>
			<ActionMark action={item.action} />
		</>
	);
	return (
		<div className={classes.planItem}>
			{hasMore ? (
				<button type="button" className={classes.planHead} aria-expanded={open} onClick={() => setOpen(!open)}>
					{head}
				</button>
			) : (
				<div className={classes.planHead}>{head}</div>
			)}
			{open ? (
				<div className={classes.planBody}>
					{item.losses.length > 0 ? <Losses losses={item.losses} /> : null}
					<Changes item={item} />
				</div>
			) : null}
		</div>
	);
}

function Changes({ item }: { readonly item: PlanItem }): ReactNode {
	if (item.changes.length === 0) return null;
	if (item.action !== "create") return <DifferenceList differences={item.changes} names={["now", "after"]} />;
	return (
		<details className={classes.allFields}>
			<summary>{counted(item.changes.length, ["field is", "fields are"])} written</summary>
			<DifferenceList differences={item.changes} names={["now", "after"]} bare />
		</details>
	);
}

function Losses({ losses }: { readonly losses: PlanItem["losses"] }): ReactNode {
	return (
		<ul className={classes.losses}>
			{losses
				.toSorted((a, b) => b.level.localeCompare(a.level))
				.map((loss) => (
					<li key={loss.field}>
						<FidelityMark level={loss.level} />
						<strong>{loss.label}</strong>
						<span className={classes.quiet}>{loss.reason}</span>
					</li>
				))}
		</ul>
	);
}
