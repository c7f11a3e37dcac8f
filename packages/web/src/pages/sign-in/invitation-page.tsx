import { Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import type { InvitationOffer } from "@skyeworx/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useClient } from "../../live/app-context.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { Logo } from "../../shell/logo.tsx";
import classes from "./sign-in.module.css";

/** Where an invitation's link leads: says what is offered, and takes it. */
export function InvitationPage(): ReactNode {
	const client = useClient();
	const token = useLocation({ select: (location) => location.hash.replace(/^#/, "") });
	const offer = useQuery({
		queryKey: ["invitation", token],
		queryFn: ({ signal }) => client.readInvitation({ body: { token }, signal }),
		retry: false,
	});
	useEffect(() => {
		document.title = "Invitation · Skyeworx";
	}, []);
	return (
		<main className={classes.page}>
			<Center className={classes.brand}>
				<Stack gap="sm" align="flex-start">
					<Logo size={56} />
					<div className={classes.name}>Skyeworx</div>
				</Stack>
			</Center>
			<Center p="lg">
				<div className={classes.form}>
					{offer.isError ? (
						<Stack gap="md">
							<Title order={1}>Invitation</Title>
							<ProblemView error={offer.error} />
						</Stack>
					) : offer.data === undefined ? (
						<Loader aria-label="Loading" />
					) : (
						<Offer offer={offer.data} token={token} />
					)}
				</div>
			</Center>
		</main>
	);
}

function Offer({ offer, token }: { readonly offer: InvitationOffer; readonly token: string }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const navigate = useNavigate();
	const accept = useMutation({
		mutationFn: () => client.acceptInvitation({ body: { token } }),
		onSuccess: async (me) => {
			cache.clear();
			cache.setQueryData(["me"], me);
			await navigate({ to: "/settings/sign-in", replace: true });
		},
	});
	return (
		<Stack gap="md">
			<Title order={1}>Join {offer.organization}</Title>
			{accept.isError ? <ProblemView error={accept.error} /> : null}
			<Text size="sm">
				{offer.name}, you are invited as {offer.roleName}. The link works once, and ends <When at={offer.expiresAt} />.
			</Text>
			<Button loading={accept.isPending} onClick={() => accept.mutate()} fullWidth>
				Join {offer.organization}
			</Button>
			<Text size="sm" c="dimmed">
				Next you make a passkey, or link your Microsoft account, to sign in again later.
			</Text>
		</Stack>
	);
}
