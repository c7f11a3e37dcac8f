/** The query without which a route can't be asked at all; empty for most. */
export function neededQuery({ path }: { readonly path: string }, snapshotId: number | null): string {
	if (path.endsWith("/diff")) return `?from=${snapshotId}&to=${snapshotId}`;
	return path.includes("/changers") ? "?from=2026-05-03T10:00:00Z&to=2026-05-03T11:00:00Z" : "";
}
