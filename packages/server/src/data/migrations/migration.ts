/** One step forward of the database's shape. Never edited once released; a mistake is repaired by the next one. */
export interface Migration {
	readonly id: number;
	readonly name: string;
	readonly sql: string;
}
