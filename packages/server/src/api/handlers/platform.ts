import type { OwnApp } from "@skyeworx/contract";
import type { PublicAddress } from "../../access/cookies.ts";
import type { Entra } from "../../access/entra.ts";
import type { LocalSignIn } from "../../access/local-password.ts";
import type { DeliverPorts } from "../../notify/deliver.ts";
import type { RequestPorts } from "../../runs/request-run.ts";
import type { ChangePorts } from "../../sites/change-site.ts";
import type { ReadSitePorts } from "../../sites/read-sites.ts";
import type { ChangeKeyPorts } from "../../storage/change-site-key.ts";

/** Everything that some handler needs; each use-case takes the few that it names itself. */
export interface Platform extends PublicAddress, DeliverPorts, ChangePorts, ReadSitePorts, RequestPorts, ChangeKeyPorts {
	readonly version: string;
	/** What Atlassian gives one app in an hour, as this server was told. */
	readonly pointsPerHour: number | undefined;
	readonly local: LocalSignIn | undefined;
	/** Sign-in with Microsoft Entra ID, when an application is set up. */
	readonly entra: Entra | undefined;
	/** Our own OAuth app at Atlassian; without one each person who connects a site names theirs. */
	readonly atlassianApp: OwnApp | undefined;
	/** The simulated site's own pages, when there is one. */
	readonly simulatorUrl: string | undefined;
	/** Aborts when the server begins to stop: live streams end then. */
	readonly closing: AbortSignal;
}
