import type { JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { vocabulary } from "./elsewhere/vocabulary.ts";

const ids = z.array(z.string());
const partChanges = z.object({ add: ids, edit: ids });

const workType = z.object({ id: z.string(), name: z.string() });

const details = z.object({
	/** The item on the site when it is changed in place; null when it is created. */
	live: z.object({ id: z.string(), key: z.string() }).nullable(),
	/** How it moves back into its space, where it stands in another one; it is changed there. */
	move: z
		.object({
			/** The space that it stands in. */
			from: z.string(),
			fromName: z.string(),
			fromType: workType,
			type: workType,
			isSubtask: z.boolean(),
			parentId: z.string().nullable(),
			/** Sub-tasks that it has now: Jira keeps them where their parent is. */
			subtasks: z.array(z.object({ id: z.string(), key: z.string() })),
		})
		.nullable()
		.default(null),
	/** Jira project to create it in. */
	spaceId: z.string(),
	/** Field ids to write: `summary`, `customfield_10016`. */
	fields: ids,
	comments: partChanges,
	worklogs: partChanges,
	/** Attachment ids to upload. */
	files: ids,
	/** Attachment ids that the live item had when the plan was made. */
	liveFiles: ids,
	/** Attachments of the snapshot that are there under another id. */
	sameFiles: z.record(z.string(), z.string()),
	/** Links to make: `links/10000/outward/10023`. */
	links: ids,
	/** Links to the outside, by their ids in the snapshot. */
	remoteLinks: partChanges.default({ add: [], edit: [] }),
	/** Keys of properties to write. */
	properties: ids.default([]),
	/** Account ids of people who are to watch again. */
	watchers: ids.default([]),
	/** Account ids of people whose votes are gone; only the connection's own comes back. */
	votes: ids.default([]),
	/** Account ids of people who are to take part in the request again. */
	participants: ids.default([]),
	/** Forms to attach again, and forms to answer as they were answered. */
	forms: partChanges.default({ add: [], edit: [] }),
	/** The customer's feedback is gone; only the connection's own comes back. */
	feedback: z.boolean().default(false),
	/** Where it belongs in the order of backlogs; null when it is not ranked. */
	rank: z.object({ fieldId: z.string(), value: z.string() }).nullable().default(null),
	/** What things are called on another site; null when it stays on its own. */
	words: vocabulary.nullable().default(null),
	/** The number that its new key is to have; null for the next one. */
	keepNumber: z.number().nullable().default(null),
	isSubtask: z.boolean().default(false),
	/** Marked as a copy, beside an original that stays. */
	copy: z.boolean(),
});

/** What applying a plan needs to know; ids and field names, no content. */
export type PlanDetails = z.infer<typeof details>;

/** Reads back what planning wrote. */
export function parseDetails(value: JsonValue): PlanDetails {
	return details.parse(value);
}
