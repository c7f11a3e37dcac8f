import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./panel.module.css";

export interface PanelProps {
	readonly title?: ReactNode;
	readonly actions?: ReactNode;
	readonly children: ReactNode;
	/** Content reaches the edges: for tables. */
	readonly flush?: boolean;
}

/** A titled part of a page. */
export function Panel({ title, actions, children, flush = false }: PanelProps): ReactNode {
	return (
		<section className={classes.panel}>
			{title === undefined ? null : (
				<Group justify="space-between" className={classes.head} gap="xs">
					<Title order={2}>{title}</Title>
					{actions}
				</Group>
			)}
			<div className={flush ? classes.flush : classes.body}>{children}</div>
		</section>
	);
}
