import type { SimulatorControls } from "../admin/admin-routes.ts";
import type { Router } from "../http/router.ts";

/** Registers the small HTML pages. */
export function registerPages(_router: Router, _controls: SimulatorControls): void {}
