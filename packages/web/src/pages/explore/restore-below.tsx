import { ActionIcon, Tooltip } from "@mantine/core";
import { maxPlanItems } from "@skyeworx/contract";
import { IconRestore } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { trayItem, useTray } from "../../live/use-tray.tsx";
import { count } from "../../parts/write-number.ts";
import { collectBelow, spaceSeen, type Top } from "./collect-below.ts";
import classes from "./explore.module.css";

interface RestoreBelowProps extends Omit<Top, "asOf"> {
	/** What the button says: `the space Handbook`, `Kettle rota and all below it`. */
	readonly what: string;
	/** The snapshot to bring it back from; of a space the last one that held it when left out. */
	readonly asOf: number | undefined;
}

/** Puts a whole space, or an item with all that hangs below it, into the selection, and leads to its restore. */
export function RestoreBelow({ what, asOf, ...top }: RestoreBelowProps): ReactNode {
	const client = useClient();
	const tray = useTray();
	const navigate = useNavigate();
	const { permissions } = useMe();
	const select = useMutation({
		mutationFn: async () => {
			const space = top.item === undefined ? await spaceSeen(client, { ...top, asOf }) : undefined;
			const at = space?.lastSnapshotId ?? asOf;
			if (at === undefined) throw new Error("No backup holds it.");
			const hits = await collectBelow(client, { ...top, asOf: at });
			if (hits === undefined) throw new Error(`More than the ${count(maxPlanItems)} items that one restore takes: select parts of it.`);
			if (hits.length === 0) throw new Error("That backup holds nothing of it.");
			tray.put([...(space === undefined ? [] : [space]), ...hits].map((hit) => trayItem(hit, at)));
		},
		onSuccess: () => void navigate({ to: "/restore" }),
	});
	if (!permissions.includes("item.restore")) return null;
	const label = `Restore ${what}`;
	return (
		<Tooltip label={select.error?.message ?? label} {...(select.isError ? { opened: true, color: "red", role: "alert" } : {})}>
			<ActionIcon
				className={classes.nodeDeed}
				variant="subtle"
				color="gray"
				size="sm"
				loading={select.isPending}
				onClick={() => select.mutate()}
				aria-label={label}
			>
				<IconRestore size={14} aria-hidden />
			</ActionIcon>
		</Tooltip>
	);
}
