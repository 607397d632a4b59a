/**
 * Files that read or write JSON by JSON.parse, JSON.stringify or `.json()`, each for a reason. Whatever holds JSON of a user
 * or of another system goes through `readJson` and `writeJson` of core/user-json.ts, which keep its numbers.
 */
export const OWN_JSON: Record<string, readonly string[]> = {
  'An answer of ours, or a request to ourselves, that has no JSON of users in it.': [
    'src/api/auth.ts',
    'src/api/csp-report.ts',
    'src/api/health-listener.ts',
    'src/api/hot-routes.ts',
    'src/api/refuse-request.ts',
    'src/api/write-openapi.ts',
    'src/app/api/openapi.json/route.ts',
    'src/features/auth/components/post-auth.ts',
    'src/features/auth/drop-tokens.ts',
    'src/features/auth/end-overtaken-sign-in.ts',
    'src/features/csp/components/self-test-run.ts',
  ],
  'A text in quotes.': [
    'src/api/refuse-foreign-host.ts',
    'src/features/tools/invoke-tool.ts',
    'src/features/tools/tool-json-schema.ts',
  ],
  'Read with plain numbers for schemas to check, and kept exactly beside them by `keepExact`.': [
    'src/api/mcp-message.ts',
    'src/api/read-body.ts',
  ],
  'Checked and thrown away: what is stored and sent is the text itself.': [
    'src/api/mcp-accept.ts',
    'src/features/events/check-event.ts',
    'src/features/tools/coerce-arguments.ts',
    'src/ui/indent-json.ts',
  ],
  'JSON.stringify writes exact numbers as they are, and `ui` imports nothing of core.': [
    'src/ui/edit-conflict.tsx',
    'src/ui/pretty-body.ts',
    'src/ui/use-edit-form.ts',
  ],
  'Compared or looked up, never shown: keys of maps, cursors, digests.': [
    'src/api/mcp-running-calls.ts',
    'src/features/csp/ask-lines.ts',
    'src/features/csp/cursor.ts',
    'src/features/csp/follow-noise-rules.ts',
    'src/features/sources/stream/scan-gap.ts',
  ],
  'A token or a document of a sign-in provider, of which we read texts and times.': [
    'src/features/auth/prove-by-provider.ts',
    'src/features/auth/provider-document.ts',
    'src/features/auth/provider-profile.ts',
  ],
  'Texts alone: sealed settings, headers, columns of a database, audit details of our own.': [
    'src/features/auth/proofs.ts',
    'src/features/connectors/create-connector.ts',
    'src/features/connectors/open-config.ts',
    'src/features/connectors/update-connector.ts',
    'src/features/deliveries/attempt-schema.ts',
    'src/features/deliveries/engine/send-attempt.ts',
    'src/features/sources/stream/sample-changes.ts',
    'src/features/subscriptions/subscription-secrets.ts',
  ],
  'Parameters of a statement, in which JSON of users is a text already.': [
    'src/features/csp/read-sql.ts',
    'src/features/deliveries/engine/record-results.ts',
    'src/features/events/store-events.ts',
    'src/features/sources/stream/apply-changes.ts',
    'src/features/sources/stream/fill-gaps.ts',
    'src/features/sources/stream/measure-lag.ts',
    'src/features/sources/stream/note-gaps.ts',
  ],
  'Records that we made, of a fixed form.': [
    'src/features/csp/components/stream-line-facts.ts',
    'src/features/csp/export-violations.ts',
    'src/features/events/publish-events.ts',
    'src/features/events/publish-within.ts',
    'src/features/pipeline-runs/export-runs.ts',
  ],
  'A JSON Schema and what it checks: the validator knows plain numbers alone.': [
    'src/features/events/schemas/check-worker.ts',
  ],
  'State of a page in the browser: drafts and the keys of its queries.': [
    'src/features/csp/components/noise-preview.tsx',
    'src/features/csp/components/workbench-data.ts',
    'src/features/csp/components/workbench-draft.ts',
  ],
};
