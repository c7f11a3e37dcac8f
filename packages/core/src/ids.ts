declare const brand: unique symbol;

/** Marks a string as one kind of id, so that two ids can't be swapped by mistake. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A customer. UUID. */
export type OrganizationId = Brand<string, "organization">;
/** One connected Atlassian Cloud site. UUID of ours, not Atlassian's cloudId. */
export type SiteId = Brand<string, "site">;
/** One execution of a backup, restore or verification. UUID. */
export type RunId = Brand<string, "run">;
/** One reviewed restore plan. UUID. */
export type PlanId = Brand<string, "plan">;
