/** Bodies name a page of their own space by its title alone; the names of a restore tell spaces apart. */
export function titleName(spaceId: string, title: string): string {
	return `confluence.title ${spaceId} ${title}`;
}
