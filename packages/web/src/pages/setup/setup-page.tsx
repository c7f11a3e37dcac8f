import type { SetupStep, SiteCreated } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { Page } from "../../shell/page.tsx";
import { BackupStep } from "./backup-step.tsx";
import { ConnectStep } from "./connect-step.tsx";
import { FoundStep } from "./found-step.tsx";
import { GrantedStep } from "./granted-step.tsx";
import { KitStep } from "./kit-step.tsx";
import { PolicyStep } from "./policy-step.tsx";
import classes from "./setup.module.css";
import { DoneStep, TrialStep } from "./trial-step.tsx";

const route = getRouteApi("/shell/setup");

/**
 * Sets a site up, from its connection to a restore that was tried out. Where it stands is what the server finds done, so that somebody
 * who closed the browser comes back to the same step.
 */
export function SetupPage(): ReactNode {
	const { site, grant } = route.useSearch();
	const navigate = route.useNavigate();
	const { permissions } = useMe();
	const [made, setMade] = useState<SiteCreated>();
	const connected = (created: SiteCreated): void => {
		setMade(created);
		void navigate({ search: { site: created.site.id }, replace: true });
	};
	if (!permissions.includes("site.connect"))
		return (
			<Page>
				<PageHead title="Set up a site" />
				<EmptyState title="You may not connect sites">
					An owner or admin of your organization can, or can give you a role that may.
				</EmptyState>
			</Page>
		);
	return (
		<Page>
			<PageHead title="Set up a site" sub="In a quarter of an hour, from the connection to a restore that was tried out" />
			<div className={classes.setup}>
				{site !== undefined ? (
					<Going siteId={site} made={made?.site.id === site ? made : undefined} />
				) : (
					<>
						<Steps now="connect" />
						{grant === undefined ? <ConnectStep connected={connected} /> : <GrantedStep grantId={grant} connected={connected} />}
					</>
				)}
			</div>
		</Page>
	);
}

const names: readonly (readonly [SetupStep | "connect", string])[] = [
	["connect", "Connect"],
	["found", "What was found"],
	["kit", "Where it is kept, and the recovery kit"],
	["policy", "How often, how long"],
	["backup", "First backup"],
	["trial", "Trial restore"],
];

function Steps({ now }: { readonly now: SetupStep | "connect" }): ReactNode {
	const at = now === "done" ? names.length : names.findIndex(([step]) => step === now);
	return (
		<ol className={classes.steps} aria-label="Steps of the set-up">
			{names.map(([step, name], index) => (
				<li key={step} aria-current={index === at ? "step" : undefined}>
					{index < at ? "✓ " : `${index + 1}. `}
					{name}
				</li>
			))}
		</ol>
	);
}

interface GoingProps {
	readonly siteId: string;
	/** Where the site was connected in this tab just now: what is shown this once. */
	readonly made: SiteCreated | undefined;
}

function Going({ siteId, made }: GoingProps): ReactNode {
	const client = useClient();
	const setup = useQuery(queries.setup(client, siteId));
	const site = useQuery(queries.site(client, siteId));
	return (
		<QueryView page query={setup} loading={6}>
			{(state) => (
				<>
					<Steps now={state.step} />
					<QueryView query={site} loading={6}>
						{(detail) => {
							if (state.step === "found") return <FoundStep site={detail} />;
							if (state.step === "kit") return <KitStep site={detail} setup={state} made={made} />;
							if (state.step === "policy") return <PolicyStep siteId={siteId} />;
							if (state.step === "backup") return <BackupStep site={detail} setup={state} />;
							if (state.step === "trial") return <TrialStep site={detail} />;
							return <DoneStep site={detail} />;
						}}
					</QueryView>
				</>
			)}
		</QueryView>
	);
}
