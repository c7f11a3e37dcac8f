/** A value that a field does not take; the message is what Jira writes beside the field's id. */
export class FieldProblem extends Error {
	constructor(message: string) {
		super(message);
		this.name = "FieldProblem";
	}
}
