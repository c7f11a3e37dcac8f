import type { Absence, RestoreItem, RestoreStatus, RunStatus } from "@skyeworx/contract";
import {
	IconAlertTriangle,
	IconArrowBackUp,
	IconBan,
	IconCircleCheck,
	IconCircleDashed,
	IconCircleX,
	IconLoader2,
	IconPencil,
	IconPlayerSkipForward,
	IconPlus,
	IconTrash,
	IconTrashOff,
	IconX,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./marks.module.css";
import { type Tone, ToneMark } from "./tone-mark.tsx";

interface Look {
	readonly tone: Tone;
	readonly icon: ReactNode;
	readonly word: string;
}

const size = 15;
const turning = <IconLoader2 size={size} className={classes.spin} />;

const statusLooks: Readonly<Record<RunStatus | RestoreStatus, Look>> = {
	queued: { tone: "quiet", icon: <IconCircleDashed size={size} />, word: "Waiting" },
	running: { tone: "run", icon: turning, word: "Running" },
	succeeded: { tone: "ok", icon: <IconCircleCheck size={size} />, word: "Complete" },
	incomplete: { tone: "warn", icon: <IconAlertTriangle size={size} />, word: "Incomplete" },
	failed: { tone: "fail", icon: <IconCircleX size={size} />, word: "Failed" },
	cancelled: { tone: "quiet", icon: <IconBan size={size} />, word: "Cancelled" },
	undoing: { tone: "run", icon: turning, word: "Undoing" },
	undone: { tone: "quiet", icon: <IconArrowBackUp size={size} />, word: "Undone" },
};

/** How a run or a restore is doing. */
export function StatusMark({
	status,
	filled = false,
}: {
	readonly status: RunStatus | RestoreStatus;
	readonly filled?: boolean;
}): ReactNode {
	const { tone, icon, word } = statusLooks[status];
	return (
		<ToneMark tone={tone} icon={icon} filled={filled}>
			{word}
		</ToneMark>
	);
}

const outcomeLooks: Readonly<Record<RestoreItem["outcome"], Look>> = {
	waiting: { tone: "quiet", icon: <IconCircleDashed size={size} />, word: "Waiting" },
	running: { tone: "run", icon: turning, word: "Restoring" },
	restored: { tone: "ok", icon: <IconCircleCheck size={size} />, word: "Restored" },
	skipped: { tone: "quiet", icon: <IconPlayerSkipForward size={size} />, word: "Left alone" },
	failed: { tone: "fail", icon: <IconCircleX size={size} />, word: "Failed" },
	undone: { tone: "quiet", icon: <IconArrowBackUp size={size} />, word: "Undone" },
	kept: { tone: "warn", icon: <IconAlertTriangle size={size} />, word: "Kept" },
};

/** What became of one item of a restore. */
export function OutcomeMark({ outcome }: { readonly outcome: RestoreItem["outcome"] }): ReactNode {
	const { tone, icon, word } = outcomeLooks[outcome];
	return (
		<ToneMark tone={tone} icon={icon}>
			{word}
		</ToneMark>
	);
}

const goneWords = { deleted: "Deleted", "deleted-or-hidden": "Deleted or hidden" } as const satisfies Record<Absence, string>;

const changeLooks = {
	created: { tone: "ok", icon: <IconPlus size={size} />, word: "Created" },
	changed: { tone: "run", icon: <IconPencil size={size} />, word: "Changed" },
	deleted: { tone: "fail", icon: <IconTrash size={size} />, word: "Gone" },
} as const satisfies Record<string, Look>;

interface ChangeMarkProps {
	readonly change: keyof typeof changeLooks;
	/** What is known of items of its kind that are gone. */
	readonly absence: Absence;
	/** What to call the first version; the item may be older than the backups. */
	readonly created?: string;
}

/** What happened to an item in a snapshot. */
export function ChangeMark({ change, absence, created = "New" }: ChangeMarkProps): ReactNode {
	const { tone, icon, word } = changeLooks[change];
	return (
		<ToneMark tone={tone} icon={icon}>
			{change === "created" ? created : change === "deleted" ? goneWords[absence] : word}
		</ToneMark>
	);
}

/** Says that the site does not show an item any more, and whether that means that it was deleted. */
export function GoneMark({ absence }: { readonly absence: Absence }): ReactNode {
	return (
		<ToneMark tone="fail" icon={<IconTrash size={13} />} filled>
			{goneWords[absence]}
		</ToneMark>
	);
}

const actionLooks = {
	create: { tone: "ok", icon: <IconPlus size={size} />, word: "Create" },
	change: { tone: "run", icon: <IconPencil size={size} />, word: "Change" },
	untrash: { tone: "ok", icon: <IconTrashOff size={size} />, word: "Take out of the trash" },
	leave: { tone: "quiet", icon: <IconPlayerSkipForward size={size} />, word: "Leave alone" },
	cannot: { tone: "fail", icon: <IconX size={size} />, word: "Can’t restore" },
} as const satisfies Record<string, Look>;

/** What a plan would do with an item. */
export function ActionMark({ action }: { readonly action: keyof typeof actionLooks }): ReactNode {
	const { tone, icon, word } = actionLooks[action];
	return (
		<ToneMark tone={tone} icon={icon}>
			{word}
		</ToneMark>
	);
}

const fidelityLooks = {
	exact: { tone: "ok", icon: <IconCircleCheck size={size} />, word: "Exact" },
	degraded: { tone: "warn", icon: <IconAlertTriangle size={size} />, word: "Not quite the same" },
	impossible: { tone: "quiet", icon: <IconBan size={size} />, word: "Not possible" },
	failed: { tone: "fail", icon: <IconCircleX size={size} />, word: "Failed" },
	derived: { tone: "quiet", icon: <IconCircleDashed size={size} />, word: "Computed" },
} as const satisfies Record<string, Look>;

/** How faithfully a field came back, or comes back in general. */
export function FidelityMark({ level }: { readonly level: keyof typeof fidelityLooks }): ReactNode {
	const { tone, icon, word } = fidelityLooks[level];
	return (
		<ToneMark tone={tone} icon={icon}>
			{word}
		</ToneMark>
	);
}
