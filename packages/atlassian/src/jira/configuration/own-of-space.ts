/** Why what belongs to one team-managed space can't be made again; said in the plan. */
export const ownOfSpace =
	"It belongs to one team-managed space: it is not made again by itself, and a space that is made again has what Jira's template gives it instead.";
