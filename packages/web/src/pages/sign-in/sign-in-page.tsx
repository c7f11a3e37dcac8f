import { Button, Center, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { Logo } from "../../shell/logo.tsx";
import classes from "./sign-in.module.css";

type Proof = { readonly code: string } | { readonly password: string };

const route = getRouteApi("/sign-in");

/** Only addresses inside the product are gone to after signing in. */
function safeNext(next: string | undefined): string {
	return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

/** Signs in with the link that the server printed, or with the local password. */
export function SignInPage(): ReactNode {
	const { code, next } = route.useSearch();
	const client = useClient();
	const cache = useQueryClient();
	const navigate = useNavigate();
	const [password, setPassword] = useState("");
	const tried = useRef<string>(undefined);
	const signIn = useMutation({
		mutationFn: (proof: Proof) => client.createSession({ body: proof }),
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
				<form
					className={classes.form}
					onSubmit={(event) => {
						event.preventDefault();
						signIn.mutate({ password });
					}}
				>
					<Stack gap="md">
						<Title order={1}>Sign in</Title>
						{signIn.isError ? <ProblemView error={signIn.error} /> : null}
						<PasswordInput
							label="Local password"
							description="Printed where the server was started."
							autoComplete="current-password"
							value={password}
							onChange={(event) => setPassword(event.currentTarget.value)}
							required
							autoFocus
						/>
						<Button type="submit" size="sm" loading={signIn.isPending} fullWidth>
							Sign in
						</Button>
						<Text size="sm" c="dimmed">
							The server also prints a sign-in link that needs no password. It works once; start the server again for a new one.
						</Text>
					</Stack>
				</form>
			</Center>
		</main>
	);
}
