/** Leaves out members that are null: Atlassian writes null where its documents declare a text. */
export function withoutNulls(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutNulls);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, member]) => member !== null)
			.map(([name, member]) => [name, withoutNulls(member)]),
	);
}

type Loose = Record<string, unknown>;
const list = (value: unknown): Loose[] => (Array.isArray(value) ? (value as Loose[]) : []);

/** Where Atlassian's live answers differ from its own documents, seen by several users; each turns the answer into the documented form. */
const deviations: Readonly<Record<string, (body: Loose) => void>> = {
	"GET /rest/api/3/project/search": (body) => {
		// `expand=projectKeys` is documented, what it adds is not.
		for (const project of list(body.values)) delete project.projectKeys;
	},
	"GET /rest/api/3/project/{projectIdOrKey}": (body) => {
		delete body.projectKeys;
	},
	"GET /rest/api/3/bulk/queue/{taskId}": (body) => {
		// Its examples have numbers, its schema texts.
		for (const name of ["created", "started", "updated"]) if (typeof body[name] === "number") body[name] = String(body[name]);
	},
	"POST /rest/api/3/changelog/bulkfetch": (body) => {
		// `created` is a number here and a text everywhere else; the documents say text.
		for (const log of list(body.issueChangeLogs)) {
			for (const history of list(log.changeHistories)) history.created = String(history.created);
		}
	},
};

/** Takes known deviations out of a copy of an answer before it is held against the documents. */
export function withoutKnownDeviations(operation: string, body: unknown): unknown {
	const correct = deviations[operation];
	if (correct !== undefined && typeof body === "object" && body !== null) correct(body as Loose);
	return body;
}

/** Bodies in which null takes something away: the documents' words say so, their schemas do not. */
const takesNulls: ReadonlySet<string> = new Set(["PUT /rest/api/3/screenscheme/{screenSchemeId}"]);

/** A request's body as the documents' schemas have it. */
export function asDeclared(operation: string, body: unknown): unknown {
	return takesNulls.has(operation) ? withoutNulls(body) : body;
}
