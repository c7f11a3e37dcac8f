import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";

interface Paged {
	readonly hasNextPage: boolean;
	readonly isFetchingNextPage: boolean;
	readonly fetchNextPage: () => unknown;
}

/** Asks for the next page of a list; nothing on the last one. */
export function LoadMore({ query, label = "Show older" }: { readonly query: Paged; readonly label?: string }): ReactNode {
	if (!query.hasNextPage) return null;
	return (
		<Group justify="center" p="sm">
			<Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
				{label}
			</Button>
		</Group>
	);
}
