import type { ScopeTable } from "../http/router.ts";

/** Operation, then alternatives of scopes: the classic ones, then the granular set. From Atlassian's OpenAPI documents. */
const rows = `
GET /rest/agile/1.0/board | read:board-scope:jira-software read:project:jira
GET /rest/agile/1.0/board/{boardId} | read:board-scope:jira-software read:issue-details:jira
GET /rest/agile/1.0/board/{boardId}/sprint | read:sprint:jira-software
PUT /rest/agile/1.0/issue/rank | write:issue:jira-software
GET /rest/agile/1.0/sprint/{sprintId} | read:sprint:jira-software
POST /rest/agile/1.0/sprint/{sprintId}/issue | write:sprint:jira-software
GET /rest/api/3/attachment/content/{id} | read:jira-work | read:attachment:jira
GET /rest/api/3/attachment/meta | read:jira-work | read:instance-configuration:jira
DELETE /rest/api/3/attachment/{id} | write:jira-work | delete:attachment:jira
GET /rest/api/3/attachment/{id} | read:jira-work | read:application-role:jira read:attachment:jira read:avatar:jira read:group:jira read:user:jira
POST /rest/api/3/changelog/bulkfetch | read:jira-work | read:avatar:jira read:issue-meta:jira read:issue.changelog:jira
POST /rest/api/3/comment/list | read:jira-work | delete:comment.property:jira read:avatar:jira read:comment.property:jira read:comment:jira read:group:jira read:project-role:jira read:project:jira read:user:jira
POST /rest/api/3/component | manage:jira-project | read:application-role:jira read:avatar:jira read:group:jira read:project.component:jira read:project:jira read:user:jira write:project.component:jira
DELETE /rest/api/3/component/{id} | manage:jira-project | delete:project.component:jira
GET /rest/api/3/component/{id} | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:project.component:jira read:project:jira read:user:jira
PUT /rest/api/3/component/{id} | manage:jira-project | read:application-role:jira read:avatar:jira read:group:jira read:project.component:jira read:project:jira read:user:jira write:project.component:jira
GET /rest/api/3/field | read:jira-work | read:avatar:jira read:field-configuration:jira read:field:jira read:project-category:jira read:project:jira
GET /rest/api/3/field/search | read:jira-work | read:field-configuration:jira read:field:jira
GET /rest/api/3/field/{fieldId}/context | manage:jira-configuration | read:custom-field-contextual-configuration:jira read:field:jira
GET /rest/api/3/field/{fieldId}/context/{contextId}/option | manage:jira-configuration | read:field.option:jira
GET /rest/api/3/filter/search | read:jira-work | read:application-role:jira read:avatar:jira read:filter:jira read:group:jira read:issue-type-hierarchy:jira read:jql:jira read:project-role:jira read:project:jira read:user:jira
POST /rest/api/3/issue | write:jira-work | read:issue:jira write:attachment:jira write:comment.property:jira write:comment:jira write:issue:jira
POST /rest/api/3/issue/bulk | write:jira-work | read:issue:jira write:attachment:jira write:comment.property:jira write:comment:jira write:issue:jira
POST /rest/api/3/issue/bulkfetch | read:jira-work | read:avatar:jira read:field-configuration:jira read:issue-meta:jira read:issue-security-level:jira read:issue.changelog:jira read:issue.vote:jira read:issue:jira read:status:jira read:user:jira
GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes | read:jira-work | read:avatar:jira read:field-configuration:jira read:issue-meta:jira
GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId} | read:jira-work | read:avatar:jira read:field-configuration:jira read:issue-meta:jira
DELETE /rest/api/3/issue/{issueIdOrKey} | write:jira-work | delete:issue:jira
GET /rest/api/3/issue/{issueIdOrKey} | read:jira-work | read:avatar:jira read:field-configuration:jira read:issue-meta:jira read:issue-security-level:jira read:issue.changelog:jira read:issue.vote:jira read:issue:jira read:status:jira read:user:jira
PUT /rest/api/3/issue/{issueIdOrKey} | write:jira-work | write:issue:jira
POST /rest/api/3/issue/{issueIdOrKey}/attachments | write:jira-work | read:attachment:jira read:avatar:jira read:user:jira write:attachment:jira
GET /rest/api/3/issue/{issueIdOrKey}/changelog | read:jira-work | read:avatar:jira read:issue-meta:jira read:issue.changelog:jira
GET /rest/api/3/issue/{issueIdOrKey}/comment | read:jira-work | read:avatar:jira read:comment.property:jira read:comment:jira read:group:jira read:project-role:jira read:project:jira read:user:jira
POST /rest/api/3/issue/{issueIdOrKey}/comment | write:jira-work | read:avatar:jira read:comment.property:jira read:comment:jira read:group:jira read:project-role:jira read:project:jira read:user:jira write:comment:jira
DELETE /rest/api/3/issue/{issueIdOrKey}/comment/{id} | write:jira-work | delete:comment.property:jira delete:comment:jira
GET /rest/api/3/issue/{issueIdOrKey}/comment/{id} | read:jira-work | read:avatar:jira read:comment.property:jira read:comment:jira read:group:jira read:project-role:jira read:project:jira read:user:jira
PUT /rest/api/3/issue/{issueIdOrKey}/comment/{id} | write:jira-work | read:avatar:jira read:comment.property:jira read:comment:jira read:group:jira read:project-role:jira read:project:jira read:user:jira write:comment:jira
GET /rest/api/3/issue/{issueIdOrKey}/editmeta | read:jira-work | read:field-configuration:jira read:issue-meta:jira
GET /rest/api/3/issue/{issueIdOrKey}/properties | read:jira-work | read:issue.property:jira
DELETE /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey} | write:jira-work | delete:issue.property:jira
GET /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey} | read:jira-work | read:issue.property:jira
PUT /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey} | write:jira-work | write:issue.property:jira
DELETE /rest/api/3/issue/{issueIdOrKey}/remotelink | write:jira-work | delete:issue.remote-link:jira write:issue:jira
GET /rest/api/3/issue/{issueIdOrKey}/remotelink | read:jira-work | read:issue.remote-link:jira read:status:jira
POST /rest/api/3/issue/{issueIdOrKey}/remotelink | write:jira-work | read:issue.remote-link:jira write:issue.remote-link:jira write:issue:jira
DELETE /rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId} | write:jira-work | delete:issue.remote-link:jira write:issue:jira
GET /rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId} | read:jira-work | read:issue.remote-link:jira read:status:jira
PUT /rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId} | write:jira-work | write:issue.remote-link:jira write:issue:jira
GET /rest/api/3/issue/{issueIdOrKey}/transitions | read:jira-work | read:field-configuration:jira read:issue.transition:jira read:status:jira
POST /rest/api/3/issue/{issueIdOrKey}/transitions | write:jira-work | write:issue.property:jira write:issue:jira
DELETE /rest/api/3/issue/{issueIdOrKey}/votes | write:jira-work | write:issue.vote:jira
GET /rest/api/3/issue/{issueIdOrKey}/votes | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:issue.vote:jira read:user:jira
POST /rest/api/3/issue/{issueIdOrKey}/votes | write:jira-work | write:issue.vote:jira
DELETE /rest/api/3/issue/{issueIdOrKey}/watchers | write:jira-work | write:issue.watcher:jira
GET /rest/api/3/issue/{issueIdOrKey}/watchers | read:jira-work | read:avatar:jira read:issue.watcher:jira read:user:jira
POST /rest/api/3/issue/{issueIdOrKey}/watchers | write:jira-work | write:issue.watcher:jira
GET /rest/api/3/issue/{issueIdOrKey}/worklog | read:jira-work | read:avatar:jira read:group:jira read:issue-worklog.property:jira read:issue-worklog:jira read:project-role:jira read:user:jira
POST /rest/api/3/issue/{issueIdOrKey}/worklog | write:jira-work | read:avatar:jira read:group:jira read:issue-worklog.property:jira read:issue-worklog:jira read:project-role:jira read:user:jira write:issue-worklog.property:jira write:issue-worklog:jira
DELETE /rest/api/3/issue/{issueIdOrKey}/worklog/{id} | write:jira-work | delete:issue-worklog.property:jira delete:issue-worklog:jira write:issue.time-tracking:jira
GET /rest/api/3/issue/{issueIdOrKey}/worklog/{id} | read:jira-work | read:avatar:jira read:comment:jira read:group:jira read:issue-worklog.property:jira read:issue-worklog:jira read:project-role:jira read:user:jira
PUT /rest/api/3/issue/{issueIdOrKey}/worklog/{id} | write:jira-work | read:avatar:jira read:comment:jira read:group:jira read:issue-worklog.property:jira read:issue-worklog:jira read:project-role:jira read:user:jira write:comment:jira write:issue-worklog.property:jira write:issue-worklog:jira
POST /rest/api/3/issueLink | write:jira-work | write:comment:jira write:issue-link:jira write:issue:jira
DELETE /rest/api/3/issueLink/{linkId} | write:jira-work | delete:issue-link:jira
GET /rest/api/3/issueLink/{linkId} | read:jira-work | read:avatar:jira read:field:jira read:issue-link-type:jira read:issue-type:jira read:issue.time-tracking:jira read:issue:jira read:priority:jira read:project-category:jira read:project:jira read:status:jira read:user:jira
GET /rest/api/3/issueLinkType | read:jira-work | read:issue-link-type:jira
GET /rest/api/3/issuetype | read:jira-work | read:avatar:jira read:issue-type:jira read:project-category:jira read:project:jira
GET /rest/api/3/mypermissions | read:jira-work | read:permission:jira
GET /rest/api/3/myself | read:jira-user | read:application-role:jira read:avatar:jira read:group:jira read:user:jira
GET /rest/api/3/priority | read:jira-work | read:priority:jira
GET /rest/api/3/priority/search | manage:jira-configuration
GET /rest/api/3/project | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-version:jira read:project.component:jira read:project.property:jira read:project:jira read:user:jira
POST /rest/api/3/project | manage:jira-configuration | read:project:jira write:project:jira
GET /rest/api/3/project/search | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-version:jira read:project.component:jira read:project.property:jira read:project:jira read:user:jira
DELETE /rest/api/3/project/{projectIdOrKey} | manage:jira-configuration | delete:project:jira
GET /rest/api/3/project/{projectIdOrKey} | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-version:jira read:project.component:jira read:project.property:jira read:project:jira read:user:jira
GET /rest/api/3/project/{projectIdOrKey}/component | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:project.component:jira read:project:jira read:user:jira
GET /rest/api/3/project/{projectIdOrKey}/components | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:project.component:jira read:project:jira read:user:jira
GET /rest/api/3/project/{projectIdOrKey}/properties | read:jira-work | read:project.property:jira
DELETE /rest/api/3/project/{projectIdOrKey}/properties/{propertyKey} | manage:jira-project | delete:project.property:jira
GET /rest/api/3/project/{projectIdOrKey}/properties/{propertyKey} | read:jira-work | read:project.property:jira
PUT /rest/api/3/project/{projectIdOrKey}/properties/{propertyKey} | manage:jira-project | write:project.property:jira
POST /rest/api/3/project/{projectIdOrKey}/restore | manage:jira-configuration | read:application-role:jira read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-version:jira read:project.component:jira read:project.property:jira read:project:jira read:user:jira write:project:jira
GET /rest/api/3/project/{projectIdOrKey}/version | read:jira-work | read:project-version:jira
GET /rest/api/3/project/{projectIdOrKey}/versions | read:jira-work | read:project-version:jira
GET /rest/api/3/resolution | read:jira-work | read:resolution:jira
GET /rest/api/3/resolution/search | read:jira-work | read:resolution:jira
POST /rest/api/3/search/approximate-count | read:jira-work | read:field.default-value:jira read:field.option:jira read:field:jira read:group:jira read:issue-details:jira
GET /rest/api/3/search/jql | read:jira-work | read:audit-log:jira read:avatar:jira read:field-configuration:jira read:issue-details:jira read:issue-meta:jira
POST /rest/api/3/search/jql | read:jira-work | read:field.default-value:jira read:field.option:jira read:field:jira read:group:jira read:issue-details:jira
GET /rest/api/3/serverInfo | public
GET /rest/api/3/status | read:jira-work | read:status:jira
GET /rest/api/3/statuses/search | manage:jira-configuration | read:workflow:jira
GET /rest/api/3/user | read:jira-user | read:application-role:jira read:avatar:jira read:group:jira read:user:jira
GET /rest/api/3/user/bulk | read:jira-user | read:application-role:jira read:avatar:jira read:group:jira read:user:jira
GET /rest/api/3/users/search | read:jira-user | read:application-role:jira read:avatar:jira read:group:jira read:user:jira
POST /rest/api/3/version | manage:jira-project | read:project-version:jira write:project-version:jira
DELETE /rest/api/3/version/{id} | manage:jira-project | delete:project-version:jira
GET /rest/api/3/version/{id} | read:jira-work | read:project-version:jira
PUT /rest/api/3/version/{id} | manage:jira-project | read:project-version:jira write:project-version:jira
GET /rest/api/3/worklog/deleted | read:jira-work | read:issue-worklog.property:jira read:issue-worklog:jira
POST /rest/api/3/worklog/list | read:jira-work | read:avatar:jira read:comment:jira read:group:jira read:issue-worklog.property:jira read:issue-worklog:jira read:project-role:jira read:user:jira
GET /rest/api/3/worklog/updated | read:jira-work | read:issue-worklog.property:jira read:issue-worklog:jira
GET /rest/servicedeskapi/request | read:servicedesk-request | read:request:jira-service-management read:user:jira
GET /rest/servicedeskapi/request/{issueIdOrKey} | read:servicedesk-request | read:request:jira-service-management read:user:jira
GET /rest/servicedeskapi/servicedesk | read:servicedesk-request | read:servicedesk:jira-service-management
GET /rest/servicedeskapi/servicedesk/{serviceDeskId} | read:servicedesk-request | read:servicedesk:jira-service-management
GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype | read:servicedesk-request | read:requesttype:jira-service-management
`;

/** Scopes of the operations of Jira, Jira Software and Jira Service Management. */
export const jiraScopes: ScopeTable = Object.fromEntries(
	rows
		.trim()
		.split("\n")
		.map((row) => {
			const [operation = "", ...alternatives] = row.split(" | ");
			return [operation, alternatives[0] === "public" ? "public" : alternatives.map((scopes) => scopes.split(" "))];
		}),
);
