export type { LocalSignIn } from "./access/local-password.ts";
export { type SettingRow, settingRows } from "./config/demo-config.ts";
export { type OpenPlatform, openPlatform, type PlatformOptions, type RunningServer, type ServeOptions, serve } from "./server.ts";
export type { SiteBackends, VaultPlace } from "./sites/backends.ts";
export { realBackends } from "./sites/real-backends.ts";
