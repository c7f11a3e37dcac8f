export type { SimulatorControls } from "./admin/admin-routes.ts";
export type { Violation } from "./contract/violation.ts";
export type { FaultKind, FaultRule, Faults } from "./faults/faults.ts";
export type { LoggedRequest, RequestLog } from "./http/request-log.ts";
export type { LimitSettings, Limits } from "./limits/limits.ts";
export { type RunningSimulator, type SimulatorOptions, startSimulator } from "./server.ts";
export { SimulatorClock } from "./site/clock.ts";
export type { Site } from "./site/site.ts";
export type { Switches } from "./site/switches.ts";
