import type { Generated } from "kysely";

interface Owned {
	organization_id: string;
}

interface SiteGrantRow extends Owned {
	id: string;
	user_id: string;
	sealed_grant: Buffer;
	/** Whether the person has come back with it. */
	granted: Generated<boolean>;
	/** Set while a site is connected with it: a refresh token serves one site. */
	used_at: Generated<Date | null>;
	expires_at: Date;
}

/** Of sites that a person connects; others were set up by a script. */
interface SiteSetupRow extends Owned {
	site_id: string;
	looked_at: Generated<Date | null>;
	finished_at: Generated<Date | null>;
}

/** The tables of connecting sites. */
export interface SetupTables {
	site_grants: SiteGrantRow;
	site_setups: SiteSetupRow;
}
