/** Parts of an item as people call them; where several are alike, the number stands before the plural. */
const named: ReadonlyMap<string, readonly [one: string, many: string]> = new Map([
	["", ["fields", "fields"]],
	["actors", ["people and groups", "people and groups"]],
	["approvals", ["approvals", "approvals"]],
	["attachments", ["list of attachments", "lists of attachments"]],
	["context", ["names of people", "names of people"]],
	["feedback", ["feedback", "feedback"]],
	["file", ["attachment", "attachments"]],
	["history", ["change history", "change history"]],
	["media", ["pictures in the text", "pictures in the text"]],
	["participants", ["request participants", "request participants"]],
	["remote-links", ["links to other sites", "links to other sites"]],
	["sla", ["service levels", "service levels"]],
	["version", ["version", "versions"]],
	["versions", ["older version", "older versions"]],
	["worklogs", ["work log", "work log"]],
]);

/** What goes along with other parts: by itself it says nothing to a person. */
const companions = new Set(["context", "media"]);

/** Parts of an item that changed, in words: `fields, comments, 2 attachments`. */
export function partWords(parts: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const part of parts) {
		const [head = ""] = part.split("/");
		counts.set(head, (counts.get(head) ?? 0) + 1);
	}
	const heads = [...counts.keys()];
	const said = heads.some((head) => !companions.has(head)) ? heads.filter((head) => !companions.has(head)) : heads;
	return said
		.map((head) => {
			const [one, many] = named.get(head) ?? [head.replaceAll("-", " "), head.replaceAll("-", " ")];
			const count = counts.get(head) ?? 1;
			return count === 1 || one === many ? one : `${count} ${many}`;
		})
		.join(", ");
}
