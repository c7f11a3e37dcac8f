import { HttpError } from "../http/errors.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Site } from "../site/site.ts";
import type { AssetsState } from "./state.ts";

/** Where everything of Assets lies, below the gateway: an API token comes to its root, an app through the site's cloud id. */
export const assetsRoot = "/jsm/assets/workspace/{workspaceId}/v1";

/** A refusal as Assets writes it. */
export const assetsError = (status: number, message: string, errors: Readonly<Record<string, string>> = {}): HttpError =>
	new HttpError(status, { errorMessages: [message], errors });

/** The workspace that a request names. @throws HttpError 404 for another site's, and where there is none */
export function workspaceOf(site: Site, request: RequestContext): AssetsState {
	if (site.assets.workspaceId === undefined || param(request, "workspaceId") !== site.assets.workspaceId) {
		throw assetsError(404, "The workspace does not exist.");
	}
	return site.assets;
}

/** The thing that a request names. @throws HttpError 404 */
export function found<T>(things: ReadonlyMap<string, T>, id: string, what: string): T {
	const thing = things.get(id);
	if (thing === undefined) throw assetsError(404, `No ${what} found with id: ${id}`);
	return thing;
}

/** What every thing of Assets begins with. */
export const named = (state: AssetsState, id: string) => ({ workspaceId: state.workspaceId, globalId: `${state.workspaceId}:${id}`, id });
