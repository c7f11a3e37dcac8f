import { Menu, UnstyledButton } from "@mantine/core";
import { IconBuilding, IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useMe } from "../live/app-context.tsx";
import { queries } from "../live/queries.ts";
import { useSite } from "../live/use-site.ts";
import classes from "./shell.module.css";

/** A longer menu is none; the others are found on the page of all sites. */
const mostListed = 30;

/** Which site of which organization the person looks at. */
export function SiteSwitcher(): ReactNode {
	const me = useMe();
	const sites = useQuery(queries.sites(useClient()));
	const { site } = useSite();
	const navigate = useNavigate();
	const list = sites.data ?? [];
	return (
		<Menu position="bottom-start" width={280}>
			<Menu.Target>
				<UnstyledButton
					className={`${classes.onBar} ${classes.siteSwitcher}`}
					aria-label={`Site: ${site?.name ?? me.organization.name}. Choose another`}
				>
					<IconBuilding size={16} aria-hidden />
					<span>{site?.name ?? me.organization.name}</span>
					<IconChevronDown size={14} aria-hidden />
				</UnstyledButton>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Label>{me.organization.name}</Menu.Label>
				{list.slice(0, mostListed).map((entry) => (
					<Menu.Item
						key={entry.id}
						rightSection={entry.id === site?.id ? <IconCheck size={14} aria-label="chosen" /> : null}
						onClick={() => void navigate({ to: "/explore", search: { site: entry.id } })}
					>
						{entry.name}
					</Menu.Item>
				))}
				{sites.data?.length === 0 ? <Menu.Item disabled>No site is connected yet</Menu.Item> : null}
				{sites.isError && sites.data === undefined ? <Menu.Item disabled>The sites can’t be listed just now</Menu.Item> : null}
				<Menu.Divider />
				<Menu.Item onClick={() => void navigate({ to: "/settings" })}>All sites and connections</Menu.Item>
			</Menu.Dropdown>
		</Menu>
	);
}
