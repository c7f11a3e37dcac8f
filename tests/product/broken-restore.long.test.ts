import { expect, it } from "vitest";
import { RichSite } from "../rich-site.ts";

it.each((["unavailable", "reset", "stopped"] as const).flatMap((how) => [1, 2].map((first) => [how, first] as const)))(
	"a restore cut off (%s) after each second request, from %i on, ends whole or undone",
	async (how, first) => {
		const site = await RichSite.start();
		await site.interrupted(how, 2, first);
		expect(site.bench.violations()).toEqual([]);
		await site.bench.close();
	},
);
