export type { LocalSignIn } from "./access/local-password.ts";
export { settingRows } from "./config/demo-config.ts";
export { serveSettingRows } from "./config/serve-config.ts";
export type { SettingRow } from "./config/settings.ts";
export { type OpenPlatform, openPlatform, type PlatformOptions, type RunningServer, type ServeOptions, serve } from "./server.ts";
export type { SiteBackends, VaultPlace } from "./sites/backends.ts";
export { realBackends } from "./sites/real-backends.ts";
