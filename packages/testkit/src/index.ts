export { atlassianDocuments } from "./atlassian-documents.ts";
export { axeViolations } from "./axe.ts";
export { launchBrowser } from "./browser.ts";
export { type KeyVaultSimulator, startKeyVaultSimulator } from "./key-vault/key-vault-simulator.ts";
export { type KmsFault, type KmsRequest, type KmsSimulator, startKmsSimulator } from "./kms/kms-simulator.ts";
export { type S3Fault, type S3Request, type S3Server, startS3Server } from "./object-store/s3-server.ts";
export { type ObjectVersion, VersionedObjects } from "./object-store/versioned-objects.ts";
