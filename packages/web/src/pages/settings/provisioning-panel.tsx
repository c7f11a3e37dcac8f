import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import panel from "../../parts/panel.module.css";
import { Panel } from "../../parts/panel.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import classes from "./settings.module.css";

/** The tokens with which an identity provider tells who belongs to the organization (SCIM 2.0). */
export function ProvisioningPanel(): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const tokens = useQuery(queries.scimTokens(client));
	const refresh = (): void => void cache.invalidateQueries({ queryKey: ["scim-tokens"] });
	const make = useMutation({ mutationFn: () => client.createScimToken(), onSuccess: refresh, onError: tellFailure });
	return (
		<Panel
			title="Provisioning (SCIM 2.0)"
			actions={
				<Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
					Make a token
				</Button>
			}
		>
			<Stack gap="sm">
				{make.data === undefined ? null : (
					<>
						<Text size="sm">Give these to your identity provider. The token is shown this once.</Text>
						<div className={classes.secret}>{make.data.url}</div>
						<div className={classes.secret}>{make.data.secret}</div>
					</>
				)}
				<QueryView query={tokens} loading={1}>
					{(list) =>
						list.length === 0 ? (
							<Text size="sm" c="dimmed">
								No token yet. With one, your identity provider adds and removes people, and its groups give them roles.
							</Text>
						) : (
							list.map((token) => (
								<Group key={token.id} justify="space-between">
									<Text size="sm" component="div">
										<span className={panel.mono}>{token.prefix}…</span>, made <When at={token.createdAt} />, last used{" "}
										<When at={token.lastUsedAt} />
									</Text>
									<ConfirmButton
										name={`Revoke the token ${token.prefix}`}
										question={`Revoke the token ${token.prefix}…?`}
										consequence="Your identity provider is refused at once: whoever joins or leaves there is not known here until it has another token. Members stay as they are."
										keep="Keep it"
										confirm="Revoke the token"
										deed={() => client.deleteScimToken({ params: { scimTokenId: token.id } })}
										done={refresh}
									>
										Revoke
									</ConfirmButton>
								</Group>
							))
						)
					}
				</QueryView>
			</Stack>
		</Panel>
	);
}
