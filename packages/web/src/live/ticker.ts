import type { Ticker } from "./app-context.tsx";

interface TickerPorts {
	readonly now: () => number;
	readonly every: (milliseconds: number, tick: () => void) => number;
	readonly stop: (id: number) => void;
}

/** Makes a clock that ticks every 15 seconds while anybody listens. */
export function createTicker(ports: TickerPorts): Ticker {
	const listeners = new Set<() => void>();
	let time = ports.now();
	let timer: number | undefined;
	const tick = (): void => {
		time = ports.now();
		for (const listener of listeners) listener();
	};
	return {
		now: () => time,
		subscribe(listener) {
			listeners.add(listener);
			timer ??= ports.every(15_000, tick);
			return () => {
				listeners.delete(listener);
				if (listeners.size > 0 || timer === undefined) return;
				ports.stop(timer);
				timer = undefined;
			};
		},
	};
}
