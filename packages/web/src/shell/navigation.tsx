import {
	IconApi,
	IconArrowBackUp,
	IconBell,
	IconBook,
	IconCalendarClock,
	IconChartHistogram,
	IconDatabase,
	IconExternalLink,
	IconFingerprint,
	IconKey,
	IconLayoutDashboard,
	IconListSearch,
	IconLock,
	IconPlugConnected,
	IconShieldCheck,
	IconTrash,
	IconUserCheck,
	IconUsers,
} from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ComponentType, ReactNode } from "react";
import { useMe } from "../live/app-context.tsx";
import classes from "./shell.module.css";

interface Entry {
	readonly to: NonNullable<LinkProps["to"]>;
	readonly label: string;
	readonly icon: ComponentType<{ size?: number; stroke?: number }>;
	readonly exact?: boolean;
}

const main: readonly Entry[] = [
	{ to: "/", label: "Overview", icon: IconLayoutDashboard, exact: true },
	{ to: "/explore", label: "Explore", icon: IconListSearch },
	{ to: "/restores", label: "Restores", icon: IconArrowBackUp },
	{ to: "/backups", label: "Backups", icon: IconDatabase },
	{ to: "/policies", label: "Policies", icon: IconCalendarClock },
	{ to: "/insights", label: "Insights", icon: IconChartHistogram },
	{ to: "/audit", label: "Audit", icon: IconShieldCheck },
];

const settings: readonly Entry[] = [
	{ to: "/settings", label: "Sites", icon: IconPlugConnected, exact: true },
	{ to: "/settings/storage", label: "Storage and keys", icon: IconLock },
	{ to: "/settings/members", label: "People and roles", icon: IconUsers },
	{ to: "/settings/sign-in", label: "Sign-in", icon: IconFingerprint },
	{ to: "/settings/approvals", label: "Approvals", icon: IconUserCheck },
	{ to: "/settings/notices", label: "Notices", icon: IconBell },
	{ to: "/settings/api-keys", label: "API keys", icon: IconKey },
	{ to: "/settings/coverage", label: "Coverage", icon: IconBook },
	{ to: "/settings/data", label: "Data", icon: IconTrash },
];

function Entries({ entries }: { readonly entries: readonly Entry[] }): ReactNode {
	return entries.map(({ to, label, icon: Icon, exact = false }) => (
		<Link
			key={label}
			to={to}
			className={classes.navLink}
			activeOptions={{ exact, includeSearch: false }}
			activeProps={{ "data-active": true, "aria-current": "page" }}
		>
			<Icon size={18} stroke={1.7} />
			{label}
		</Link>
	));
}

/** The left bar. */
export function Navigation(): ReactNode {
	const me = useMe();
	return (
		<>
			<nav aria-label="Main">
				<Entries entries={main} />
				<div className={classes.navGroup}>Settings</div>
				<Entries entries={settings} />
				<a className={classes.navLink} href="/api/docs" target="_blank" rel="noreferrer">
					<IconApi size={18} stroke={1.7} aria-hidden />
					API reference
				</a>
				{me.simulatorUrl === null ? null : (
					<a className={classes.navLink} href={me.simulatorUrl} target="_blank" rel="noreferrer">
						<IconExternalLink size={18} stroke={1.7} aria-hidden />
						Simulated site
					</a>
				)}
			</nav>
			<div className={classes.navFoot}>
				{me.organization.name}
				<br />
				Version {me.version}
			</div>
		</>
	);
}
