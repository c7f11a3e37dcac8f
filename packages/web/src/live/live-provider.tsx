import { createContext, type ReactNode, useContext, useEffect } from "react";

type Follow = (signal: AbortSignal) => void;

const LiveContext = createContext<Follow>(() => undefined);

export function LiveProvider({ follow, children }: { readonly follow: Follow; readonly children: ReactNode }): ReactNode {
	return <LiveContext.Provider value={follow}>{children}</LiveContext.Provider>;
}

/** Follows the live events as long as the component is there. */
export function useLiveEvents(): void {
	const follow = useContext(LiveContext);
	useEffect(() => {
		const stop = new AbortController();
		follow(stop.signal);
		return () => stop.abort();
	}, [follow]);
}
