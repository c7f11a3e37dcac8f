import "./theme/global.css";
import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import { createClient } from "@skyeworx/contract";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { followEvents } from "./live/follow-events.ts";
import { createQueryClient } from "./live/queries.ts";
import { createTicker } from "./live/ticker.ts";

const element = document.getElementById("root");
if (element === null) throw new Error("The page has no #root");

const client = createClient({ baseUrl: "", fetch: (url, init) => window.fetch(url, init) });
const cache = createQueryClient();
const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
	new Promise((resolve) => {
		const timer = window.setTimeout(resolve, milliseconds);
		signal.addEventListener("abort", () => {
			window.clearTimeout(timer);
			resolve();
		});
	});

createRoot(element).render(
	<App
		ports={{
			client,
			clock: createTicker({
				now: () => Date.now(),
				every: (milliseconds, tick) => window.setInterval(tick, milliseconds),
				stop: (id) => window.clearInterval(id),
			}),
			newId: () => crypto.randomUUID(),
			storage: window.sessionStorage,
		}}
		cache={cache}
		follow={(signal) =>
			followEvents({ client, channel: new BroadcastChannel("skyeworx.events"), locks: navigator.locks, sleep }, cache, signal)
		}
	/>,
);
