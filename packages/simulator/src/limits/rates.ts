const byMethod: Readonly<Record<string, number>> = { GET: 100, POST: 100, PUT: 50, DELETE: 50, PATCH: 50 };

const exceptions: Readonly<Record<string, number>> = {
	"GET /rest/api/3/issue/{issueIdOrKey}": 150,
	"GET /rest/api/3/issue/{issueIdOrKey}/changelog": 200,
	"GET /rest/api/3/attachment/content/{id}": 300,
	"GET /rest/api/3/user": 150,
	"GET /wiki/api/v2/pages/{id}/descendants": 300,
	"POST /rest/api/3/search/approximate-count": 150,
	"GET /rest/api/3/component/{id}": 200,
};

/** Requests per second that Atlassian publishes for an operation (tenant-wide burst). */
export function operationRate(method: string, template: string): number {
	return exceptions[`${method} ${template}`] ?? byMethod[method] ?? 50;
}
