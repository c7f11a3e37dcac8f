import { Button, type ButtonProps, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ProblemView } from "./states/problem-view.tsx";

export interface ConfirmButtonProps extends Pick<ButtonProps, "variant" | "size" | "disabled" | "loading" | "leftSection"> {
	/** What the button says, without dots: `Revoke`. */
	readonly children: string;
	/** The same with what it is done to, where several buttons say the same. */
	readonly name?: string;
	/** The question: `Revoke “CI”?` */
	readonly question: string;
	/** What will be gone, and whether it can be had again. */
	readonly consequence: ReactNode;
	/** The way out, in words: `Keep it`. */
	readonly keep: string;
	/** What the second button says; it names the deed: `Revoke “CI”`. */
	readonly confirm: string;
	/** Does it; what it throws is shown in the dialog, which stays open. */
	readonly deed: () => Promise<unknown>;
	/** After it was done. */
	readonly done?: () => void;
	/** After it failed: what the page shows may be old. */
	readonly failed?: () => void;
}

/** Asks before it does something that takes something away; every such button of the UI is one of these. */
export function ConfirmButton({
	children,
	name = children,
	question,
	consequence,
	keep,
	confirm,
	deed,
	done,
	failed,
	variant = "default",
	...button
}: ConfirmButtonProps): ReactNode {
	const [asking, ask] = useDisclosure(false);
	const act = useMutation({
		mutationFn: deed,
		onSuccess: () => {
			ask.close();
			done?.();
		},
		...(failed !== undefined && { onError: failed }),
	});
	const close = (): void => {
		act.reset();
		ask.close();
	};
	return (
		<>
			<Button
				{...button}
				variant={variant}
				onClick={() => {
					act.reset();
					ask.open();
				}}
				aria-label={`${name}…`}
			>
				{children}…
			</Button>
			<Modal opened={asking} onClose={close} title={question}>
				<Stack gap="md">
					{act.isError ? <ProblemView error={act.error} /> : null}
					<Text size="sm" component="div">
						{consequence}
					</Text>
					<Group justify="flex-end" gap="xs">
						<Button variant="default" onClick={close} data-autofocus>
							{keep}
						</Button>
						<Button
							color="brick"
							// Done is done: the dialog takes a moment to close, and a second press in it would do it again.
							loading={act.isPending || act.isSuccess}
							onClick={() => act.mutate()}
							styles={{ label: { whiteSpace: "normal" } }}
							h="auto"
							mih={30}
						>
							{confirm}
						</Button>
					</Group>
				</Stack>
			</Modal>
		</>
	);
}
