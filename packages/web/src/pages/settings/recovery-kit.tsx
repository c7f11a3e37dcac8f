import { Alert, Button, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import type { SiteCreated } from "@skyeworx/contract";
import { IconAlertTriangle, IconDownload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import panel from "../../parts/panel.module.css";
import { ProblemView } from "../../parts/states/problem-view.tsx";

/** A download link for text that never leaves the browser. */
function useTextFile(text: string): string {
	const address = useMemo(() => URL.createObjectURL(new Blob([text], { type: "text/plain" })), [text]);
	useEffect(() => () => URL.revokeObjectURL(address), [address]);
	return address;
}

interface ShownKitProps extends Pick<SiteCreated, "keyFile" | "recoveryKit"> {
	readonly site: { readonly id: string; readonly name: string };
	readonly done: () => void;
}

/** The recovery kit, and the key file of a new vault, shown this once. */
export function ShownKit({ site, keyFile: file, recoveryKit, done }: ShownKitProps): ReactNode {
	const keyFile = useTextFile(file?.content ?? "");
	const kit = useTextFile(recoveryKit.text);
	return (
		<Stack gap="md">
			<Alert color="amber" icon={<IconAlertTriangle size={18} aria-hidden />}>
				{file === null
					? "Should the server and its key be gone one day, this code alone opens the vault. It is shown this once."
					: "Without the key file or the recovery code nobody can open this vault, not even we. They are shown this once."}
			</Alert>
			<div>
				<Text size="sm" fw={600}>
					Recovery code
				</Text>
				<Text className={panel.mono} style={{ userSelect: "all" }}>
					{recoveryKit.code}
				</Text>
			</div>
			<Group gap="xs">
				<Button
					variant="default"
					component="a"
					href={kit}
					download={`skyeworx-recovery-kit-${site.name}.txt`}
					leftSection={<IconDownload size={14} aria-hidden />}
				>
					Recovery kit
				</Button>
				{file === null ? null : (
					<Button variant="default" component="a" href={keyFile} download={file.name} leftSection={<IconDownload size={14} aria-hidden />}>
						Key file
					</Button>
				)}
				<CopyButton value={recoveryKit.code}>
					{({ copied, copy }) => (
						<Button variant="default" onClick={copy}>
							{copied ? "Copied" : "Copy the code"}
						</Button>
					)}
				</CopyButton>
			</Group>
			<ProveKit siteId={site.id} proofGroup={recoveryKit.proofGroup} done={done} />
		</Stack>
	);
}

interface ProveKitProps {
	readonly siteId: string;
	readonly proofGroup: number;
	readonly done: () => void;
}

/** Asks for a part of the code, so that nobody goes on who has not kept it. */
export function ProveKit({ siteId, proofGroup, done }: ProveKitProps): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const [part, setPart] = useState("");
	const prove = useMutation({
		mutationFn: () => client.proveRecoveryKit({ params: { siteId }, body: { part: part.trim() } }),
		onSuccess: () => {
			void cache.invalidateQueries({ queryKey: ["storage"] });
			done();
		},
	});
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				prove.mutate();
			}}
		>
			<Stack gap="sm">
				{prove.isError ? <ProblemView error={prove.error} /> : null}
				<TextInput
					required
					label={`Group ${proofGroup} of the recovery code`}
					description={`Put the kit where it is safe and apart from this server. Then read the ${ordinal(proofGroup)} group of four from there: so we both know that it was kept.`}
					value={part}
					maxLength={20}
					autoComplete="off"
					onChange={(event) => setPart(event.currentTarget.value)}
				/>
				<Group justify="flex-end">
					<Button type="submit" loading={prove.isPending} disabled={part.trim() === ""}>
						I have kept it
					</Button>
				</Group>
			</Stack>
		</form>
	);
}

const ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];

function ordinal(group: number): string {
	return ordinals[group - 1] ?? String(group);
}
