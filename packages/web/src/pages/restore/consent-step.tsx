import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import type { RestorePlan } from "@skyeworx/contract";
import { IconExternalLink, IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { tellFailure } from "../../live/use-deeds.ts";

const route = getRouteApi("/shell/restore");

const refusals: Readonly<Record<string, string>> = {
	"credential-rejected": "The consent was refused at Atlassian. Nothing was changed.",
	conflict: "The new grant is for another site, or lacks scopes that the backups need. The old one is kept.",
	"sign-in-required": "The consent took too long, or was not begun in this browser. Begin again.",
};

/** What Atlassian has to be asked for before the plan can be carried out: backups have scopes to read only. */
export function ConsentStep({ plan }: { readonly plan: RestorePlan }): ReactNode {
	const { consent: came } = route.useSearch();
	if (plan.consent !== null) return <Missing planId={plan.id} scopes={plan.consent.scopes} came={came} />;
	if (came !== "given") return null;
	return (
		<Alert color="moss" icon={<IconShieldCheck size={18} aria-hidden />} title="The consent was given" role="status">
			The connection may write now. Go on with the restore.
		</Alert>
	);
}

interface MissingProps {
	readonly planId: string;
	readonly scopes: readonly string[];
	readonly came: string | undefined;
}

function Missing({ planId, scopes, came }: MissingProps): ReactNode {
	const client = useClient();
	const { permissions, via } = useMe();
	const begin = useMutation({
		mutationFn: () => client.createConsent({ params: { planId } }),
		onSuccess: ({ url }) => window.location.assign(url),
		onError: tellFailure,
	});
	const mayGrant = permissions.includes("site.connect") && via === "session";
	return (
		<Alert color="amber" icon={<IconShieldX size={18} aria-hidden />} title="The connection may only read">
			<Stack gap="xs">
				<Text size="sm">
					Backups need no more. To restore, somebody who may grant access to the site agrees to this at Atlassian once; the plan stays as it
					is.
				</Text>
				<Group gap={6}>
					{scopes.map((scope) => (
						<Code key={scope}>{scope}</Code>
					))}
				</Group>
				{came === undefined || came === "given" ? null : (
					<Text size="sm" fw={560} role="alert">
						{refusals[came] ?? "The consent did not work. Begin again."}
					</Text>
				)}
				{mayGrant ? (
					<Group>
						<Button rightSection={<IconExternalLink size={15} aria-hidden />} loading={begin.isPending} onClick={() => begin.mutate()}>
							Grant it at Atlassian
						</Button>
					</Group>
				) : (
					<Text size="sm">Ask somebody who may connect sites to open this plan.</Text>
				)}
			</Stack>
		</Alert>
	);
}
