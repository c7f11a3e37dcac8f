import type { ReactNode } from "react";
import { DataTable } from "../../../parts/data-table.tsx";
import { counted } from "../../../parts/write-number.ts";
import classes from "./jira.module.css";
import { type Place, placeSize, readWorkflow, type Workflow, type Way as WorkflowWay } from "./read-workflow.ts";
import { type Arrow, arrowsOf } from "./workflow-arrows.ts";

const { width, height } = placeSize;
const margin = 28;

/** A workflow as its editor draws it, and every transition in a table for whoever reads rather than looks. */
export function WorkflowDiagram({ parts }: { readonly parts: Readonly<Record<string, unknown>> }): ReactNode {
	const workflow = readWorkflow(parts);
	const names = new Map(workflow.places.map(({ reference, name }) => [reference, name]));
	const from = (way: WorkflowWay) =>
		way.isInitial ? "Created" : way.from === undefined ? "Any status" : (names.get(way.from) ?? way.from);
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

function Drawing({ workflow }: { readonly workflow: Workflow }): ReactNode {
	const { places, ways } = workflow;
	if (places.length === 0) return null;
	const arrows = arrowsOf(workflow);
	const xs = [...places.flatMap(({ x }) => [x, x + width]), ...arrows.map(({ middle }) => middle.x)];
	const ys = [...places.flatMap(({ y }) => [y, y + height]), ...arrows.map(({ middle }) => middle.y)];
	const [left, top, right, bottom] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
	const box = `${left - margin} ${top - margin} ${right - left + 2 * margin} ${bottom - top + 2 * margin}`;
	return (
		<div className={classes.workflowFrame}>
			<svg
				className={classes.workflow}
				viewBox={box}
				role="img"
				aria-label={`Workflow of ${counted(places.length, ["status", "statuses"])}`}
				style={{ minWidth: Math.min(640, right - left) }}
			>
				<defs>
					<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
						<path d="M0 0 8 4 0 8z" className={classes.arrow} />
					</marker>
				</defs>
				{arrows.map((arrow) => (
					<Way key={arrow.id} arrow={arrow} />
				))}
				{places.map((place) => (
					<g key={place.reference} transform={`translate(${place.x} ${place.y})`}>
						<rect width={width} height={height} rx={6} className={classes.status} data-category={place.category} />
						<text x={width / 2} y={height / 2 + 4} textAnchor="middle">
							{short(place.name, 18)}
						</text>
						<text x={width / 2} y={-6} textAnchor="middle" className={classes.entry}>
							{entryText(ways, place)}
						</text>
					</g>
				))}
			</svg>
		</div>
	);
}

/** How work items come into a status without a way from another one. */
function entryText(ways: Workflow["ways"], place: Place): string {
	const open = ways.filter((way) => way.from === undefined && way.to === place.reference);
	return [open.some((way) => way.isInitial) ? "created here" : "", open.some((way) => !way.isInitial) ? "from any status" : ""]
		.filter(Boolean)
		.join(", ");
}

const short = (name: string, most: number): string => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

function Way({ arrow: { names, from, to, start, bend, end, middle } }: { readonly arrow: Arrow }): ReactNode {
	return (
		<g className={classes.way}>
			<title>{`${names.join(", ")}: ${from.name} to ${to.name}`}</title>
			<path d={`M${start.x} ${start.y} Q${bend.x} ${bend.y} ${end.x} ${end.y}`} markerEnd="url(#arrow)" />
			<text x={middle.x} y={middle.y + 3} textAnchor="middle">
				{short(names.join(", "), 22)}
			</text>
		</g>
	);
}
