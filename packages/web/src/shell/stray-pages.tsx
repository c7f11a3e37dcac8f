import { Button, Stack } from "@mantine/core";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { EmptyState } from "../parts/states/empty-state.tsx";
import { ProblemView } from "../parts/states/problem-view.tsx";

/** An address that leads nowhere. */
export function NotFound(): ReactNode {
	useEffect(() => {
		document.title = "No such page · Skyeworx";
	}, []);
	return (
		<Stack p="xl">
			<EmptyState
				level={1}
				title="There is no such page"
				action={
					<Button component={Link} to="/">
						Go to the overview
					</Button>
				}
			>
				The address may be mistyped, or the page has moved.
			</EmptyState>
		</Stack>
	);
}

/** A page that broke while it was drawn. */
export function RouteError({ error, reset }: ErrorComponentProps): ReactNode {
	const router = useRouter();
	return (
		<Stack p="xl">
			<ProblemView
				alone
				error={error}
				retry={() => {
					reset();
					void router.invalidate();
				}}
			/>
		</Stack>
	);
}
