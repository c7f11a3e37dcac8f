import { ModelFailure, type ModelRun, runModel } from "./model.fixture.ts";

async function failureOf(run: ModelRun): Promise<ModelFailure | undefined> {
	try {
		await runModel(run);
		return undefined;
	} catch (error) {
		if (error instanceof ModelFailure) return error;
		throw error;
	}
}

/**
 * Runs the model; when it fails, drops steps as long as it still fails, and throws the failure with the steps that are left:
 * `runModel({ seed, steps: [3, 17, 40] })` plays just them.
 */
export async function runShrinking({ seed, steps }: { readonly seed: number; readonly steps: number }) {
	let failure: ModelFailure;
	try {
		return await runModel({ seed, steps });
	} catch (error) {
		if (!(error instanceof ModelFailure)) throw error;
		failure = error;
	}
	let left = Array.from({ length: failure.step }, (_, i) => i + 1);
	for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
		for (let from = 0; from < left.length; ) {
			const fewer = [...left.slice(0, from), ...left.slice(from + size)];
			const still = fewer.length === 0 ? undefined : await failureOf({ seed, steps: fewer });
			if (still === undefined) from += size;
			else {
				failure = still;
				left = fewer.filter((step) => step <= still.step);
			}
		}
	}
	throw new Error(`seed ${seed}, steps [${left.join(", ")}]: ${failure.message}`, { cause: failure });
}
