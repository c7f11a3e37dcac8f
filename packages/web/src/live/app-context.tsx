import type { Client, Me } from "@skyeworx/contract";
import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";

/** What the whole UI stands on; wired once in main-web. */
export interface AppPorts {
	readonly client: Client;
	/** The time now, moving on every half minute, so that relative times stay true. */
	readonly clock: Ticker;
	/** A new random id, for idempotency keys. */
	readonly newId: () => string;
	/** Remembers the tray and small preferences of this browser tab. */
	readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

/** A clock that tells its listeners when relative times have to be written anew. */
export interface Ticker {
	now(): number;
	subscribe(listener: () => void): () => void;
}

const PortsContext = createContext<AppPorts | undefined>(undefined);
const MeContext = createContext<Me | undefined>(undefined);

export function AppPortsProvider({ ports, children }: { readonly ports: AppPorts; readonly children: ReactNode }): ReactNode {
	return <PortsContext.Provider value={ports}>{children}</PortsContext.Provider>;
}

export function usePorts(): AppPorts {
	const ports = useContext(PortsContext);
	if (ports === undefined) throw new Error("AppPortsProvider is missing");
	return ports;
}

export function useClient(): Client {
	return usePorts().client;
}

/** The time now in epoch milliseconds, as of the last tick. */
export function useNow(): number {
	const { clock } = usePorts();
	return useSyncExternalStore(clock.subscribe, clock.now, clock.now);
}

export function MeProvider({ me, children }: { readonly me: Me; readonly children: ReactNode }): ReactNode {
	return <MeContext.Provider value={me}>{children}</MeContext.Provider>;
}

/** Who is signed in; only below the shell. */
export function useMe(): Me {
	const me = useContext(MeContext);
	if (me === undefined) throw new Error("MeProvider is missing");
	return me;
}
