import type { Fidelity, FidelityRow, FieldFidelity } from "@skyeworx/engine";

const exact: FieldFidelity = { level: "exact" };
const degraded = (why: string): FieldFidelity => ({ level: "degraded", why });
const impossible = (reason: string): FieldFidelity => ({ level: "impossible", reason });
const row = (field: string, label: string, inPlace: FieldFidelity, recreated: FieldFidelity = inPlace): FidelityRow => ({
	field,
	label,
	inPlace,
	recreated,
});

const byConnection = "Atlassian records the connection's account as the one who made it.";

/** Why grants can't be written with some credentials. */
export const closedToApps = "Atlassian lets no app change space permissions: an API token of a space administrator can.";

/** What comes back of a space, and how well. */
export const spaceFidelity: Fidelity = [
	row("id", "Id", exact, impossible("Atlassian gives a space that is created again a new id; what names it is changed to that.")),
	row("key", "Key", exact, degraded("The same, unless a space has it now; a copy gets one of its own.")),
	row("name", "Name", exact),
	row("description", "Description", exact),
	row("status", "Status", degraded("A space in Atlassian's trash comes out of it by hand only."), exact),
	row("homepageId", "Home page", exact, degraded("The home page that Atlassian makes with the space becomes what the old one was.")),
	row("type", "Type", exact, degraded("A space that is created again is a global one.")),
	row("labels", "Labels", exact),
	row("properties.*", "Space properties", exact),
	row("permissions", "Permissions", degraded(closedToApps), degraded(`${closedToApps} The connection's account keeps its own.`)),
	row("roles", "Roles", exact, degraded("The connection's account keeps its own.")),
	row("look.theme", "Theme", exact),
	row("look.selected", "Look and feel", degraded("Atlassian takes looks of its own only where a theme is set.")),
	row("look.custom", "Colours", exact),
	row("look.contentMode", "Density", exact),
	row("look.routeOverrideEnabled", "Home page of the theme", exact),
	row("authorId", "Author", exact, impossible(byConnection)),
	row("spaceOwnerId", "Owner", exact, impossible(byConnection)),
	row("createdAt", "Creation date", exact, impossible("Atlassian dates a space by itself.")),
	row("icon", "Icon", exact, impossible("Atlassian's API writes no icons.")),
	row("currentActiveAlias", "Name in addresses", exact, degraded("It is the key.")),
];
