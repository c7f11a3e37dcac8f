import { AppError, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import type { ApiCall, HttpClient } from "../../http/http-client.ts";

/** What is asked of one site's Assets. */
export interface Assets {
	readonly client: HttpClient;
	readonly workspaceId: string;
	readonly signal: AbortSignal | undefined;
}

const root = "/jsm/assets/workspace/{workspaceId}/v1";
const workspaces = z.object({ values: z.array(z.object({ workspaceId: z.string().min(1) })) });

/** Where Assets tells its workspace; the plan decides whether there is one. */
export const workspaceScope = "read:servicedesk-request";

/** Name under which a reading remembers the workspace. */
export const workspaceOnce = "assets workspace";

/** The id of the site's Assets; undefined where its plan has none. One request. */
export async function findWorkspace(client: HttpClient, signal: AbortSignal | undefined): Promise<string | undefined> {
	const call = { method: "GET", path: "/rest/servicedeskapi/assets/workspace", signal } as const;
	return (await client.read(call, workspaces)).values[0]?.workspaceId;
}

/** The site's Assets, to be written. @throws AppError `restore-failed` where there is none */
export async function openAssets(client: HttpClient, signal: AbortSignal | undefined): Promise<Assets> {
	const workspaceId = await findWorkspace(client, signal);
	if (workspaceId === undefined) {
		throw new AppError("restore-failed", "The site has no Assets", { hint: "Assets comes with Jira Service Management Premium." });
	}
	return { client, workspaceId, signal };
}

type AssetsCall = Omit<ApiCall, "path" | "signal"> & { readonly path: string };

/** A call below the workspace: `objectschema/{id}`. */
export function callOf({ workspaceId, signal }: Omit<Assets, "client">, call: AssetsCall): ApiCall {
	return { ...call, path: `${root}/${call.path}`, parameters: { ...call.parameters, workspaceId }, signal };
}

/** The answer to such a call. */
export async function ask(assets: Assets, call: AssetsCall): Promise<JsonValue> {
	return (await assets.client.call(callOf(assets, call))).json;
}
