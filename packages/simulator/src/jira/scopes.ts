import type { ScopeTable } from "../http/router.ts";

/** Operation, then alternatives of scopes: the classic ones, then the granular set. From Atlassian's OpenAPI documents. */
const rows = `
GET /rest/agile/1.0/board | read:board-scope:jira-software read:project:jira
POST /rest/agile/1.0/board | write:board-scope:jira-software
DELETE /rest/agile/1.0/board/{boardId} | write:board-scope:jira-software
GET /rest/agile/1.0/board/{boardId} | read:board-scope:jira-software read:issue-details:jira
GET /rest/agile/1.0/board/{boardId}/configuration | read:board-scope.admin:jira-software read:project:jira
GET /rest/agile/1.0/board/{boardId}/properties | read:board-scope.admin:jira-software
DELETE /rest/agile/1.0/board/{boardId}/properties/{propertyKey} | delete:board-scope.admin:jira-software
GET /rest/agile/1.0/board/{boardId}/properties/{propertyKey} | read:board-scope.admin:jira-software
PUT /rest/agile/1.0/board/{boardId}/properties/{propertyKey} | write:board-scope.admin:jira-software
GET /rest/agile/1.0/board/{boardId}/quickfilter | read:board-scope.admin:jira-software read:jql:jira
GET /rest/agile/1.0/board/{boardId}/sprint | read:sprint:jira-software
PUT /rest/agile/1.0/issue/rank | write:issue:jira-software
POST /rest/agile/1.0/sprint | write:sprint:jira-software
DELETE /rest/agile/1.0/sprint/{sprintId} | delete:sprint:jira-software
GET /rest/agile/1.0/sprint/{sprintId} | read:sprint:jira-software
POST /rest/agile/1.0/sprint/{sprintId} | write:sprint:jira-software
PUT /rest/agile/1.0/sprint/{sprintId} | write:sprint:jira-software
POST /rest/agile/1.0/sprint/{sprintId}/issue | write:sprint:jira-software
GET /rest/api/3/attachment/content/{id} | read:jira-work | read:attachment:jira
GET /rest/api/3/attachment/meta | read:jira-work | read:instance-configuration:jira
DELETE /rest/api/3/attachment/{id} | write:jira-work | delete:attachment:jira
GET /rest/api/3/attachment/{id} | read:jira-work | read:application-role:jira read:attachment:jira read:avatar:jira read:group:jira read:user:jira
GET /rest/api/3/auditing/record | manage:jira-configuration | read:audit-log:jira read:user:jira
POST /rest/api/3/bulk/issues/move | write:jira-work | read:issue:jira write:issue:jira
GET /rest/api/3/bulk/queue/{taskId} | read:jira-work | read:issue:jira
POST /rest/api/3/changelog/bulkfetch | read:jira-work | read:avatar:jira read:issue-meta:jira read:issue.changelog:jira
POST /rest/api/3/comment/list | read:jira-work | delete:comment.property:jira read:avatar:jira read:comment.property:jira read:comment:jira read:group:jira read:project-role:jira read:project:jira read:user:jira
POST /rest/api/3/component | manage:jira-project | read:application-role:jira read:avatar:jira read:group:jira read:project.component:jira read:project:jira read:user:jira write:project.component:jira
DELETE /rest/api/3/component/{id} | manage:jira-project | delete:project.component:jira
GET /rest/api/3/component/{id} | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:project.component:jira read:project:jira read:user:jira
PUT /rest/api/3/component/{id} | manage:jira-project | read:application-role:jira read:avatar:jira read:group:jira read:project.component:jira read:project:jira read:user:jira write:project.component:jira
GET /rest/api/3/config/fieldschemes | manage:jira-configuration | read:field-configuration-scheme:jira
POST /rest/api/3/config/fieldschemes | manage:jira-configuration | write:field-configuration-scheme:jira
PUT /rest/api/3/config/fieldschemes/fields | manage:jira-configuration | write:field-configuration:jira
PUT /rest/api/3/config/fieldschemes/projects | manage:jira-configuration | write:field-configuration:jira
GET /rest/api/3/config/fieldschemes/projects | manage:jira-configuration | read:field-configuration-scheme:jira
DELETE /rest/api/3/config/fieldschemes/{id} | manage:jira-configuration | write:field-configuration-scheme:jira
PUT /rest/api/3/config/fieldschemes/{id} | manage:jira-configuration | write:field-configuration-scheme:jira
GET /rest/api/3/config/fieldschemes/{id}/fields | manage:jira-configuration | read:field-configuration:jira
POST /rest/api/3/dashboard | write:jira-work | read:application-role:jira read:avatar:jira read:dashboard:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-role:jira read:project-version:jira read:project.component:jira read:project:jira read:user:jira write:dashboard:jira
PUT /rest/api/3/dashboard/bulk/edit | write:jira-work | read:application-role:jira read:avatar:jira read:dashboard:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-role:jira read:project-version:jira read:project.component:jira read:project:jira read:user:jira write:dashboard:jira
GET /rest/api/3/dashboard/search | read:jira-work | read:application-role:jira read:avatar:jira read:dashboard:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-role:jira read:project-version:jira read:project.component:jira read:project:jira read:user:jira
GET /rest/api/3/dashboard/{dashboardId}/gadget | read:jira-work | read:dashboard:jira
POST /rest/api/3/dashboard/{dashboardId}/gadget | read:jira-work write:jira-work | read:dashboard:jira write:dashboard:jira
DELETE /rest/api/3/dashboard/{dashboardId}/gadget/{gadgetId} | write:jira-work | write:dashboard:jira
PUT /rest/api/3/dashboard/{dashboardId}/gadget/{gadgetId} | write:jira-work | write:dashboard:jira
GET /rest/api/3/dashboard/{dashboardId}/items/{itemId}/properties | read:jira-work | read:dashboard.property:jira
GET /rest/api/3/dashboard/{dashboardId}/items/{itemId}/properties/{propertyKey} | read:jira-work | read:dashboard.property:jira
PUT /rest/api/3/dashboard/{dashboardId}/items/{itemId}/properties/{propertyKey} | write:jira-work | write:dashboard.property:jira
DELETE /rest/api/3/dashboard/{id} | write:jira-work | delete:dashboard:jira
GET /rest/api/3/dashboard/{id} | read:jira-work | read:application-role:jira read:avatar:jira read:dashboard:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-role:jira read:project-version:jira read:project.component:jira read:project:jira read:user:jira
PUT /rest/api/3/dashboard/{id} | write:jira-work | read:application-role:jira read:avatar:jira read:dashboard:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-role:jira read:project-version:jira read:project.component:jira read:project:jira read:user:jira write:dashboard:jira
GET /rest/api/3/field | read:jira-work | read:avatar:jira read:field-configuration:jira read:field:jira read:project-category:jira read:project:jira
POST /rest/api/3/field | manage:jira-configuration | read:avatar:jira read:field-configuration:jira read:field:jira read:project-category:jira read:project:jira write:field:jira
GET /rest/api/3/field/search | read:jira-work | read:field-configuration:jira read:field:jira
GET /rest/api/3/field/search/trashed | read:jira-work | read:field-configuration:jira read:field:jira read:user:jira
PUT /rest/api/3/field/{fieldId} | manage:jira-configuration | write:field:jira
GET /rest/api/3/field/{fieldId}/context | manage:jira-configuration | read:custom-field-contextual-configuration:jira read:field:jira
POST /rest/api/3/field/{fieldId}/context | manage:jira-configuration | read:custom-field-contextual-configuration:jira read:field:jira write:field:jira
GET /rest/api/3/field/{fieldId}/context/defaultValues | manage:jira-configuration | read:field.default-value:jira
GET /rest/api/3/field/{fieldId}/context/issuetypemapping | manage:jira-configuration | read:field:jira
GET /rest/api/3/field/{fieldId}/context/projectmapping | manage:jira-configuration | read:field:jira
DELETE /rest/api/3/field/{fieldId}/context/{contextId} | manage:jira-configuration | delete:field:jira
PUT /rest/api/3/field/{fieldId}/context/{contextId} | manage:jira-configuration | write:field:jira
PUT /rest/api/3/field/{fieldId}/context/{contextId}/issuetype | manage:jira-configuration | write:field:jira
GET /rest/api/3/field/{fieldId}/context/{contextId}/option | manage:jira-configuration | read:field.option:jira
POST /rest/api/3/field/{fieldId}/context/{contextId}/option | manage:jira-configuration | read:field.option:jira write:field.option:jira
PUT /rest/api/3/field/{fieldId}/context/{contextId}/option | manage:jira-configuration | read:field.option:jira write:field.option:jira
DELETE /rest/api/3/field/{fieldId}/context/{contextId}/option/{optionId} | manage:jira-configuration | delete:field.option:jira
PUT /rest/api/3/field/{fieldId}/context/{contextId}/project | manage:jira-configuration | write:field:jira
DELETE /rest/api/3/field/{id} | manage:jira-configuration | delete:field:jira
POST /rest/api/3/field/{id}/restore | manage:jira-configuration | write:field:jira
POST /rest/api/3/field/{id}/trash | manage:jira-configuration | delete:field:jira
POST /rest/api/3/filter | write:jira-work | read:application-role:jira read:avatar:jira read:filter:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-role:jira read:project-version:jira read:project.component:jira read:project:jira read:user:jira write:filter:jira
GET /rest/api/3/filter/search | read:jira-work | read:application-role:jira read:avatar:jira read:filter:jira read:group:jira read:issue-type-hierarchy:jira read:jql:jira read:project-role:jira read:project:jira read:user:jira
DELETE /rest/api/3/filter/{id} | write:jira-work | delete:filter:jira
GET /rest/api/3/filter/{id} | read:jira-work | read:application-role:jira read:avatar:jira read:filter:jira read:group:jira read:issue-type-hierarchy:jira read:jql:jira read:project-role:jira read:project:jira read:user:jira
PUT /rest/api/3/filter/{id} | write:jira-work | read:application-role:jira read:avatar:jira read:filter:jira read:group:jira read:issue-type-hierarchy:jira read:jql:jira read:project-role:jira read:project:jira read:user:jira write:filter:jira
DELETE /rest/api/3/filter/{id}/columns | write:jira-work | delete:filter.column:jira
PUT /rest/api/3/filter/{id}/columns | write:jira-work | write:filter.column:jira
GET /rest/api/3/filter/{id}/columns | read:jira-work | read:filter.column:jira
PUT /rest/api/3/filter/{id}/owner | write:jira-work | read:filter:jira write:filter:jira
DELETE /rest/api/3/group | manage:jira-configuration | delete:group:jira
POST /rest/api/3/group | manage:jira-configuration | read:avatar:jira read:group:jira read:user:jira write:group:jira
GET /rest/api/3/group/bulk | read:jira-user | read:group:jira
GET /rest/api/3/group/member | manage:jira-configuration | read:avatar:jira read:group:jira read:user:jira
POST /rest/api/3/group/user | manage:jira-configuration | read:avatar:jira read:group:jira read:user:jira write:group:jira
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
POST /rest/api/3/issueLinkType | manage:jira-configuration | write:issue-link-type:jira
DELETE /rest/api/3/issueLinkType/{issueLinkTypeId} | manage:jira-configuration | delete:issue-link-type:jira
PUT /rest/api/3/issueLinkType/{issueLinkTypeId} | manage:jira-configuration | read:issue-link-type:jira write:issue-link-type:jira
GET /rest/api/3/issuesecurityschemes | manage:jira-project | read:issue-security-level:jira read:issue-security-scheme:jira
POST /rest/api/3/issuesecurityschemes | manage:jira-configuration
GET /rest/api/3/issuesecurityschemes/level | manage:jira-configuration | read:issue-security-level:jira read:issue-security-scheme:jira
GET /rest/api/3/issuesecurityschemes/level/member | manage:jira-configuration | read:issue-security-level:jira read:issue-security-scheme:jira
PUT /rest/api/3/issuesecurityschemes/project | manage:jira-configuration
PUT /rest/api/3/issuesecurityschemes/{id} | manage:jira-configuration
DELETE /rest/api/3/issuesecurityschemes/{schemeId} | manage:jira-configuration
GET /rest/api/3/issuetype | read:jira-work | read:avatar:jira read:issue-type:jira read:project-category:jira read:project:jira
POST /rest/api/3/issuetype | manage:jira-configuration | read:avatar:jira read:issue-type:jira read:project-category:jira read:project:jira write:issue-type:jira
DELETE /rest/api/3/issuetype/{id} | manage:jira-configuration | delete:issue-type:jira
PUT /rest/api/3/issuetype/{id} | manage:jira-configuration | read:avatar:jira read:issue-type:jira read:project-category:jira read:project:jira write:issue-type:jira
GET /rest/api/3/issuetypescheme | manage:jira-configuration | read:issue-type-scheme:jira
POST /rest/api/3/issuetypescheme | manage:jira-configuration | write:issue-type-scheme:jira
GET /rest/api/3/issuetypescheme/mapping | manage:jira-configuration | read:issue-type-scheme:jira
GET /rest/api/3/issuetypescheme/project | manage:jira-configuration | read:issue-type-scheme:jira
PUT /rest/api/3/issuetypescheme/project | manage:jira-configuration | write:issue-type-scheme:jira write:project:jira
DELETE /rest/api/3/issuetypescheme/{issueTypeSchemeId} | manage:jira-configuration | delete:issue-type-scheme:jira write:project:jira
PUT /rest/api/3/issuetypescheme/{issueTypeSchemeId} | manage:jira-configuration | write:issue-type-scheme:jira
PUT /rest/api/3/issuetypescheme/{issueTypeSchemeId}/issuetype | manage:jira-configuration | write:issue-type-scheme:jira
PUT /rest/api/3/issuetypescheme/{issueTypeSchemeId}/issuetype/move | manage:jira-configuration | write:issue-type-scheme:jira
DELETE /rest/api/3/issuetypescheme/{issueTypeSchemeId}/issuetype/{issueTypeId} | manage:jira-configuration | write:issue-type-scheme:jira
GET /rest/api/3/issuetypescreenscheme | manage:jira-configuration | read:issue-type-screen-scheme:jira
POST /rest/api/3/issuetypescreenscheme | manage:jira-configuration | write:issue-type-screen-scheme:jira
GET /rest/api/3/issuetypescreenscheme/mapping | manage:jira-configuration | read:issue-type-screen-scheme:jira
GET /rest/api/3/issuetypescreenscheme/project | manage:jira-configuration | read:issue-type-screen-scheme:jira
PUT /rest/api/3/issuetypescreenscheme/project | manage:jira-configuration | write:issue-type-screen-scheme:jira write:project:jira
DELETE /rest/api/3/issuetypescreenscheme/{issueTypeScreenSchemeId} | manage:jira-configuration | delete:issue-type-screen-scheme:jira
PUT /rest/api/3/issuetypescreenscheme/{issueTypeScreenSchemeId} | manage:jira-configuration | write:issue-type-screen-scheme:jira
PUT /rest/api/3/issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping | manage:jira-configuration | write:issue-type-screen-scheme:jira
PUT /rest/api/3/issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping/default | manage:jira-configuration | write:issue-type-screen-scheme:jira
GET /rest/api/3/mypermissions | read:jira-work | read:permission:jira
GET /rest/api/3/myself | read:jira-user | read:application-role:jira read:avatar:jira read:group:jira read:user:jira
GET /rest/api/3/notificationscheme | manage:jira-configuration | read:avatar:jira read:field-configuration:jira read:field:jira read:group:jira read:notification-scheme:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira
POST /rest/api/3/notificationscheme | manage:jira-configuration
PUT /rest/api/3/notificationscheme/{id} | manage:jira-configuration
PUT /rest/api/3/notificationscheme/{id}/notification | manage:jira-configuration
DELETE /rest/api/3/notificationscheme/{notificationSchemeId} | manage:jira-configuration
DELETE /rest/api/3/notificationscheme/{notificationSchemeId}/notification/{notificationId} | manage:jira-configuration
GET /rest/api/3/permissionscheme | read:jira-work | read:application-role:jira read:avatar:jira read:field:jira read:group:jira read:permission-scheme:jira read:permission:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira
POST /rest/api/3/permissionscheme | manage:jira-configuration | read:application-role:jira read:avatar:jira read:field:jira read:group:jira read:permission-scheme:jira read:permission:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira write:permission-scheme:jira
DELETE /rest/api/3/permissionscheme/{schemeId} | manage:jira-configuration | delete:permission-scheme:jira
PUT /rest/api/3/permissionscheme/{schemeId} | manage:jira-configuration | read:application-role:jira read:avatar:jira read:field:jira read:group:jira read:permission-scheme:jira read:permission:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira write:permission-scheme:jira
GET /rest/api/3/priority | read:jira-work | read:priority:jira
POST /rest/api/3/priority | manage:jira-configuration
GET /rest/api/3/priorityscheme | manage:jira-configuration | read:priority-scheme:jira
POST /rest/api/3/priorityscheme | manage:jira-configuration | write:priority-scheme:jira
DELETE /rest/api/3/priorityscheme/{schemeId} | manage:jira-configuration | delete:priority-scheme:jira
PUT /rest/api/3/priorityscheme/{schemeId} | manage:jira-configuration | write:priority-scheme:jira
GET /rest/api/3/priorityscheme/{schemeId}/priorities | manage:jira-configuration | read:priority-scheme:jira
GET /rest/api/3/priorityscheme/{schemeId}/projects | manage:jira-configuration | read:priority-scheme:jira
GET /rest/api/3/priority/search | manage:jira-configuration
DELETE /rest/api/3/priority/{id} | manage:jira-configuration
PUT /rest/api/3/priority/{id} | manage:jira-configuration
GET /rest/api/3/project | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-version:jira read:project.component:jira read:project.property:jira read:project:jira read:user:jira
POST /rest/api/3/project | manage:jira-configuration | read:project:jira write:project:jira
GET /rest/api/3/project/search | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-version:jira read:project.component:jira read:project.property:jira read:project:jira read:user:jira
DELETE /rest/api/3/project/{projectIdOrKey} | manage:jira-configuration | delete:project:jira
GET /rest/api/3/project/{projectIdOrKey} | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-version:jira read:project.component:jira read:project.property:jira read:project:jira read:user:jira
PUT /rest/api/3/project/{projectIdOrKey} | manage:jira-project | read:application-role:jira read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-version:jira read:project.component:jira read:project.property:jira read:project:jira read:user:jira write:project.avatar:jira write:project:jira
GET /rest/api/3/project/{projectIdOrKey}/component | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:project.component:jira read:project:jira read:user:jira
GET /rest/api/3/project/{projectIdOrKey}/components | read:jira-work | read:application-role:jira read:avatar:jira read:group:jira read:project.component:jira read:project:jira read:user:jira
GET /rest/api/3/project/{projectIdOrKey}/features | read:jira-work | read:project.feature:jira
PUT /rest/api/3/project/{projectIdOrKey}/features/{featureKey} | manage:jira-project | read:project.feature:jira write:project.feature:jira
GET /rest/api/3/project/{projectIdOrKey}/properties | read:jira-work | read:project.property:jira
DELETE /rest/api/3/project/{projectIdOrKey}/properties/{propertyKey} | manage:jira-project | delete:project.property:jira
GET /rest/api/3/project/{projectIdOrKey}/properties/{propertyKey} | read:jira-work | read:project.property:jira
PUT /rest/api/3/project/{projectIdOrKey}/properties/{propertyKey} | manage:jira-project | write:project.property:jira
POST /rest/api/3/project/{projectIdOrKey}/restore | manage:jira-configuration | read:application-role:jira read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:issue-type:jira read:project-category:jira read:project-version:jira read:project.component:jira read:project.property:jira read:project:jira read:user:jira write:project:jira
GET /rest/api/3/project/{projectIdOrKey}/role | read:jira-work | read:project-role:jira
DELETE /rest/api/3/project/{projectIdOrKey}/role/{id} | manage:jira-project | delete:project-role:jira
GET /rest/api/3/project/{projectIdOrKey}/role/{id} | read:jira-work | read:avatar:jira read:group:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira
POST /rest/api/3/project/{projectIdOrKey}/role/{id} | manage:jira-configuration | read:avatar:jira read:group:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira write:project-role:jira
PUT /rest/api/3/project/{projectIdOrKey}/role/{id} | manage:jira-project | read:avatar:jira read:group:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira write:project-role:jira
GET /rest/api/3/project/{projectIdOrKey}/version | read:jira-work | read:project-version:jira
GET /rest/api/3/project/{projectIdOrKey}/versions | read:jira-work | read:project-version:jira
GET /rest/api/3/project/{projectKeyOrId}/issuesecuritylevelscheme | read:jira-work | read:issue-security-level:jira read:issue-security-scheme:jira
GET /rest/api/3/project/{projectKeyOrId}/notificationscheme | read:jira-work | read:avatar:jira read:field-configuration:jira read:field:jira read:group:jira read:notification-scheme:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira
GET /rest/api/3/project/{projectKeyOrId}/permissionscheme | read:jira-work | read:application-role:jira read:avatar:jira read:field:jira read:group:jira read:permission-scheme:jira read:permission:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira
PUT /rest/api/3/project/{projectKeyOrId}/permissionscheme | manage:jira-project | read:application-role:jira read:avatar:jira read:field:jira read:group:jira read:permission-scheme:jira read:permission:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira write:project:jira
GET /rest/api/3/projectCategory | read:jira-work | read:project-category:jira
POST /rest/api/3/projectCategory | manage:jira-project | read:project-category:jira write:project-category:jira
DELETE /rest/api/3/projectCategory/{id} | manage:jira-project | delete:project-category:jira
PUT /rest/api/3/projectCategory/{id} | manage:jira-project | read:project-category:jira write:project-category:jira
GET /rest/api/3/resolution | read:jira-work | read:resolution:jira
POST /rest/api/3/resolution | manage:jira-configuration
GET /rest/api/3/resolution/search | read:jira-work | read:resolution:jira
DELETE /rest/api/3/resolution/{id} | manage:jira-configuration
PUT /rest/api/3/resolution/{id} | manage:jira-configuration
GET /rest/api/3/role | manage:jira-configuration | read:avatar:jira read:group:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira
POST /rest/api/3/role | manage:jira-configuration | read:avatar:jira read:group:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira write:project-role:jira
DELETE /rest/api/3/role/{id} | manage:jira-configuration | delete:project-role:jira
GET /rest/api/3/role/{id} | manage:jira-configuration | read:avatar:jira read:group:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira
PUT /rest/api/3/role/{id} | manage:jira-configuration | read:avatar:jira read:group:jira read:project-category:jira read:project-role:jira read:project:jira read:user:jira write:project-role:jira
GET /rest/api/3/screens | manage:jira-project | read:avatar:jira read:project-category:jira read:project:jira read:screen:jira
POST /rest/api/3/screens | manage:jira-project | read:avatar:jira read:project-category:jira read:project:jira read:screen:jira write:screen:jira
DELETE /rest/api/3/screens/{screenId} | manage:jira-project | delete:screen:jira
PUT /rest/api/3/screens/{screenId} | manage:jira-project | read:avatar:jira read:project-category:jira read:project:jira read:screen:jira write:screen:jira
GET /rest/api/3/screens/{screenId}/tabs | manage:jira-project | read:screen-tab:jira
POST /rest/api/3/screens/{screenId}/tabs | manage:jira-project | read:screen-tab:jira write:screen-tab:jira
DELETE /rest/api/3/screens/{screenId}/tabs/{tabId} | manage:jira-project | delete:screen-tab:jira
GET /rest/api/3/screens/{screenId}/tabs/{tabId}/fields | manage:jira-project | read:screenable-field:jira
POST /rest/api/3/screens/{screenId}/tabs/{tabId}/fields | manage:jira-project | read:screenable-field:jira write:screenable-field:jira
DELETE /rest/api/3/screens/{screenId}/tabs/{tabId}/fields/{id} | manage:jira-project | delete:screenable-field:jira
GET /rest/api/3/screenscheme | manage:jira-project | read:issue-type-screen-scheme:jira read:screen-scheme:jira
POST /rest/api/3/screenscheme | manage:jira-configuration | write:screen-scheme:jira
DELETE /rest/api/3/screenscheme/{screenSchemeId} | manage:jira-project | delete:screen-scheme:jira
PUT /rest/api/3/screenscheme/{screenSchemeId} | manage:jira-configuration | write:screen-scheme:jira
POST /rest/api/3/search/approximate-count | read:jira-work | read:field.default-value:jira read:field.option:jira read:field:jira read:group:jira read:issue-details:jira
GET /rest/api/3/search/jql | read:jira-work | read:audit-log:jira read:avatar:jira read:field-configuration:jira read:issue-details:jira read:issue-meta:jira
POST /rest/api/3/search/jql | read:jira-work | read:field.default-value:jira read:field.option:jira read:field:jira read:group:jira read:issue-details:jira
GET /rest/api/3/serverInfo | public
GET /rest/api/3/status | read:jira-work | read:status:jira
DELETE /rest/api/3/statuses | manage:jira-configuration | write:workflow:jira
POST /rest/api/3/statuses | manage:jira-configuration | write:workflow:jira
PUT /rest/api/3/statuses | manage:jira-configuration | write:workflow:jira
GET /rest/api/3/statuses/search | manage:jira-configuration | read:workflow:jira
GET /rest/api/3/task/{taskId} | read:jira-work
GET /rest/api/3/user | read:jira-user | read:application-role:jira read:avatar:jira read:group:jira read:user:jira
GET /rest/api/3/user/bulk | read:jira-user | read:application-role:jira read:avatar:jira read:group:jira read:user:jira
GET /rest/api/3/user/search | read:jira-user | read:application-role:jira read:avatar:jira read:group:jira read:user.property:jira read:user:jira
GET /rest/api/3/users/search | read:jira-user | read:application-role:jira read:avatar:jira read:group:jira read:user:jira
POST /rest/api/3/version | manage:jira-project | read:project-version:jira write:project-version:jira
DELETE /rest/api/3/version/{id} | manage:jira-project | delete:project-version:jira
GET /rest/api/3/version/{id} | read:jira-work | read:project-version:jira
PUT /rest/api/3/version/{id} | manage:jira-project | read:project-version:jira write:project-version:jira
POST /rest/api/3/version/{id}/move | manage:jira-project | read:project-version:jira write:project-version:jira
POST /rest/api/3/version/{id}/removeAndSwap | manage:jira-project | delete:project-version:jira write:project-version:jira
DELETE /rest/api/3/workflow/{entityId} | manage:jira-configuration | delete:workflow:jira
GET /rest/api/3/workflow/{workflowId}/projectUsages | manage:jira-configuration | read:project:jira read:workflow:jira
POST /rest/api/3/workflows/create | manage:jira-configuration | write:workflow:jira
GET /rest/api/3/workflows/search | manage:jira-configuration | read:workflow:jira
POST /rest/api/3/workflows/update | manage:jira-configuration | write:workflow:jira
GET /rest/api/3/workflowscheme | manage:jira-configuration | read:application-role:jira read:avatar:jira read:group:jira read:issue-type:jira read:project-category:jira read:project:jira read:user:jira read:workflow-scheme:jira
POST /rest/api/3/workflowscheme | manage:jira-configuration | read:application-role:jira read:avatar:jira read:group:jira read:issue-type:jira read:project-category:jira read:project:jira read:user:jira read:workflow-scheme:jira write:workflow-scheme:jira
POST /rest/api/3/workflowscheme/read | manage:jira-configuration | read:workflow-scheme:jira
POST /rest/api/3/workflowscheme/update | manage:jira-configuration | write:workflow-scheme:jira
POST /rest/api/3/workflowscheme/update/mappings | manage:jira-configuration | write:workflow-scheme:jira
GET /rest/api/3/workflowscheme/project | manage:jira-configuration | read:application-role:jira read:avatar:jira read:group:jira read:issue-type:jira read:project-category:jira read:project:jira read:user:jira read:workflow-scheme:jira read:workflow:jira
POST /rest/api/3/workflowscheme/project/switch | manage:jira-configuration | write:project:jira write:workflow-scheme:jira
PUT /rest/api/3/workflowscheme/project | manage:jira-configuration | write:workflow-scheme:jira
GET /rest/api/3/workflowscheme/{workflowSchemeId}/projectUsages | manage:jira-configuration | read:project:jira read:workflow-scheme:jira
DELETE /rest/api/3/workflowscheme/{id} | manage:jira-configuration | delete:workflow-scheme:jira
PUT /rest/api/3/workflowscheme/{id} | manage:jira-configuration | read:application-role:jira read:avatar:jira read:group:jira read:issue-type:jira read:project-category:jira read:project:jira read:user:jira read:workflow-scheme:jira write:workflow-scheme:jira
GET /rest/api/3/worklog/deleted | read:jira-work | read:issue-worklog.property:jira read:issue-worklog:jira
POST /rest/api/3/worklog/list | read:jira-work | read:avatar:jira read:comment:jira read:group:jira read:issue-worklog.property:jira read:issue-worklog:jira read:project-role:jira read:user:jira
GET /rest/api/3/worklog/updated | read:jira-work | read:issue-worklog.property:jira read:issue-worklog:jira
GET /rest/servicedeskapi/organization | manage:servicedesk-customer | read:organization:jira-service-management
POST /rest/servicedeskapi/organization | manage:servicedesk-customer | read:organization:jira-service-management write:organization:jira-service-management
DELETE /rest/servicedeskapi/organization/{organizationId} | manage:servicedesk-customer | delete:organization:jira-service-management read:organization:jira-service-management
GET /rest/servicedeskapi/organization/{organizationId}/property | manage:servicedesk-customer | read:organization.property:jira-service-management
GET /rest/servicedeskapi/organization/{organizationId}/property/{propertyKey} | manage:servicedesk-customer | read:organization.property:jira-service-management
PUT /rest/servicedeskapi/organization/{organizationId}/property/{propertyKey} | manage:servicedesk-customer | read:organization.property:jira-service-management write:organization.property:jira-service-management
DELETE /rest/servicedeskapi/organization/{organizationId}/user | manage:servicedesk-customer | delete:organization.user:jira-service-management read:organization.user:jira-service-management read:user:jira
GET /rest/servicedeskapi/organization/{organizationId}/user | manage:servicedesk-customer | read:organization.user:jira-service-management read:user:jira
POST /rest/servicedeskapi/organization/{organizationId}/user | manage:servicedesk-customer | read:organization.user:jira-service-management read:user:jira write:organization.user:jira-service-management
GET /rest/servicedeskapi/request | read:servicedesk-request | read:request:jira-service-management read:user:jira
GET /rest/servicedeskapi/request/{issueIdOrKey} | read:servicedesk-request | read:request:jira-service-management read:user:jira
GET /rest/servicedeskapi/request/{issueIdOrKey}/approval | read:servicedesk-request | read:request.approval:jira-service-management read:user:jira
GET /rest/servicedeskapi/request/{issueIdOrKey}/approval/{approvalId} | read:servicedesk-request | read:request.approval:jira-service-management read:user:jira
POST /rest/servicedeskapi/request/{issueIdOrKey}/approval/{approvalId} | write:servicedesk-request | read:request.approval:jira-service-management read:user:jira write:request.approval:jira-service-management
GET /rest/servicedeskapi/request/{issueIdOrKey}/comment | read:servicedesk-request | read:request.comment:jira-service-management read:user:jira
POST /rest/servicedeskapi/request/{issueIdOrKey}/comment | write:servicedesk-request | read:request.comment:jira-service-management read:user:jira write:request.comment:jira-service-management
GET /rest/servicedeskapi/request/{issueIdOrKey}/comment/{commentId} | read:servicedesk-request | read:request.comment:jira-service-management read:user:jira
DELETE /rest/servicedeskapi/request/{issueIdOrKey}/participant | write:servicedesk-request | delete:request.participant:jira-service-management read:request.participant:jira-service-management read:user:jira
GET /rest/servicedeskapi/request/{issueIdOrKey}/participant | read:servicedesk-request | read:request.participant:jira-service-management read:user:jira
POST /rest/servicedeskapi/request/{issueIdOrKey}/participant | write:servicedesk-request | read:request.participant:jira-service-management read:user:jira write:request.participant:jira-service-management
GET /rest/servicedeskapi/request/{issueIdOrKey}/sla | read:jira-work | read:request.sla:jira-service-management
GET /rest/servicedeskapi/request/{issueIdOrKey}/sla/{slaMetricId} | read:jira-work | read:request.sla:jira-service-management
DELETE /rest/servicedeskapi/request/{requestIdOrKey}/feedback | write:servicedesk-request | delete:request.feedback:jira-service-management read:request.feedback:jira-service-management read:user:jira
GET /rest/servicedeskapi/request/{requestIdOrKey}/feedback | read:servicedesk-request | read:request.feedback:jira-service-management read:user:jira
POST /rest/servicedeskapi/request/{requestIdOrKey}/feedback | write:servicedesk-request | read:request.feedback:jira-service-management read:user:jira write:request.feedback:jira-service-management
GET /rest/servicedeskapi/servicedesk | read:servicedesk-request | read:servicedesk:jira-service-management
GET /rest/servicedeskapi/servicedesk/{serviceDeskId} | read:servicedesk-request | read:servicedesk:jira-service-management
GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/customer | manage:servicedesk-customer | read:servicedesk.customer:jira-service-management read:user:jira
POST /rest/servicedeskapi/servicedesk/{serviceDeskId}/customer | manage:servicedesk-customer | read:servicedesk.customer:jira-service-management write:servicedesk.customer:jira-service-management
GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/knowledgebase/article | read:servicedesk-request | read:knowledgebase:jira-service-management
GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/organization | manage:servicedesk-customer | read:servicedesk.organization:jira-service-management
POST /rest/servicedeskapi/servicedesk/{serviceDeskId}/organization | manage:servicedesk-customer | read:servicedesk.organization:jira-service-management write:servicedesk.organization:jira-service-management
GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/queue | read:jira-work | read:jql:jira read:queue:jira-service-management read:user:jira
GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype | read:servicedesk-request | read:requesttype:jira-service-management
POST /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype | read:requesttype:jira-service-management write:requesttype:jira-service-management
DELETE /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId} | manage:jira-project
GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttypegroup | read:servicedesk-request | read:requesttype:jira-service-management
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
