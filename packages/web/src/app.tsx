import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { type AppPorts, AppPortsProvider } from "./live/app-context.tsx";
import { LiveProvider } from "./live/live-provider.tsx";
import { TrayProvider } from "./live/use-tray.tsx";
import { createAppRouter } from "./router.tsx";
import { theme, variables } from "./theme/theme.ts";

export interface AppProps {
	readonly ports: AppPorts;
	readonly cache: QueryClient;
	/** Starts following the server's live events; called once somebody is signed in. */
	readonly follow: (signal: AbortSignal) => void;
}

/** The whole UI. */
export function App({ ports, cache, follow }: AppProps): ReactNode {
	const router = useMemo(() => createAppRouter(), []);
	return (
		<MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
			<QueryClientProvider client={cache}>
				<AppPortsProvider ports={ports}>
					<LiveProvider follow={follow}>
						<TrayProvider>
							<Notifications position="bottom-right" autoClose={6000} />
							<RouterProvider router={router} />
						</TrayProvider>
					</LiveProvider>
				</AppPortsProvider>
			</QueryClientProvider>
		</MantineProvider>
	);
}
