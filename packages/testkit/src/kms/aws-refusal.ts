/** How AWS says no: a code, a status and a sentence. */
export class AwsRefusal extends Error {
	readonly code: string;
	readonly status: number;

	constructor(code: string, message: string, status = 400) {
		super(message);
		this.code = code;
		this.status = status;
	}
}
