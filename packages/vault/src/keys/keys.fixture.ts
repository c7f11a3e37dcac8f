import type { Clock } from "@skyeworx/core";
import { type KmsSimulator, startKmsSimulator } from "@skyeworx/testkit";
import type { Unlock } from "../vault.ts";

/** A clock that stands until it is moved; short pauses between retries pass at once. */
export interface StandingClock extends Clock {
	/** Moves time and lets what waited for it run. */
	advance(milliseconds: number): Promise<void>;
	/** How many wait. */
	readonly sleepers: number;
}

const retryPause = 20_000;

export function standingClock(start = Date.UTC(2026, 2, 2, 9)): StandingClock {
	let passed = 0;
	const waiting = new Set<{ readonly until: number; readonly wake: () => void }>();
	return {
		now: () => new Date(start + passed),
		monotonic: () => passed,
		get sleepers() {
			return waiting.size;
		},
		async sleep(milliseconds, signal) {
			if (milliseconds <= retryPause) return;
			await new Promise<void>((resolve, reject) => {
				const sleeper = { until: passed + milliseconds, wake: resolve };
				waiting.add(sleeper);
				signal?.addEventListener("abort", () => {
					waiting.delete(sleeper);
					reject(new Error("stopped"));
				});
			});
		},
		async advance(milliseconds) {
			passed += milliseconds;
			for (const sleeper of waiting) {
				if (sleeper.until > passed) continue;
				waiting.delete(sleeper);
				sleeper.wake();
			}
			// The simulated key service runs in this process: what was asked of it is answered within so many turns, however slow they are.
			for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
		},
	};
}

export interface KmsSlot {
	readonly simulator: KmsSimulator;
	readonly keyArn: string;
	readonly unlock: Unlock;
	/** Another key of the same account. */
	another(): { readonly keyArn: string; readonly unlock: Unlock };
}

/** A simulated KMS with a key that this program may use. */
export async function kmsSlot(): Promise<KmsSlot> {
	const simulator = await startKmsSimulator();
	const user = "arn:aws:iam::111122223333:user/skyeworx";
	const credentials = simulator.addUser(user);
	const another = () => {
		const keyArn = simulator.createKey([{ principal: user, operations: ["Encrypt", "Decrypt"] }]);
		return { keyArn, unlock: { type: "kms-aws", keyArn, aws: { credentials, endpoint: simulator.endpoint } } as const };
	};
	return { simulator, ...another(), another };
}
