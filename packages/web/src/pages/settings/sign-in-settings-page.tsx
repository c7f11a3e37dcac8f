import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import type { Passkey, Session } from "@skyeworx/contract";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { Page } from "../../shell/page.tsx";
import { makePasskey } from "../sign-in/passkey-deeds.ts";
import { browserName } from "./browser-name.ts";
import { ProvisioningPanel } from "./provisioning-panel.tsx";
import { TenantPanel } from "./tenant-panel.tsx";

/** How one signs in, and where one is signed in. */
export function SignInSettingsPage(): ReactNode {
	const { permissions } = useMe();
	const ways = useQuery(queries.signInWays(useClient())).data;
	return (
		<Page>
			<PageHead title="Sign-in" sub="Your passkeys, your Microsoft account, and where you are signed in" />
			<Stack gap="md">
				<Passkeys problem={ways?.passkeyProblem ?? null} />
				{ways?.entra ? <Microsoft /> : null}
				<Sessions />
				{permissions.includes("members.manage") ? (
					<>
						<TenantPanel />
						<ProvisioningPanel />
					</>
				) : null}
			</Stack>
		</Page>
	);
}

function Passkeys({ problem }: { readonly problem: string | null }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const keys = useQuery(queries.passkeys(client));
	const [name, setName] = useState("");
	const make = useMutation({
		mutationFn: () => makePasskey(client, name.trim()),
		onSuccess: () => {
			setName("");
			void cache.invalidateQueries({ queryKey: ["passkeys"] });
		},
	});
	return (
		<Panel title="Passkeys">
			<Stack gap="sm">
				<QueryView query={keys} loading={2}>
					{(list) =>
						list.length === 0 ? (
							<Text size="sm" c="dimmed">
								You have none yet. A passkey is kept by this device, your phone or a security key, and can’t be phished.
							</Text>
						) : (
							<PasskeyRows passkeys={list} />
						)
					}
				</QueryView>
				{make.isError ? <ProblemView error={make.error} /> : null}
				{problem === null ? (
					<form
						onSubmit={(event) => {
							event.preventDefault();
							make.mutate();
						}}
					>
						<Group align="flex-end" gap="xs">
							<TextInput
								required
								label="Name of the passkey"
								placeholder="Laptop"
								value={name}
								onChange={(event) => setName(event.currentTarget.value)}
								maxLength={60}
							/>
							<Button type="submit" leftSection={<IconFingerprint size={15} aria-hidden />} loading={make.isPending}>
								Make a passkey
							</Button>
						</Group>
					</form>
				) : (
					<Text size="sm">{problem}</Text>
				)}
			</Stack>
		</Panel>
	);
}

function PasskeyRows({ passkeys }: { readonly passkeys: readonly Passkey[] }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	return (
		<DataTable
			caption="Passkeys"
			rows={passkeys}
			rowKey={(key) => key.id}
			columns={[
				{ label: "Name", cell: (key) => key.name },
				{ label: "Made", cell: (key) => <When at={key.createdAt} /> },
				{ label: "Last used", cell: (key) => <When at={key.lastUsedAt} /> },
				{
					label: "Deeds",
					silent: true,
					cell: (key) => (
						<ConfirmButton
							name={`Forget the passkey ${key.name}`}
							question={`Forget the passkey “${key.name}”?`}
							consequence={
								passkeys.length === 1
									? "It is your only one: you can’t sign in with a passkey any more before you have made another."
									: "It signs you in no more. The other ones go on working."
							}
							keep="Keep it"
							confirm={`Forget “${key.name}”`}
							deed={() => client.deletePasskey({ params: { passkeyId: key.id } })}
							done={() => void cache.invalidateQueries({ queryKey: ["passkeys"] })}
						>
							Forget
						</ConfirmButton>
					),
				},
			]}
		/>
	);
}

function Microsoft(): ReactNode {
	const client = useClient();
	const link = useMutation({
		mutationFn: () => client.linkEntra(),
		onSuccess: ({ url }) => window.location.assign(url),
		onError: tellFailure,
	});
	return (
		<Panel title="Microsoft account">
			<Group justify="space-between">
				<Text size="sm">Link the account of your organization to sign in with Microsoft from now on.</Text>
				<Button variant="default" loading={link.isPending} onClick={() => link.mutate()}>
					Link my Microsoft account
				</Button>
			</Group>
		</Panel>
	);
}

function Sessions(): ReactNode {
	const sessions = useQuery(queries.sessions(useClient()));
	return (
		<Panel flush title="Where you are signed in">
			<QueryView query={sessions} loading={3}>
				{(list) => (
					<DataTable
						caption="Sessions"
						rows={list}
						rowKey={(one) => one.id}
						columns={[
							{ label: "With", cell: (one) => wayNames[one.method] ?? one.method },
							{ label: "From", cell: (one) => one.ip ?? "—" },
							{ label: "Browser", cell: (one) => (one.agent === null ? "—" : <span title={one.agent}>{browserName(one.agent)}</span>) },
							{ label: "Since", cell: (one) => <When at={one.createdAt} /> },
							{ label: "Last seen", cell: (one) => <When at={one.lastSeenAt} /> },
							{ label: "Deeds", silent: true, cell: (one) => <End session={one} /> },
						]}
					/>
				)}
			</QueryView>
		</Panel>
	);
}

const wayNames: Readonly<Record<string, string>> = {
	passkey: "Passkey",
	entra: "Microsoft",
	link: "Sign-in link",
	password: "Password",
	invitation: "Invitation",
};

function End({ session }: { readonly session: Session }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	if (session.current) return "this one";
	const place = session.ip ?? "elsewhere";
	return (
		<ConfirmButton
			name={`End the session from ${place}`}
			question={`End the session from ${place}?`}
			consequence="Whoever uses it has to sign in again, at once; what is typed there and not sent is lost."
			keep="Let it go on"
			confirm="End the session"
			deed={() => client.revokeSession({ params: { sessionId: session.id } })}
			done={() => void cache.invalidateQueries({ queryKey: ["sessions"] })}
		>
			End
		</ConfirmButton>
	);
}
