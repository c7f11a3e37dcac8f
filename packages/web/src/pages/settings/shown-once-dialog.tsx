import { Button, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import classes from "./settings.module.css";

export interface ShownOnceDialogProps {
	readonly opened: boolean;
	readonly close: () => void;
	readonly title: string;
	/** What is said once it is made: the new title, and what to do with what is shown. */
	readonly shown: { readonly title: string; readonly text: string };
	/** The form; it says what it made, null when there is nothing to show. */
	readonly form: (made: (secret: string | null) => void, close: () => void) => ReactNode;
}

/** Makes something whose secret is shown this once; a click beside it does not lose it. */
export function ShownOnceDialog({ opened, close, title, shown, form }: ShownOnceDialogProps): ReactNode {
	const [secret, setSecret] = useState<string>();
	const done = (): void => {
		setSecret(undefined);
		close();
	};
	return (
		<Modal
			opened={opened}
			onClose={done}
			title={secret === undefined ? title : shown.title}
			size={520}
			closeOnClickOutside={secret === undefined}
		>
			{secret === undefined ? (
				form((made) => (made === null ? done() : setSecret(made)), done)
			) : (
				<Stack gap="md">
					<Text size="sm">{shown.text}</Text>
					<div className={classes.secret}>{secret}</div>
					<Group justify="flex-end" gap="xs">
						<CopyButton value={secret}>
							{({ copied, copy }) => (
								<Button variant="default" onClick={copy}>
									{copied ? "Copied" : "Copy"}
								</Button>
							)}
						</CopyButton>
						<Button onClick={done}>I have it</Button>
					</Group>
				</Stack>
			)}
		</Modal>
	);
}
