import { Alert, Button, Center, Divider, PasswordInput, Stack, Text, Title } from "@mantine/core";
import type { SignInWays } from "@skyeworx/contract";
import { IconBrandWindows, IconFingerprint } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { Logo } from "../../shell/logo.tsx";
import { signInWithPasskey } from "./passkey-deeds.ts";
import classes from "./sign-in.module.css";

type Proof = { readonly code: string } | { readonly password: string } | "passkey";

const route = getRouteApi("/sign-in");

/** Only addresses inside the product are gone to after signing in. */
function safeNext(next: string | undefined): string {
	return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

/** Why one is back from Microsoft without being signed in. */
const refusals: Readonly<Record<string, string>> = {
	"not-permitted": "Your Microsoft account is not given access. Ask an administrator of your organization.",
	"sign-in-required": "The sign-in at Microsoft was stopped or took too long. Begin again.",
	conflict: "This Microsoft account, or its tenant, can’t be linked: it belongs elsewhere.",
};

/** Signs in with Microsoft, a passkey, a link, or the demo's password. */
export function SignInPage(): ReactNode {
	const { code, next, refused } = route.useSearch();
	const client = useClient();
	const cache = useQueryClient();
	const navigate = useNavigate();
	const tried = useRef<string>(undefined);
	const ways = useQuery(queries.signInWays(client));
	const signIn = useMutation({
		mutationFn: (proof: Proof) => (proof === "passkey" ? signInWithPasskey(client) : client.createSession({ body: proof })),
		onSuccess: async (me) => {
			cache.clear();
			cache.setQueryData(["me"], me);
			await navigate({ href: safeNext(next), replace: true });
		},
	});
	useEffect(() => {
		document.title = "Sign in · Skyeworx";
		if (code === undefined || tried.current === code) return;
		tried.current = code;
		signIn.mutate({ code });
	}, [code, signIn.mutate]);
	return (
		<main className={classes.page}>
			<Center className={classes.brand}>
				<Stack gap="sm" align="flex-start">
					<Logo size={56} />
					<div className={classes.name}>Skyeworx</div>
					<Text c="#bcd8da" maw="34ch">
						Backup and recovery for Jira, Jira Service Management and Confluence.
					</Text>
				</Stack>
			</Center>
			<Center p="lg">
				<Stack gap="md" className={classes.form}>
					<Title order={1}>Sign in</Title>
					{refused === undefined ? null : (
						<Alert color="brick" role="alert" title={refusals[refused] ?? "That did not work. Begin again."} />
					)}
					{signIn.isError ? <ProblemView error={signIn.error} /> : null}
					<QueryView query={ways} loading={3}>
						{(known) => <Ways ways={known} next={next} signIn={signIn.mutate} pending={signIn.isPending} />}
					</QueryView>
				</Stack>
			</Center>
		</main>
	);
}

interface WaysProps {
	readonly ways: SignInWays;
	readonly next: string | undefined;
	readonly signIn: (proof: Proof) => void;
	readonly pending: boolean;
}

/** The ways in that this server has; where there is none from this address, what to do. */
function Ways({ ways, next, signIn, pending }: WaysProps): ReactNode {
	const { entra, passkeyProblem, password } = ways;
	const others = entra || passkeyProblem === null;
	return (
		<>
			{entra ? (
				<Button
					component="a"
					href={`/api/sign-in/entra?${new URLSearchParams({ next: safeNext(next) }).toString()}`}
					leftSection={<IconBrandWindows size={16} aria-hidden />}
					fullWidth
				>
					Continue with Microsoft
				</Button>
			) : null}
			{passkeyProblem === null ? (
				<Button variant="default" leftSection={<IconFingerprint size={16} aria-hidden />} onClick={() => signIn("passkey")} fullWidth>
					Use a passkey
				</Button>
			) : null}
			{password && others ? <Divider label="or" /> : null}
			{password ? <PasswordForm signIn={(typed) => signIn({ password: typed })} pending={pending} /> : null}
			{others || password ? null : <Text size="sm">{passkeyProblem}</Text>}
			<Text size="sm" c="dimmed">
				Whoever runs the server can print a link that signs in once: skyeworx serve --sign-in-link.
			</Text>
		</>
	);
}

interface PasswordFormProps {
	readonly signIn: (password: string) => void;
	readonly pending: boolean;
}

/** The first owner's way in, where the server was started with one. */
function PasswordForm({ signIn, pending }: PasswordFormProps): ReactNode {
	const [password, setPassword] = useState("");
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				signIn(password);
			}}
		>
			<Stack gap="md">
				<PasswordInput
					label="Local password"
					description="npm start prints it; elsewhere whoever runs the server set it."
					autoComplete="current-password"
					value={password}
					onChange={(event) => setPassword(event.currentTarget.value)}
					required
					autoFocus
				/>
				<Button type="submit" size="sm" loading={pending} fullWidth>
					Sign in
				</Button>
			</Stack>
		</form>
	);
}
