import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./states.module.css";

export interface EmptyStateProps {
	readonly title: string;
	readonly icon?: ReactNode;
	readonly children?: ReactNode;
	/** 1 where it is all that the page says. */
	readonly level?: 1 | 2;
	/** The next step. */
	readonly action?: ReactNode;
}

/** Says why there is nothing, and the next step. */
export function EmptyState({ title, icon, children, action, level = 2 }: EmptyStateProps): ReactNode {
	return (
		<Stack align="center" gap="xs" className={classes.empty} data-empty>
			{icon ? (
				<div className={classes.emptyIcon} aria-hidden>
					{icon}
				</div>
			) : null}
			<Title order={level} ta="center">
				{title}
			</Title>
			{children ? (
				<Text size="sm" c="dimmed" maw="52ch" ta="center" component="div">
					{children}
				</Text>
			) : null}
			{action ? <Group mt="xs">{action}</Group> : null}
		</Stack>
	);
}
