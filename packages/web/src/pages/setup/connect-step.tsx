import { Alert, Button, Code, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import type { GrantWays, OwnApp, SiteCreated, SiteInput } from "@skyeworx/contract";
import { IconExternalLink, IconShieldX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, useMe, usePorts } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { CredentialFields, connectionOf, emptyCredential } from "../settings/credential-fields.tsx";

const route = getRouteApi("/shell/setup");

interface ConnectProps {
	readonly connected: (created: SiteCreated) => void;
}

/** Two ways to a site: to agree at Atlassian, or a token that somebody has made there. */
export function ConnectStep({ connected }: ConnectProps): ReactNode {
	const ways = useQuery(queries.grantWays(useClient()));
	return (
		<Stack gap="md">
			<Refused />
			<Panel title="Agree at Atlassian">
				<QueryView query={ways} loading={3}>
					{(data) => <Agree ways={data} />}
				</QueryView>
			</Panel>
			<Panel title="Or give a token">
				<TokenForm connected={connected} />
			</Panel>
			<WhereItGoes />
		</Stack>
	);
}

const refusals: Readonly<Record<string, string>> = {
	"credential-rejected": "The consent was refused at Atlassian. Nothing was kept.",
	"sign-in-required": "The consent took too long, or was not begun in this browser. Begin again.",
};

function Refused(): ReactNode {
	const { consent } = route.useSearch();
	if (consent === undefined) return null;
	return (
		<Alert color="amber" icon={<IconShieldX size={18} aria-hidden />} title="The site is not connected" role="alert">
			{refusals[consent] ?? "The consent did not work. Begin again."}
		</Alert>
	);
}

const emptyApp = { clientId: "", clientSecret: "", authUrl: "", apiUrl: "" };

function appOf({ clientId, clientSecret, authUrl, apiUrl }: typeof emptyApp): OwnApp {
	const text = (value: string) => (value.trim() === "" ? undefined : value.trim());
	const [auth, api] = [text(authUrl), text(apiUrl)];
	return { clientId: clientId.trim(), clientSecret: clientSecret.trim(), ...(auth && { authUrl: auth }), ...(api && { apiUrl: api }) };
}

function Agree({ ways }: { readonly ways: GrantWays }): ReactNode {
	const client = useClient();
	const { via } = useMe();
	const [app, setApp] = useState(emptyApp);
	const begin = useMutation({
		mutationFn: () => client.createGrant({ body: ways.hasApp ? {} : { app: appOf(app) } }),
		onSuccess: ({ url }) => window.location.assign(url),
		onError: tellFailure,
	});
	if (via !== "session") return <Text size="sm">A grant is a person’s: sign in to agree at Atlassian.</Text>;
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				begin.mutate();
			}}
		>
			<Stack gap="sm">
				<Text size="sm">
					You choose the site on Atlassian’s page and agree to {ways.scopes.length} scopes to read. Nothing may be written before you
					restore something: you are asked again then.
				</Text>
				{ways.hasApp ? null : <AppFields app={app} set={setApp} callbackUrl={ways.callbackUrl} />}
				<details>
					<summary style={{ cursor: "pointer", fontSize: 13 }}>The scopes</summary>
					<Group gap={6} mt="xs">
						{ways.scopes.map((scope) => (
							<Code key={scope}>{scope}</Code>
						))}
					</Group>
				</details>
				<Group>
					<Button type="submit" rightSection={<IconExternalLink size={15} aria-hidden />} loading={begin.isPending}>
						Choose the site at Atlassian
					</Button>
				</Group>
			</Stack>
		</form>
	);
}

interface AppFieldsProps {
	readonly app: typeof emptyApp;
	readonly set: (app: typeof emptyApp) => void;
	readonly callbackUrl: string;
}

function AppFields({ app, set, callbackUrl }: AppFieldsProps): ReactNode {
	const field = (name: keyof typeof emptyApp) => ({
		value: app[name],
		autoComplete: "off",
		onChange: (event: { readonly currentTarget: { readonly value: string } }) => set({ ...app, [name]: event.currentTarget.value }),
	});
	return (
		<>
			<Text size="sm" c="dimmed">
				This server is no app of its own: name yours from Atlassian’s developer console. Its callback address has to be{" "}
				<Code>{callbackUrl}</Code>
			</Text>
			<TextInput required label="Client id of the app" {...field("clientId")} />
			<PasswordInput required label="Secret of the app" {...field("clientSecret")} />
			<details>
				<summary style={{ cursor: "pointer", fontSize: 13 }}>Other addresses than Atlassian’s own</summary>
				<Stack gap="sm" mt="xs">
					<TextInput label="Address to agree at" type="url" {...field("authUrl")} />
					<TextInput label="Address of the API" type="url" {...field("apiUrl")} />
				</Stack>
			</details>
		</>
	);
}

/** Where the vault will lie, for whoever may choose it. */
function WhereItGoes(): ReactNode {
	const { permissions } = useMe();
	const may = permissions.includes("keys.manage");
	const storage = useQuery({ ...queries.storage(useClient()), enabled: may });
	if (!may || storage.data === undefined) return null;
	const { store, key } = storage.data;
	return (
		<Text size="sm">
			It will be kept in: {store.description}, {key.type === "built-in" ? "under a key of its own" : `under ${key.keyId}`}.{" "}
			<Link to="/settings/storage">Choose another store or key</Link>
		</Text>
	);
}

function TokenForm({ connected }: ConnectProps): ReactNode {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const [url, setUrl] = useState("https://");
	const [credential, setCredential] = useState(emptyCredential);
	const connect = useMutation({
		mutationFn: (input: SiteInput) => client.createSite({ body: input, idempotencyKey: newId() }),
		onSuccess: (created) => {
			connected(created);
			for (const key of ["sites", "overview"]) void cache.invalidateQueries({ queryKey: [key] });
		},
	});
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				const connection = connectionOf(credential);
				if (connection !== undefined) connect.mutate({ url: url.trim(), connection });
			}}
		>
			<Stack gap="sm">
				{connect.isError ? <ProblemView error={connect.error} /> : null}
				<TextInput
					required
					label="Site address"
					description="As in your browser: https://your-site.atlassian.net"
					type="url"
					value={url}
					onChange={(event) => setUrl(event.currentTarget.value)}
				/>
				<CredentialFields draft={credential} set={setCredential} />
				<Text size="sm" c="dimmed">
					The credential is checked before anything is kept.
				</Text>
				<Group>
					<Button type="submit" variant="default" loading={connect.isPending}>
						Connect this site
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
