import type { Inputs } from '#client/console-api.ts';
import { sinceOf } from '#ui/lists/since-filter.ts';

export type AuditFilters = Pick<Inputs['auditLog']['list'], 'search' | 'severity' | 'action' | 'since'>;

export const SEVERITY_OPTIONS = [
  { value: 'security', label: 'Security' },
  { value: 'info', label: 'Other changes' },
];

/** The kinds of actions that the page offers as filters. */
export const ACTION_OPTIONS = [
  { value: 'connector.*', label: 'Connectors' },
  { value: 'webhook.*', label: 'Webhooks' },
  { value: 'api_key.*', label: 'API keys' },
  { value: 'user.*', label: 'People' },
  { value: 'source_mapping.*', label: 'Mappings' },
  { value: 'dataset.*', label: 'Datasets' },
  { value: 'dashboard.*', label: 'Dashboards' },
];

/** The list's filters from the page's query string, as the API takes them. */
export function auditFilters(params: URLSearchParams, now: number): AuditFilters {
  const severity = params.get('severity');
  return {
    search: params.get('search')?.trim() || undefined,
    severity: severity === 'security' || severity === 'info' ? severity : undefined,
    action: params.get('action')?.trim() || undefined,
    since: sinceOf(params, now),
  };
}
