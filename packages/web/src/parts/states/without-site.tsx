import { Button } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe } from "../../live/app-context.tsx";
import { useSite } from "../../live/use-site.ts";
import { EmptyState } from "./empty-state.tsx";
import { ProblemView } from "./problem-view.tsx";
import { Rows } from "./query-view.tsx";

export interface WithoutSiteProps {
	readonly icon?: ReactNode;
	/** What will be here once a site is connected. */
	readonly children: ReactNode;
}

/**
 * What a page about a site says while there is none to show: it is on its way, the server has a problem, the address names none, or
 * none is connected. It stays where it is through all of these: mounted anew after an error, it would ask anew, without end.
 */
export function WithoutSite({ icon = <IconPlugConnected size={32} />, children }: WithoutSiteProps): ReactNode {
	const { sites, loading, error, retry } = useSite();
	const { permissions } = useMe();
	if (error !== null) return <ProblemView error={error} retry={retry} />;
	if (loading) return <Rows count={8} />;
	if (sites.length > 0) {
		return (
			<EmptyState
				title="There is no such site"
				icon={icon}
				action={
					<Button component={Link} to="/settings" size="sm">
						Show all sites
					</Button>
				}
			>
				The address names a site that is not connected, or that you may not see.
			</EmptyState>
		);
	}
	const mayConnect = permissions.includes("site.connect");
	return (
		<EmptyState
			title="No site is connected yet"
			icon={icon}
			action={
				mayConnect ? (
					<Button component={Link} to="/setup" size="sm">
						Connect a site
					</Button>
				) : undefined
			}
		>
			{children}
			{mayConnect ? "" : " An owner or administrator of your organization connects it."}
		</EmptyState>
	);
}
