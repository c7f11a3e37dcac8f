export { atlassianDocuments } from "./atlassian-documents.ts";
export { axeViolations } from "./axe.ts";
export { launchBrowser } from "./browser.ts";
