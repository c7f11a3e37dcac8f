import type { Answer } from "../http/answer.ts";
import type { RequestContext } from "../http/request.ts";
import type { Route } from "../http/router.ts";

/** A request or an answer that the official documents do not allow, or a crash of the simulator itself. */
export interface Violation {
	/** `"GET /rest/api/3/issue/{issueIdOrKey}"`. */
	readonly operation: string;
	readonly side: "request" | "answer" | "simulator";
	/** JSON pointer into the body, or `?name` for a query parameter. */
	readonly pointer: string;
	readonly message: string;
}

/** Holds a request and its answer against the official documents. */
export interface ContractCheck {
	/** Whether the documents have this operation; names of template parameters don't matter. */
	knows(method: string, template: string): boolean;
	check(route: Route, request: RequestContext, answer: Answer): readonly Violation[];
}
