import type { ReactNode } from "react";
import { DataTable } from "../../../parts/data-table.tsx";
import classes from "./jira.module.css";
import { type Place, placeSize, readWorkflow, type Way, type Workflow } from "./read-workflow.ts";

const { width, height } = placeSize;
const margin = 28;

/** A workflow as its editor draws it, and every transition in a table for whoever reads rather than looks. */
export function WorkflowDiagram({ parts }: { readonly parts: Readonly<Record<string, unknown>> }): ReactNode {
	const workflow = readWorkflow(parts);
	const names = new Map(workflow.places.map(({ reference, name }) => [reference, name]));
	const from = (way: Way) => (way.isInitial ? "Created" : way.from === undefined ? "Any status" : (names.get(way.from) ?? way.from));
	return (
		<>
			<Drawing workflow={workflow} />
			<DataTable
				caption="Transitions"
				rows={workflow.ways}
				rowKey={(way) => way.id}
				columns={[
					{ label: "Transition", cell: (way) => way.name },
					{ label: "From", cell: from },
					{ label: "To", cell: (way) => names.get(way.to) ?? way.to },
				]}
			/>
		</>
	);
}

function Drawing({ workflow: { places, ways } }: { readonly workflow: Workflow }): ReactNode {
	if (places.length === 0) return null;
	const [left, top] = [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
	const [right, bottom] = [Math.max(...places.map(({ x }) => x)) + width, Math.max(...places.map(({ y }) => y)) + height];
	const by = new Map(places.map((place) => [place.reference, place]));
	const box = `${left - margin} ${top - margin} ${right - left + 2 * margin} ${bottom - top + 2 * margin}`;
	const drawn = ways.flatMap((way) => {
		const [start, end] = [by.get(way.from ?? ""), by.get(way.to)];
		return start === undefined || end === undefined || start === end ? [] : [{ way, start, end }];
	});
	return (
		<svg className={classes.workflow} viewBox={box} role="img" aria-label={`Workflow of ${places.length} statuses`}>
			<defs>
				<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
					<path d="M0 0 8 4 0 8z" className={classes.arrow} />
				</marker>
			</defs>
			{drawn.map(({ way, start, end }) => (
				<Arrow key={way.id} start={start} end={end} name={way.name} />
			))}
			{places.map((place) => (
				<g key={place.reference} transform={`translate(${place.x} ${place.y})`}>
					<rect width={width} height={height} rx={6} className={classes.status} data-category={place.category} />
					<text x={width / 2} y={height / 2 + 4} textAnchor="middle">
						{short(place.name)}
					</text>
					{ways.some((way) => way.from === undefined && way.to === place.reference) ? (
						<text x={width / 2} y={-6} textAnchor="middle" className={classes.entry}>
							{ways.some((way) => way.isInitial && way.to === place.reference) ? "created here" : "from any status"}
						</text>
					) : null}
				</g>
			))}
		</svg>
	);
}

const short = (name: string): string => (name.length > 18 ? `${name.slice(0, 17)}…` : name);

interface ArrowProps {
	readonly start: Place;
	readonly end: Place;
	readonly name: string;
}

/** A bent line, so that the ways there and back do not lie on each other. */
function Arrow({ start, end, name }: ArrowProps): ReactNode {
	const [from, to] = [edge(start, end), edge(end, start)];
	const [dx, dy] = [to.x - from.x, to.y - from.y];
	const bend = { x: (from.x + to.x) / 2 - dy * 0.14, y: (from.y + to.y) / 2 + dx * 0.14 };
	return (
		<g className={classes.way}>
			<title>{`${name}: ${start.name} to ${end.name}`}</title>
			<path d={`M${from.x} ${from.y} Q${bend.x} ${bend.y} ${to.x} ${to.y}`} markerEnd="url(#arrow)" />
		</g>
	);
}

/** Where the line between the middles of two places leaves the first one. */
function edge(place: Place, other: Place): { readonly x: number; readonly y: number } {
	const middle = { x: place.x + width / 2, y: place.y + height / 2 };
	const [dx, dy] = [other.x - place.x, other.y - place.y];
	const scale = Math.min(
		dx === 0 ? Number.POSITIVE_INFINITY : width / 2 / Math.abs(dx),
		dy === 0 ? Number.POSITIVE_INFINITY : height / 2 / Math.abs(dy),
	);
	return { x: middle.x + dx * scale, y: middle.y + dy * scale };
}
