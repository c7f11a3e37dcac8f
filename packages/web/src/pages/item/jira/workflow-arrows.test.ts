import { expect, it } from "vitest";
import { type Place, placeSize } from "./read-workflow.ts";
import { arrowsOf } from "./workflow-arrows.ts";

const place = (reference: string, x: number, y: number): Place => ({ reference, name: reference, category: "TODO", x, y });
const way = (id: string, name: string, from: string, to: string) => ({ id, name, from, to, isInitial: false });
const three = [place("a", 0, 0), place("b", 210, 0), place("c", 420, 0)];

it("leads around a status that it does not mean, on the side where nothing stands", () => {
	const [above] = arrowsOf({ places: [...three, place("d", 210, 80)], ways: [way("1", "Close", "a", "c")] });
	expect(above?.middle.y).toBeLessThan(-20);
	const [below] = arrowsOf({ places: three, ways: [way("1", "Close", "a", "c")] });
	expect(below?.middle.y).toBeGreaterThan(placeSize.height);
});

it("draws one arrow for all transitions of a pair, and none for a way from everywhere or to itself", () => {
	const ways = [
		way("1", "Finish", "a", "b"),
		way("2", "Give up", "a", "b"),
		way("3", "Open again", "b", "a"),
		way("4", "Stay", "a", "a"),
		{ ...way("5", "Any", "a", "c"), from: undefined },
	];
	const arrows = arrowsOf({ places: three, ways });
	expect(arrows.map(({ names, from, to }) => [names, from.reference, to.reference])).toEqual([
		[["Finish", "Give up"], "a", "b"],
		[["Open again"], "b", "a"],
	]);
	expect(arrows[0]?.middle).not.toEqual(arrows[1]?.middle);
});
