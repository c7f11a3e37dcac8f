import { auditEndpoints } from "./endpoints/audit.ts";
import { consentEndpoints } from "./endpoints/consent.ts";
import { dataRightEndpoints } from "./endpoints/data-rights.ts";
import { drillEndpoints } from "./endpoints/drills.ts";
import { grantEndpoints } from "./endpoints/grants.ts";
import { insightEndpoints } from "./endpoints/insights.ts";
import { itemEndpoints } from "./endpoints/items.ts";
import { memberEndpoints } from "./endpoints/members.ts";
import { noticeEndpoints } from "./endpoints/notices.ts";
import { organizationEndpoints } from "./endpoints/organization.ts";
import { policyEndpoints } from "./endpoints/policies.ts";
import { restoreEndpoints } from "./endpoints/restores.ts";
import { retentionEndpoints } from "./endpoints/retention.ts";
import { runEndpoints } from "./endpoints/runs.ts";
import { sessionEndpoints } from "./endpoints/session.ts";
import { signInEndpoints } from "./endpoints/sign-in.ts";
import { siteEndpoints } from "./endpoints/sites.ts";
import { storageEndpoints } from "./endpoints/storage.ts";

/** Every endpoint by name; the name is the client's method and the OpenAPI operation id. */
export const endpoints = {
	...sessionEndpoints,
	...signInEndpoints,
	...memberEndpoints,
	...organizationEndpoints,
	...dataRightEndpoints,
	...siteEndpoints,
	...storageEndpoints,
	...policyEndpoints,
	...retentionEndpoints,
	...drillEndpoints,
	...noticeEndpoints,
	...insightEndpoints,
	...runEndpoints,
	...itemEndpoints,
	...restoreEndpoints,
	...consentEndpoints,
	...grantEndpoints,
	...auditEndpoints,
} as const;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;

/** Below what all endpoints live. */
export const apiPrefix = "/api";
