import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { SnapshotDetail } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { exactTime } from "../../parts/time/write-time.ts";

type Deed = "pin" | "hold" | "forget";

const words: Readonly<Record<Deed, { readonly title: string; readonly label: string; readonly button: string; readonly what: string }>> = {
	pin: {
		title: "Pin this restore point",
		label: "Why, in a few words",
		button: "Pin it",
		what: "Retention passes over it until it is unpinned.",
	},
	hold: {
		title: "Hold this restore point",
		label: "For what: a case, a request",
		button: "Hold it",
		what: "It can’t be forgotten, by no rule and by nobody, before each of its holds is released.",
	},
	forget: {
		title: "Forget this restore point",
		label: "Reason, for the audit log",
		button: "Forget it for good",
		what: "It can’t be restored any more, by nobody. What only it needs is freed about a day later.",
	},
};

/** What keeps a restore point, and letting it go. */
export function KeepSnapshot({ snapshot }: { readonly snapshot: SnapshotDetail }): ReactNode {
	const { permissions } = useMe();
	const [deed, setDeed] = useState<Deed>();
	const mayEdit = permissions.includes("retention.edit");
	const { pin, holds, lockedUntil } = snapshot;
	const isKept = pin !== null || holds.length > 0;
	if (!mayEdit && !isKept && lockedUntil === null) return null;
	return (
		<Panel
			title="Kept"
			actions={
				mayEdit ? (
					<Group gap="xs">
						<Button variant="default" onClick={() => setDeed("pin")}>
							{pin === null ? "Pin…" : "Change the pin…"}
						</Button>
						<Button variant="default" onClick={() => setDeed("hold")}>
							Hold…
						</Button>
						<Button variant="default" disabled={isKept} onClick={() => setDeed("forget")}>
							Forget…
						</Button>
					</Group>
				) : undefined
			}
		>
			<Stack gap="xs">
				{isKept ? null : <Text size="sm">As long as the policy says; nobody pins or holds it.</Text>}
				{pin === null ? null : <LetGo snapshot={snapshot} mayEdit={mayEdit} hold={undefined} text={`Pinned: ${pin}`} />}
				{holds.map((name) => (
					<LetGo key={name} snapshot={snapshot} mayEdit={mayEdit} hold={name} text={`Held: ${name}`} />
				))}
				{lockedUntil === null ? null : <Text size="sm">The store itself refuses to delete it until {exactTime(lockedUntil)}.</Text>}
			</Stack>
			<Modal opened={deed !== undefined} onClose={() => setDeed(undefined)} title={deed === undefined ? "" : words[deed].title} size={480}>
				{deed === undefined ? null : <Form deed={deed} snapshot={snapshot} close={() => setDeed(undefined)} />}
			</Modal>
		</Panel>
	);
}

interface LetGoProps {
	readonly snapshot: SnapshotDetail;
	readonly mayEdit: boolean;
	/** The hold that ends; undefined for the pin. */
	readonly hold: string | undefined;
	readonly text: string;
}

function LetGo({ snapshot, mayEdit, hold, text }: LetGoProps): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const params = { siteId: snapshot.siteId, snapshotId: snapshot.id };
	const others = snapshot.holds.length + (snapshot.pin === null ? 0 : 1) - 1;
	return (
		<Group gap="sm">
			<Text size="sm">{text}</Text>
			{mayEdit ? (
				<ConfirmButton
					variant="subtle"
					size="compact-sm"
					name={hold === undefined ? "Unpin" : `Release from ${hold}`}
					question={hold === undefined ? "Unpin this restore point?" : `Release it from “${hold}”?`}
					consequence={
						others > 0
							? "Something else keeps it still. Once nothing does, the rules may forget it, for good."
							: "Nothing else keeps it: when the rules say so, it is forgotten with the next look after the vault, for good."
					}
					keep={hold === undefined ? "Keep the pin" : "Keep the hold"}
					confirm={hold === undefined ? "Unpin it" : `Release it from “${hold}”`}
					deed={() => (hold === undefined ? client.unpinSnapshot({ params }) : client.releaseSnapshot({ params, body: { name: hold } }))}
					done={() => void cache.invalidateQueries({ queryKey: ["snapshots", snapshot.siteId] })}
					failed={() => void cache.invalidateQueries({ queryKey: ["approvals"] })}
				>
					{hold === undefined ? "Unpin" : "Release"}
				</ConfirmButton>
			) : null}
		</Group>
	);
}

function Form({
	deed,
	snapshot,
	close,
}: {
	readonly deed: Deed;
	readonly snapshot: SnapshotDetail;
	readonly close: () => void;
}): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const navigate = useNavigate();
	const [word, setWord] = useState(deed === "pin" ? (snapshot.pin ?? "") : "");
	const { siteId, id: snapshotId } = snapshot;
	const params = { siteId, snapshotId };
	const { label, button, what } = words[deed];
	const act = useMutation({
		mutationFn: async () => {
			const text = word.trim();
			if (deed === "pin") await client.pinSnapshot({ params, body: { label: text } });
			else if (deed === "hold") await client.holdSnapshot({ params, body: { name: text } });
			else await client.forgetSnapshot({ params, body: { reason: text } });
		},
		onSuccess: async () => {
			close();
			if (deed === "forget") {
				notifications.show({ color: "moss", title: "Forgotten", message: `Restore point ${snapshotId} is gone.` });
				await navigate({ to: "/backups", search: { tab: "snapshots", site: siteId } });
			}
			void cache.invalidateQueries({ queryKey: ["snapshots", siteId] });
			void cache.invalidateQueries({ queryKey: ["items", siteId] });
		},
		onError: () => void cache.invalidateQueries({ queryKey: ["approvals"] }),
	});
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				act.mutate();
			}}
		>
			<Stack gap="sm">
				{act.isError ? <ProblemView error={act.error} /> : null}
				<Text size="sm">{what}</Text>
				<TextInput
					required
					label={label}
					maxLength={200}
					value={word}
					onChange={(event) => setWord(event.currentTarget.value)}
					data-autofocus
				/>
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={close}>
						Cancel
					</Button>
					<Button type="submit" {...(deed === "forget" && { color: "brick" })} loading={act.isPending} disabled={word.trim() === ""}>
						{button}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
