// Written by `npm run packages` from src/features/event-types/catalogue.ts.

/** The data of each built-in event type. Fields may be added to any of them later. */
export interface EventDataByType {
  /** A dataset was created. */
  'dataset.created': { dataset_id: string; dataset_name?: string; [key: string]: unknown };
  /** The rows or the schema of a dataset changed. */
  'dataset.updated': { dataset_id: string; dataset_name?: string; rows?: number | null; [key: string]: unknown };
  /** A dataset was deleted. */
  'dataset.deleted': { dataset_id: string; dataset_name?: string; [key: string]: unknown };
  /** A recipe run started. */
  'recipe.run.started': {
    run_id: string;
    recipe_id: string;
    recipe_name?: string;
    dataset_id?: string | null;
    started_at?: string | null;
    finished_at?: string | null;
    trigger?: string | null;
    error?: string | null;
    rows_in?: number | null;
    rows_out?: number | null;
    [key: string]: unknown;
  };
  /** A recipe run succeeded. */
  'recipe.run.succeeded': {
    run_id: string;
    recipe_id: string;
    recipe_name?: string;
    dataset_id?: string | null;
    started_at?: string | null;
    finished_at?: string | null;
    trigger?: string | null;
    error?: string | null;
    rows_in?: number | null;
    rows_out?: number | null;
    [key: string]: unknown;
  };
  /** A recipe run failed. */
  'recipe.run.failed': {
    run_id: string;
    recipe_id: string;
    recipe_name?: string;
    dataset_id?: string | null;
    started_at?: string | null;
    finished_at?: string | null;
    trigger?: string | null;
    error?: string | null;
    rows_in?: number | null;
    rows_out?: number | null;
    [key: string]: unknown;
  };
  /** A dashboard was published or republished. */
  'dashboard.published': { dashboard_id: string; dashboard_name?: string; [key: string]: unknown };
  /** A dashboard was unpublished. */
  'dashboard.unpublished': { dashboard_id: string; dashboard_name?: string; [key: string]: unknown };
  /** An agent run failed. */
  'agent.run.failed': {
    run_id: string;
    agent_id: string;
    agent_name?: string;
    error?: string | null;
    [key: string]: unknown;
  };
  /** A send through a connector failed. */
  'connector.failed': {
    connector_id: string;
    connector_name: string;
    send_id: string | null;
    status: number | null;
    error: { code: string; message: string; [key: string]: unknown };
    [key: string]: unknown;
  };
  /** Browsers reported a new kind of violation of a content security policy. */
  'csp.group.new': { group_id: string; title: string; directive: string; disposition: string; [key: string]: unknown };
  /** Something relevant to security happened, such as a failed sign-in, a new API key, or a changed role. */
  'audit.security_event': {
    audit_id: string;
    action: string;
    actor: { type: string; id: string; name: string; [key: string]: unknown };
    target: { type: string; id: string; name: string; [key: string]: unknown };
    [key: string]: unknown;
  };
  /** A webhook was disabled because its receiver answered 410 or only failed for 24 hours. */
  'webhook.disabled': { webhook_id: string; target_url: string; reason: string; [key: string]: unknown };
}
