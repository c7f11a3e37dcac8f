import { Alert, Button, Checkbox, CopyButton, Group, Stack, Text } from "@mantine/core";
import type { SiteCreated } from "@skyeworx/contract";
import { IconAlertTriangle, IconDownload } from "@tabler/icons-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import panel from "../../parts/panel.module.css";

/** A download link for text that never leaves the browser. */
function useTextFile(text: string): string {
	const address = useMemo(() => URL.createObjectURL(new Blob([text], { type: "text/plain" })), [text]);
	useEffect(() => () => URL.revokeObjectURL(address), [address]);
	return address;
}

/** The key file and the recovery kit, shown this once. */
export function RecoveryKit({ created, done }: { readonly created: SiteCreated; readonly done: () => void }): ReactNode {
	const [kept, setKept] = useState(false);
	const keyFile = useTextFile(created.keyFile?.content ?? "");
	const kit = useTextFile(created.recoveryKit.text);
	return (
		<Stack gap="md">
			<Alert color="amber" icon={<IconAlertTriangle size={18} aria-hidden />}>
				Without the key file or the recovery code nobody can open this vault, not even we. They are shown this once.
			</Alert>
			<div>
				<Text size="sm" fw={600}>
					Recovery code
				</Text>
				<Text className={panel.mono} style={{ userSelect: "all" }}>
					{created.recoveryKit.code}
				</Text>
			</div>
			<Group gap="xs">
				<Button
					variant="default"
					component="a"
					href={kit}
					download={`skyeworx-recovery-kit-${created.site.name}.txt`}
					leftSection={<IconDownload size={14} aria-hidden />}
				>
					Recovery kit
				</Button>
				{created.keyFile === null ? null : (
					<Button
						variant="default"
						component="a"
						href={keyFile}
						download={created.keyFile.name}
						leftSection={<IconDownload size={14} aria-hidden />}
					>
						Key file
					</Button>
				)}
				<CopyButton value={created.recoveryKit.code}>
					{({ copied, copy }) => (
						<Button variant="default" onClick={copy}>
							{copied ? "Copied" : "Copy the code"}
						</Button>
					)}
				</CopyButton>
			</Group>
			<Checkbox
				checked={kept}
				onChange={(event) => setKept(event.currentTarget.checked)}
				label="I have put them where they are safe, and apart from this server"
			/>
			<Group justify="flex-end">
				<Button disabled={!kept} onClick={done}>
					Go to the site
				</Button>
			</Group>
		</Stack>
	);
}
