import { listNotices } from "../../notify/read-notices.ts";
import { createTarget, deleteTarget, listTargets, testTarget } from "../../notify/targets.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names = "listNotices" | "listNoticeTargets" | "createNoticeTarget" | "deleteNoticeTarget" | "testNoticeTarget";

/** What is told to whom. */
export function noticeHandlers(platform: Platform): HandlersOf<Names> {
	return {
		listNotices: async ({ principal, query }) => ({ body: { items: await listNotices(platform, principal, query.limit) } }),
		listNoticeTargets: async ({ principal }) => ({ body: { items: await listTargets(platform, principal) } }),
		createNoticeTarget: async ({ principal, body, note }) => {
			const made = await createTarget(platform, principal, body);
			note.target = { type: "noticeTarget", id: made.target.id };
			note.facts = { type: body.type };
			return { body: made };
		},
		deleteNoticeTarget: async ({ principal, params }) => {
			await deleteTarget(platform, principal, params.targetId);
			return {};
		},
		testNoticeTarget: async ({ principal, params }) => ({ body: await testTarget(platform, principal, params.targetId) }),
	};
}
