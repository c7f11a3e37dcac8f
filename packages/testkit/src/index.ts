export { atlassianDocuments } from "./atlassian-documents.ts";
export { launchBrowser } from "./browser.ts";
