import { Skeleton, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemView } from "./problem-view.tsx";

interface Query<T> {
	readonly data: T | undefined;
	readonly error: unknown;
	readonly isError: boolean;
	readonly refetch: () => unknown;
}

export interface QueryViewProps<T> {
	readonly query: Query<T>;
	/** Rows of the skeleton, or one of one's own. */
	readonly loading?: number | ReactNode;
	/** The page's head is among the children: without data, the error is all that the page says. */
	readonly page?: boolean;
	readonly children: (data: T) => ReactNode;
}

/** Shows a skeleton, the error, or the data; data that could not be refreshed stays, with the error above it. */
export function QueryView<T>({ query, loading = 6, page = false, children }: QueryViewProps<T>): ReactNode {
	const retry = (): void => void query.refetch();
	if (query.data === undefined) {
		if (query.isError) return <ProblemView error={query.error} retry={retry} alone={page} />;
		return typeof loading === "number" ? <Rows count={loading} /> : loading;
	}
	if (!query.isError) return children(query.data);
	return (
		<Stack gap="md">
			<ProblemView error={query.error} retry={retry} />
			{children(query.data)}
		</Stack>
	);
}

/** Lines of text that are on their way. */
export function Rows({ count, height = 18 }: { readonly count: number; readonly height?: number }): ReactNode {
	return (
		<Stack gap="sm" aria-busy="true" role="status" aria-label="Loading">
			{Array.from({ length: count }, (_, index) => (
				<Skeleton key={`row-${index + 1}`} height={height} width={`${96 - ((index * 17) % 40)}%`} />
			))}
		</Stack>
	);
}
