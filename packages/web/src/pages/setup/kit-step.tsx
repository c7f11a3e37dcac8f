import { Group, Stack, Text } from "@mantine/core";
import type { RecoveryKit, Setup, SiteCreated, SiteDetail } from "@skyeworx/contract";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProveKit, ShownKit } from "../settings/recovery-kit.tsx";
import { useLookAgain } from "./use-setup.ts";

interface KitProps {
	readonly site: SiteDetail;
	readonly setup: Setup;
	readonly made: SiteCreated | undefined;
}

/** Where the vault lies, and what opens it when everything else is gone; whoever has no kit makes another. */
export function KitStep({ site, setup, made }: KitProps): ReactNode {
	const lookAgain = useLookAgain(site.id);
	const [renewed, setRenewed] = useState<RecoveryKit>();
	const shown = renewed ?? made?.recoveryKit;
	const done = (): void => void lookAgain();
	return (
		<Panel title="Where it is kept, and the recovery kit">
			<Stack gap="md">
				<Text size="sm">
					Kept in: {site.storage.description}. Nobody reads it there without a key; the recovery kit is the one that you keep.
				</Text>
				{shown !== undefined ? (
					<ShownKit site={site} keyFile={renewed === undefined ? (made?.keyFile ?? null) : null} recoveryKit={shown} done={done} />
				) : (
					<>
						<ProveKit siteId={site.id} proofGroup={setup.proofGroup ?? 1} done={done} />
						<AnotherKit siteId={site.id} made={setRenewed} />
					</>
				)}
			</Stack>
		</Panel>
	);
}

function AnotherKit({ siteId, made }: { readonly siteId: string; readonly made: (kit: RecoveryKit) => void }): ReactNode {
	const client = useClient();
	const { permissions } = useMe();
	if (!permissions.includes("keys.manage"))
		return <Text size="sm">Without the kit, ask somebody who may manage keys to make another.</Text>;
	return (
		<Stack gap="xs">
			<Text size="sm" c="dimmed">
				The kit was shown once, when the site was connected. If nobody kept it, make another: the one before opens nothing any more.
			</Text>
			<Group>
				<ConfirmButton
					question="Make another recovery kit?"
					consequence="The kit that was shown when the site was connected opens nothing any more. Look for it once more before you go on."
					keep="Look for it"
					confirm="Make another kit"
					deed={async () => made(await client.renewRecoveryKit({ params: { siteId } }))}
				>
					I have no kit: make another
				</ConfirmButton>
			</Group>
		</Stack>
	);
}
