import type { ScopeTable } from "../http/router.ts";
import { assetsRoot } from "./asset-answers.ts";

/** Operation below the workspace, then its one granular scope without `:jira`. From Atlassian's reference of the Assets API. */
const rows = `
GET objectschema/list | read:cmdb-schema
POST objectschema/create | write:cmdb-schema
GET objectschema/{id} | read:cmdb-schema
PUT objectschema/{id} | write:cmdb-schema
DELETE objectschema/{id} | delete:cmdb-schema
GET objectschema/{id}/attributes | read:cmdb-attribute
GET objectschema/{id}/objecttypes | read:cmdb-type
GET objectschema/{id}/objecttypes/flat | read:cmdb-type
POST global/config/objectschema/{id}/property | write:cmdb-config
POST objecttype/create | write:cmdb-type
GET objecttype/{id} | read:cmdb-type
PUT objecttype/{id} | write:cmdb-type
DELETE objecttype/{id} | delete:cmdb-type
GET objecttype/{id}/attributes | read:cmdb-attribute
POST objecttype/{id}/position | write:cmdb-type
POST objecttypeattribute/{objectTypeId} | write:cmdb-attribute
PUT objecttypeattribute/{objectTypeId}/{id} | write:cmdb-attribute
DELETE objecttypeattribute/{id} | delete:cmdb-attribute
GET config/statustype | read:cmdb-config
POST config/statustype | write:cmdb-config
GET config/statustype/{id} | read:cmdb-config
PUT config/statustype/{id} | write:cmdb-config
DELETE config/statustype/{id} | delete:cmdb-config
GET icon/global | read:cmdb-icon
GET icon/{id} | read:cmdb-icon
POST object/aql | read:cmdb-object
POST object/aql/totalcount | read:cmdb-object
POST object/create | write:cmdb-object
GET object/{id} | read:cmdb-object
PUT object/{id} | write:cmdb-object
DELETE object/{id} | delete:cmdb-object
GET object/{id}/attributes | read:cmdb-object
GET object/{id}/history | read:cmdb-object
GET object/{id}/referenceinfo | read:cmdb-object
GET objectconnectedtickets/{objectId}/tickets | read:cmdb-object
`;

/** Which scope each operation of Assets needs of an app; an API token needs none. */
export const assetsScopes: ScopeTable = {
	...Object.fromEntries(
		rows
			.trim()
			.split("\n")
			.map((row) => {
				const [operation = "", scope = ""] = row.split(" | ");
				const [method, path] = operation.split(" ");
				return [`${method} ${assetsRoot}/${path}`, [[`${scope}:jira`]]];
			}),
	),
	"GET /rest/servicedeskapi/assets/workspace": [["read:servicedesk-request"]],
};
