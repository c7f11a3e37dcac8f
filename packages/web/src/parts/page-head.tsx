import { Group, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

export interface PageHeadProps {
	readonly title: ReactNode;
	/** For the browser's tab, when the title is more than text. */
	readonly tab?: string;
	readonly sub?: ReactNode;
	readonly actions?: ReactNode;
}

/** The head of every page: its name (also in the browser's tab), one line about it, its deeds. */
export function PageHead({ title, tab, sub, actions }: PageHeadProps): ReactNode {
	const name = tab ?? (typeof title === "string" ? title : undefined);
	useEffect(() => {
		document.title = name === undefined ? "Skyeworx" : `${name} · Skyeworx`;
	}, [name]);
	return (
		<Group justify="space-between" align="flex-start" gap="sm" mb="md">
			<div style={{ minWidth: 0, flex: "1 1 300px" }}>
				<Title order={1}>{title}</Title>
				{sub ? (
					<Text size="sm" c="dimmed" mt={3} component="div">
						{sub}
					</Text>
				) : null}
			</div>
			{actions ? <Group gap="xs">{actions}</Group> : null}
		</Group>
	);
}
