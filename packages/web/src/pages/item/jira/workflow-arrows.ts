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

function arrow(id: string, names: readonly string[], from: Place, to: Place, places: readonly Place[]): Arrow {
	const [start, end] = [edge(from, to), edge(to, from)];
	const [dx, dy] = [end.x - start.x, end.y - start.y];
	const share = places.some((place) => place !== from && place !== to && isOnTheWay(place, start, end)) ? 0.42 : 0.14;
	const bend = { x: (start.x + end.x) / 2 - dy * share, y: (start.y + end.y) / 2 + dx * share };
	const middle = { x: (start.x + 2 * bend.x + end.x) / 4, y: (start.y + 2 * bend.y + end.y) / 4 };
	return { id, names, from, to, start, bend, end, middle };
}

const centre = (place: Place): Point => ({ x: place.x + width / 2, y: place.y + height / 2 });

/** Whether a straight line would run through a status that it does not mean. */
function isOnTheWay(place: Place, start: Point, end: Point): boolean {
	const { x, y } = centre(place);
	const [dx, dy] = [end.x - start.x, end.y - start.y];
	const along = Math.max(0, Math.min(1, ((x - start.x) * dx + (y - start.y) * dy) / (dx * dx + dy * dy || 1)));
	return Math.abs(start.x + along * dx - x) < width / 2 + 6 && Math.abs(start.y + along * dy - y) < height / 2 + 6;
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
