import { z } from "zod";
import { optionalText } from "./setting-schemas.ts";

/** The applications that this server is at Microsoft and at Atlassian: each has an id and a secret, or there is none. */
export const applicationSettings = {
	"entra-client-id": {
		text: "our application in Microsoft Entra ID, with which people sign in; empty for none",
		must: "be the application's id",
		fallback: "",
		schema: optionalText,
	},
	"entra-client-secret": {
		text: "secret of that application",
		must: "be the application's secret",
		fallback: "",
		schema: optionalText,
		secret: true,
	},
	"entra-authority": {
		text: "whose accounts sign in: those of any organization, or with a tenant's id in place of organizations those of one",
		must: "be an address like https://login.microsoftonline.com/organizations/v2.0",
		fallback: "https://login.microsoftonline.com/organizations/v2.0",
		schema: z.url({ protocol: /^https?$/ }),
	},
	"atlassian-client-id": {
		text: "our OAuth 2.0 (3LO) app at Atlassian, with which sites are connected; empty lets each person name their own",
		must: "be the app's client id",
		fallback: "",
		schema: optionalText,
	},
	"atlassian-client-secret": {
		text: "secret of that app",
		must: "be the app's secret",
		fallback: "",
		schema: optionalText,
		secret: true,
	},
} as const;

interface ReadApplications {
	readonly "entra-client-id"?: string | undefined;
	readonly "entra-client-secret"?: string | undefined;
	readonly "entra-authority"?: string | undefined;
	readonly "atlassian-client-id"?: string | undefined;
	readonly "atlassian-client-secret"?: string | undefined;
}

/** An id without its secret, or a secret without its id. */
export function halfApplications(values: ReadApplications): string[] {
	return (["entra", "atlassian"] as const)
		.filter((name) => (values[`${name}-client-id`] === undefined) !== (values[`${name}-client-secret`] === undefined))
		.map((name) => `--${name}-client-id and --${name}-client-secret go together`);
}

/** What the server is started with. */
export function applicationsOf(values: ReadApplications & { readonly "entra-authority": string }) {
	const pair = (name: "entra" | "atlassian") => {
		const [clientId, clientSecret] = [values[`${name}-client-id`], values[`${name}-client-secret`]];
		return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
	};
	const entra = pair("entra");
	return {
		entra: entra === undefined ? undefined : { ...entra, authority: values["entra-authority"] },
		atlassianApp: pair("atlassian"),
	};
}
