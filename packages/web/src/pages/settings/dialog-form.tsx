import { Button, Group, Stack } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ProblemView } from "../../parts/states/problem-view.tsx";

export interface DialogFormProps<T> {
	readonly deed: UseMutationResult<T, Error, void>;
	/** What the button says. */
	readonly submit: string;
	readonly isIncomplete?: boolean;
	readonly close: () => void;
	readonly children: ReactNode;
}

/** The fields of a dialog with what went wrong above them and its two buttons below. */
export function DialogForm<T>({ deed, submit, isIncomplete = false, close, children }: DialogFormProps<T>): ReactNode {
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				deed.mutate();
			}}
		>
			<Stack gap="sm">
				{deed.isError ? <ProblemView error={deed.error} /> : null}
				{children}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={close}>
						Cancel
					</Button>
					<Button type="submit" loading={deed.isPending} disabled={isIncomplete}>
						{submit}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
