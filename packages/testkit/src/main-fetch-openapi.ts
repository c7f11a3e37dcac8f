import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** Atlassian's public addresses of its official OpenAPI documents. */
const documents = {
	"jira-platform-v3.json": "https://dac-static.atlassian.com/cloud/jira/platform/swagger-v3.v3.json",
	"jira-software.json": "https://dac-static.atlassian.com/cloud/jira/software/swagger.v3.json",
	"jira-service-management.json": "https://dac-static.atlassian.com/cloud/jira/service-desk/swagger.v3.json",
	"confluence-v2.json": "https://dac-static.atlassian.com/cloud/confluence/openapi-v2.v3.json",
	"confluence-v1.json": "https://dac-static.atlassian.com/cloud/confluence/swagger.v3.json",
} as const;

const folder = join(resolve(import.meta.dirname, "../../.."), ".openapi", "openapi");
await mkdir(folder, { recursive: true });
for (const [name, address] of Object.entries(documents)) {
	const response = await fetch(address).catch((error: unknown) => error);
	if (!(response instanceof Response) || !response.ok) {
		const why = response instanceof Response ? `status ${response.status}` : String((response as Error).cause ?? response);
		process.stderr.write(`${name}: ${address} could not be fetched: ${why}\n`);
		process.exitCode = 1;
		continue;
	}
	const text = await response.text();
	const { info } = JSON.parse(text) as { info: { version: string } };
	await writeFile(join(folder, name), text);
	process.stdout.write(`${name}: version ${info.version}, ${text.length} characters\n`);
}
