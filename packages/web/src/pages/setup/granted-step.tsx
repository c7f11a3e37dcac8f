import { Button, Group, Radio, Stack, Text } from "@mantine/core";
import type { Grant, SiteCreated } from "@skyeworx/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, usePorts } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";

interface GrantedProps {
	readonly grantId: string;
	readonly connected: (created: SiteCreated) => void;
}

/** Which of the sites that somebody agreed to is connected. */
export function GrantedStep({ grantId, connected }: GrantedProps): ReactNode {
	const grant = useQuery(queries.grant(useClient(), grantId));
	return (
		<Panel title="Which site?">
			<QueryView query={grant} loading={4}>
				{(data) => <Choice grant={data} connected={connected} />}
			</QueryView>
		</Panel>
	);
}

function Choice({ grant, connected }: { readonly grant: Grant } & Pick<GrantedProps, "connected">): ReactNode {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const free = grant.sites.filter((site) => !site.connected);
	const [chosen, choose] = useState(free[0]?.cloudId ?? "");
	const connect = useMutation({
		mutationFn: () => client.connectGranted({ params: { grantId: grant.id }, body: { cloudId: chosen }, idempotencyKey: newId() }),
		onSuccess: (created) => {
			connected(created);
			for (const key of ["sites", "overview"]) void cache.invalidateQueries({ queryKey: [key] });
		},
	});
	return (
		<Stack gap="sm">
			{connect.isError ? <ProblemView error={connect.error} /> : null}
			<Radio.Group label="The grant covers" value={chosen} onChange={choose}>
				<Stack gap={6} mt={6}>
					{grant.sites.map((site) => (
						<Radio
							key={site.cloudId}
							value={site.cloudId}
							disabled={site.connected}
							label={`${site.name === "" ? site.url : site.name}${site.connected ? ", connected already" : ""}`}
							description={site.url}
						/>
					))}
				</Stack>
			</Radio.Group>
			{free.length === 0 ? <Text size="sm">Every site of this grant is connected already.</Text> : null}
			<Group>
				<Button loading={connect.isPending} disabled={chosen === ""} onClick={() => connect.mutate()}>
					Connect this site
				</Button>
				<Button variant="default" component={Link} to="/setup">
					Agree to another one
				</Button>
			</Group>
		</Stack>
	);
}
