/**
 * Files that read or write JSON by JSON.parse, JSON.stringify or `.json()`, each for a reason. Whatever holds JSON of a user
 * or of another system goes through `readJson` and `writeJson` of core/json/user-json.ts, which keep its numbers.
 */
export const OWN_JSON: Record<string, readonly string[]> = {
  'An answer of ours, or a request to ourselves, that has no JSON of users in it.': [
    'src/api/auth.ts',
    'src/api/csp-report.ts',
    'src/api/refuse-request.ts',
    'src/api/answer-requests.ts',
    'src/api/while-unavailable.ts',
    'src/api/openapi/openapi-portable.ts',
    'src/api/openapi/write-openapi.ts',
    'src/features/people/auth/pages/post-auth.ts',
    'src/features/people/auth/drop-tokens.ts',
    'src/features/people/auth/end-overtaken-sign-in.ts',
    'src/features/csp/self-test/pages/self-test-run.ts',
  ],
  'A text in quotes.': [
    'src/api/schema-typescript.ts',
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
    'src/ui/values/indent-json.ts',
  ],
  'JSON.stringify writes exact numbers as they are, and `ui` imports nothing of core.': [
    'src/ui/forms/edit-conflict.tsx',
    'src/ui/values/pretty-body.ts',
    'src/ui/forms/use-edit-form.ts',
  ],
  'Compared or looked up, never shown: keys of maps, cursors, digests.': [
    'src/api/mcp-running-calls.ts',
    'src/features/csp/log/ask-lines.ts',
    'src/features/csp/log/cursor.ts',
    'src/features/csp/noise/follow-noise-rules.ts',
    'src/features/sources/stream/scan-gap.ts',
  ],
  'A token or a document of a sign-in provider, of which we read texts and times.': [
    'src/features/people/auth/prove-by-provider.ts',
    'src/features/people/auth/provider-document.ts',
    'src/features/people/auth/provider-profile.ts',
  ],
  'Texts alone: sealed settings, headers, columns of a database, audit details of our own.': [
    'src/features/people/auth/proofs.ts',
    'src/features/connectors/create-connector.ts',
    'src/features/connectors/open-config.ts',
    'src/features/connectors/update-connector.ts',
    'src/features/deliveries/attempt-schema.ts',
    'src/features/engine/send-attempt.ts',
    'src/features/sources/stream/sample-changes.ts',
    'src/features/webhooks/webhook-secrets.ts',
  ],
  'Parameters of a statement, in which JSON of users is a text already.': [
    'src/features/csp/log/read-sql.ts',
    'src/features/engine/record-results.ts',
    'src/features/events/store-events.ts',
    'src/features/sources/stream/apply-changes.ts',
    'src/features/sources/stream/fill-gaps.ts',
    'src/features/sources/stream/measure-lag.ts',
    'src/features/sources/stream/note-gaps.ts',
  ],
  'Records that we made, of a fixed form.': [
    'src/features/csp/live/pages/stream-line-facts.ts',
    'src/features/csp/log/export-violations.ts',
    'src/features/events/publish-events.ts',
    'src/features/events/publish-within.ts',
    'src/features/pipeline-runs/export-runs.ts',
  ],
  'A JSON Schema and what it checks: the validator knows plain numbers alone.': [
    'src/features/event-types/schemas/check-worker.ts',
  ],
  'State of a page in the browser: drafts and the keys of its queries.': [
    'src/features/csp/noise/pages/noise-preview.tsx',
    'src/features/csp/policy/pages/workbench-data.ts',
    'src/features/csp/policy/pages/workbench-draft.ts',
  ],
};
