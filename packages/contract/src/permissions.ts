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

export const permission = z.enum(permissions).meta({ id: "Permission" });
export type Permission = z.infer<typeof permission>;

const seeing = ["status.see"] as const satisfies readonly Permission[];

/** What each built-in role may do. */
export const rolePermissions = {
	owner: permissions,
	admin: permissions.filter((name) => name !== "billing.manage" && name !== "data.delete"),
	"restore-operator": [...seeing, "backup.run", "item.preview", "item.restore", "item.export"],
	viewer: seeing,
	auditor: [...seeing, "audit.read"],
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof rolePermissions;
export const role = z.enum(Object.keys(rolePermissions) as [Role, ...Role[]]);

/** Who may call an endpoint: everybody, everybody who is signed in, or who holds a permission. */
export type Access = Permission | "anyone" | "signed-in";
