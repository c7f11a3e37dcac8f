import { Button, Group } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { count } from "./write-number.ts";

export interface FirstRowsProps<Row> {
	readonly rows: readonly Row[];
	/** How many are shown before one asks for all. */
	readonly most: number;
	/** What is counted, where it is not what the eye counts: `kinds`. */
	readonly name?: string;
	readonly children: (rows: readonly Row[]) => ReactNode;
}

/** Shows the first rows of a long list, and the rest when asked. */
export function FirstRows<Row>({ rows, most, name, children }: FirstRowsProps<Row>): ReactNode {
	const [all, setAll] = useState(false);
	if (all || rows.length <= most) return children(rows);
	return (
		<>
			{children(rows.slice(0, most))}
			<Group justify="center" p="xs">
				<Button variant="subtle" onClick={() => setAll(true)}>
					Show all {count(rows.length)}
					{name === undefined ? "" : ` ${name}`}
				</Button>
			</Group>
		</>
	);
}
