import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { notice, noticeTarget, noticeTargetCreated, noticeTargetInput, noticeTest } from "../schemas/notice.ts";
import { listOf, pageLimit, uuid } from "../schemas/primitives.ts";

const params = z.object({ targetId: uuid });

/** What is told to whom. */
export const noticeEndpoints = {
	listNotices: endpoint({
		method: "GET",
		path: "/notices",
		tag: "Notices",
		summary: "List what was noticed, newest first",
		access: "status.see",
		query: z.object({ limit: pageLimit(50, 200) }),
		status: 200,
		response: listOf(notice),
	}),
	listNoticeTargets: endpoint({
		method: "GET",
		path: "/notice-targets",
		tag: "Notices",
		summary: "List where notices go",
		access: "policy.edit",
		status: 200,
		response: listOf(noticeTarget),
	}),
	createNoticeTarget: endpoint({
		method: "POST",
		path: "/notice-targets",
		tag: "Notices",
		summary: "Send notices to an e-mail address, to Slack, or to a signed webhook",
		access: "policy.edit",
		body: noticeTargetInput,
		status: 201,
		response: noticeTargetCreated,
		idempotent: true,
		audit: "notice-target.create",
	}),
	deleteNoticeTarget: endpoint({
		method: "DELETE",
		path: "/notice-targets/:targetId",
		tag: "Notices",
		summary: "Send no more notices there",
		access: "policy.edit",
		params,
		status: 204,
		response: "nothing",
		audit: "notice-target.delete",
	}),
	testNoticeTarget: endpoint({
		method: "POST",
		path: "/notice-targets/:targetId/test",
		tag: "Notices",
		summary: "Send a test there now, and say whether it arrived",
		access: "policy.edit",
		params,
		status: 200,
		response: noticeTest,
		audit: "notice-target.test",
	}),
} as const;
