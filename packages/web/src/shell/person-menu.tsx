import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUserCircle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient, useMe } from "../live/app-context.tsx";
import classes from "./shell.module.css";

/** Who is signed in; how it looks; the way out. */
export function PersonMenu(): ReactNode {
	const me = useMe();
	const client = useClient();
	const cache = useQueryClient();
	const navigate = useNavigate();
	const { colorScheme, setColorScheme } = useMantineColorScheme();
	const signOut = async (): Promise<void> => {
		await client.deleteSession().catch(() => undefined);
		cache.clear();
		await navigate({ to: "/sign-in" });
	};
	const schemes = [
		["light", "Light", IconSun],
		["dark", "Dark", IconMoon],
		["auto", "As the system", IconDeviceDesktop],
	] as const;
	return (
		<Menu position="bottom-end" width={230}>
			<Menu.Target>
				<UnstyledButton className={classes.onBar} aria-label={`${me.name}: account and appearance`}>
					<IconUserCircle size={18} aria-hidden />
				</UnstyledButton>
			</Menu.Target>
			<Menu.Dropdown>
				<Menu.Label>
					{me.name}
					{me.roleName === null ? "" : ` · ${me.roleName}`}
				</Menu.Label>
				<Menu.Divider />
				<Menu.Label>Appearance</Menu.Label>
				{schemes.map(([value, label, Icon]) => (
					<Menu.Item
						key={value}
						leftSection={<Icon size={15} aria-hidden />}
						onClick={() => setColorScheme(value)}
						aria-current={colorScheme === value ? "true" : undefined}
						fw={colorScheme === value ? 640 : undefined}
					>
						{label}
					</Menu.Item>
				))}
				<Menu.Divider />
				<Menu.Item leftSection={<IconLogout size={15} aria-hidden />} onClick={() => void signOut()}>
					Sign out
				</Menu.Item>
			</Menu.Dropdown>
		</Menu>
	);
}
