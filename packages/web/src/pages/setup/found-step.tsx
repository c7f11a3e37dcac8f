import { Button, Group, Stack, Text } from "@mantine/core";
import type { SiteDetail } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { useKindNames } from "../../live/use-kind-names.ts";
import { Facts } from "../../parts/facts.tsx";
import { Panel } from "../../parts/panel.tsx";
import { counted } from "../../parts/write-number.ts";
import { appNames } from "../settings/sites-page.tsx";
import classes from "./setup.module.css";
import { useSetupDeed } from "./use-setup.ts";

/** What the credential sees, and what can't be protected with it. */
export function FoundStep({ site }: { readonly site: SiteDetail }): ReactNode {
	const names = useKindNames();
	const deed = useSetupDeed(site.id);
	const protectedKinds = site.coverage.filter((kind) => kind.gap === null);
	return (
		<Panel title={`${site.name}: what was found`}>
			<Stack gap="sm">
				<Facts
					rows={[
						["Address", site.url],
						["Apps", appNames(site.apps)],
						["Time zone", site.timeZone],
						["Account", site.connection.accountName],
						["Protected", `${counted(protectedKinds.length, ["kind", "kinds"])} of items`],
					]}
				/>
				{site.gaps.length === 0 ? (
					<Text size="sm">Everything that this server knows of these apps can be protected.</Text>
				) : (
					<>
						<Text size="sm" fw={600}>
							Not protected with this credential
						</Text>
						<ul className={classes.facts}>
							{site.gaps.map((gap) => (
								<li key={gap.kind}>
									<strong>{names(gap.kind)[1]}</strong>: {gap.reason}
								</li>
							))}
						</ul>
					</>
				)}
				<Text size="sm" c="dimmed">
					Each backup says besides what it could not see, and why.
				</Text>
				<Group>
					<Button loading={deed.isPending} onClick={() => deed.mutate("looked")}>
						I have seen it
					</Button>
				</Group>
			</Stack>
		</Panel>
	);
}
