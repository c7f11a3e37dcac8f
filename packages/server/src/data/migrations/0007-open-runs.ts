import type { Migration } from "./migration.ts";

/** Every list of sites says what is under way: few rows among very many. */
const indexes = `
create index runs_open on runs (organization_id, created_at desc) where status in ('queued', 'running');
create index restores_open on restores (organization_id) where status in ('queued', 'running', 'undoing');
`;

/** What is under way is found without reading what has ended. */
export const openRuns: Migration = { id: 7, name: "open-runs", sql: indexes };
