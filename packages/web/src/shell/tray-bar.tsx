import { Button, CloseButton } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe } from "../live/app-context.tsx";
import { useTray } from "../live/use-tray.tsx";
import { counted } from "../parts/write-number.ts";
import classes from "./shell.module.css";

/** What was put aside, on its way to a restore; stays while the person goes on searching. */
export function TrayBar(): ReactNode {
	const tray = useTray();
	const me = useMe();
	const path = useLocation({ select: (location) => location.pathname });
	if (tray.items.length === 0 || path === "/restore") return null;
	return (
		<aside className={classes.tray} aria-label="Selected items">
			<span>{counted(tray.items.length, ["item", "items"])} selected</span>
			{me.permissions.includes("item.restore") ? (
				<Button component={Link} to="/restore" size="sm" color="skye.4" c="#06282d" leftSection={<IconArrowBackUp size={16} aria-hidden />}>
					Restore…
				</Button>
			) : null}
			<CloseButton aria-label="Clear the selection" onClick={tray.clear} c="#fff" variant="transparent" />
		</aside>
	);
}
