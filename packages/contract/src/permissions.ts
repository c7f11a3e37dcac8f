import { z } from "zod";

/** Everything that can be allowed, as a closed list. */
export const permissions = [
	"status.see",
	"backup.run",
	"item.preview",
	"item.restore",
	"item.export",
	"policy.edit",
	"retention.edit",
	"site.connect",
	"members.manage",
	"keys.manage",
	"api-keys.manage",
	"audit.read",
	"billing.manage",
	"data.delete",
] as const;

/** What each permission allows, as people say it after "may". */
export const permissionNames: Readonly<Record<(typeof permissions)[number], string>> = {
	"status.see": "see how backups are doing",
	"backup.run": "start and stop backups",
	"item.preview": "look at what is backed up",
	"item.restore": "restore items",
	"item.export": "download items and files",
	"policy.edit": "change schedules and notices",
	"retention.edit": "change what is kept, and pin restore points",
	"site.connect": "connect sites and change their connections",
	"members.manage": "manage people, roles and sign-in",
	"keys.manage": "manage keys and storage",
	"api-keys.manage": "manage API keys",
	"audit.read": "read the audit log",
	"billing.manage": "manage billing",
	"data.delete": "export and delete all of the organization’s data",
};

export const permission = z.enum(permissions).meta({ id: "Permission" });
export type Permission = z.infer<typeof permission>;

/** What goes over the whole organization: nobody who is limited to sites or spaces holds it. */
export const organizationPermissions: readonly Permission[] = [
	"members.manage",
	"keys.manage",
	"api-keys.manage",
	"audit.read",
	"billing.manage",
	"data.delete",
];

/** What somebody who is limited to spaces can hold: everything else goes over whole sites. */
export const spacePermissions: readonly Permission[] = ["status.see", "item.preview", "item.restore", "item.export"];

const seeing = ["status.see"] as const satisfies readonly Permission[];

/** What each built-in role may do. */
export const rolePermissions = {
	owner: permissions,
	admin: permissions.filter((name) => name !== "billing.manage" && name !== "data.delete"),
	"backup-operator": [...seeing, "backup.run", "policy.edit"],
	"restore-operator": [...seeing, "backup.run", "item.preview", "item.restore", "item.export"],
	viewer: seeing,
	auditor: [...seeing, "audit.read"],
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof rolePermissions;
export const role = z.enum(Object.keys(rolePermissions) as [Role, ...Role[]]);

/** What the built-in roles are called. */
export const roleNames: Readonly<Record<Role, string>> = {
	owner: "Owner",
	admin: "Administrator",
	"backup-operator": "Backup operator",
	"restore-operator": "Restore operator",
	viewer: "Viewer",
	auditor: "Auditor",
};

/** Who may call an endpoint: everybody, everybody who is signed in, or who holds a permission. */
export type Access = Permission | "anyone" | "signed-in";
