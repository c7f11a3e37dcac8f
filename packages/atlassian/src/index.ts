export { allConfluenceLimits } from "./confluence/blind-spots.ts";
export { type OpenConnectorOptions, openConnector } from "./connector.ts";
export { consentAddress, type GrantedSite, grantedSites, scopesToRestore, takeConsent } from "./consent.ts";
export type { ApiBudget } from "./http/client.ts";
export type { Connection, Credential, CredentialStore } from "./http/connection.ts";
export { allJiraLimits } from "./jira/limits.ts";
export { allKinds } from "./registry.ts";
