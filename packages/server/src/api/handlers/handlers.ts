import type { Handlers } from "../call.ts";
import { auditHandlers } from "./audit-handlers.ts";
import { consentHandlers } from "./consent-handlers.ts";
import { dataRightHandlers } from "./data-right-handlers.ts";
import { drillHandlers } from "./drill-handlers.ts";
import { grantHandlers } from "./grant-handlers.ts";
import { insightHandlers } from "./insight-handlers.ts";
import { itemHandlers } from "./item-handlers.ts";
import { memberHandlers } from "./member-handlers.ts";
import { noticeHandlers } from "./notice-handlers.ts";
import { organizationHandlers } from "./organization-handlers.ts";
import type { Platform } from "./platform.ts";
import { policyHandlers } from "./policy-handlers.ts";
import { restoreHandlers } from "./restore-handlers.ts";
import { retentionHandlers } from "./retention-handlers.ts";
import { runHandlers } from "./run-handlers.ts";
import { sessionHandlers } from "./session-handlers.ts";
import { signInHandlers } from "./sign-in-handlers.ts";
import { siteHandlers } from "./site-handlers.ts";
import { storageHandlers } from "./storage-handlers.ts";

/** The handler of every endpoint. */
export function createHandlers(platform: Platform): Handlers {
	return {
		...sessionHandlers(platform),
		...signInHandlers(platform),
		...memberHandlers(platform),
		...organizationHandlers(platform),
		...dataRightHandlers(platform),
		...siteHandlers(platform),
		...storageHandlers(platform),
		...policyHandlers(platform),
		...retentionHandlers(platform),
		...drillHandlers(platform),
		...noticeHandlers(platform),
		...insightHandlers(platform),
		...runHandlers(platform),
		...itemHandlers(platform),
		...restoreHandlers(platform),
		...consentHandlers(platform),
		...grantHandlers(platform),
		...auditHandlers(platform),
	};
}
