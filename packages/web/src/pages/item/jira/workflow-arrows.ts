import { type Place, placeSize, type Workflow } from "./read-workflow.ts";

const { width, height } = placeSize;

interface Point {
	readonly x: number;
	readonly y: number;
}

/** An arrow of the diagram: a bent line, so that the ways there and back do not lie on each other. */
export interface Arrow {
	readonly id: string;
	/** Of all transitions that lead this way. */
	readonly names: readonly string[];
	readonly from: Place;
	readonly to: Place;
	readonly start: Point;
	readonly bend: Point;
	readonly end: Point;
	/** Where its name stands. */
	readonly middle: Point;
}

/** An arrow for each pair of statuses that a transition joins. */
export function arrowsOf({ places, ways }: Workflow): readonly Arrow[] {
	const by = new Map(places.map((place) => [place.reference, place]));
	const pairs = Map.groupBy(
		ways.filter((way) => way.from !== undefined && way.from !== way.to),
		(way) => `${way.from} ${way.to}`,
	);
	return [...pairs].flatMap(([id, same]) => {
		const [from, to] = [by.get(same[0]?.from ?? ""), by.get(same[0]?.to ?? "")];
		return from === undefined || to === undefined ? [] : [arrow(id, [...new Set(same.map((way) => way.name))], from, to, places)];
	});
}

/** How far a line may be bent, gently first: shares of its length to one side or the other. */
const bends = [0.14, -0.14, 0.45, -0.45, 0.7, -0.7];

function arrow(id: string, names: readonly string[], from: Place, to: Place, places: readonly Place[]): Arrow {
	const [start, end] = [edge(from, to), edge(to, from)];
	const [dx, dy] = [end.x - start.x, end.y - start.y];
	const others = places.filter((place) => place !== from && place !== to);
	const bent = (share: number) => {
		const bend = { x: (start.x + end.x) / 2 - dy * share, y: (start.y + end.y) / 2 + dx * share };
		const at = (t: number): Point => ({
			x: (1 - t) ** 2 * start.x + 2 * t * (1 - t) * bend.x + t ** 2 * end.x,
			y: (1 - t) ** 2 * start.y + 2 * t * (1 - t) * bend.y + t ** 2 * end.y,
		});
		return { bend, middle: at(0.5), isClear: [0.2, 0.35, 0.5, 0.65, 0.8].every((t) => !others.some((place) => covers(place, at(t)))) };
	};
	const { bend, middle } = bends.map(bent).find(({ isClear }) => isClear) ?? bent(bends[0] ?? 0);
	return { id, names, from, to, start, bend, end, middle };
}

const centre = (place: Place): Point => ({ x: place.x + width / 2, y: place.y + height / 2 });

/** Whether a point lies on a status, or on what is written above it. */
function covers({ x, y }: Place, point: Point): boolean {
	return point.x > x - 8 && point.x < x + width + 8 && point.y > y - 20 && point.y < y + height + 8;
}

/** Where the line between the middles of two places leaves the first one. */
function edge(place: Place, other: Place): Point {
	const middle = centre(place);
	const [dx, dy] = [other.x - place.x, other.y - place.y];
	const scale = Math.min(
		dx === 0 ? Number.POSITIVE_INFINITY : width / 2 / Math.abs(dx),
		dy === 0 ? Number.POSITIVE_INFINITY : height / 2 / Math.abs(dy),
	);
	return { x: middle.x + dx * scale, y: middle.y + dy * scale };
}
