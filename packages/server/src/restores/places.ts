/** Names of the places in the database that sealed values of restores are bound to. */
export const places = {
	request: (planId: string) => `restore_plans.request/${planId}`,
	plan: (planId: string) => `restore_plans.plan/${planId}`,
	planError: (planId: string) => `restore_plans.error/${planId}`,
	label: (restoreId: string) => `restores.label/${restoreId}`,
	reason: (restoreId: string) => `restores.reason/${restoreId}`,
	undo: (restoreId: string) => `restores.undo/${restoreId}`,
	error: (restoreId: string) => `restores.error/${restoreId}`,
	trial: (trialId: string) => `drill_trials.plan/${trialId}`,
	trialRecord: (trialId: string, seq: number) => `drill_journal.record/${trialId}/${seq}`,
	record: (restoreId: string, seq: number) => `restore_journal.record/${restoreId}/${seq}`,
};
