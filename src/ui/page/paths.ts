/** Every URL of the console: pages link to these names, never to a string of their own. */
export const paths = {
  home: '/',
  signIn: (next?: string) => (next && next !== '/' ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  setUp: '/set-up',
  resetPassword: '/reset-password',
  identityConfirmed: '/identity-confirmed',
  connectors: '/connectors',
  newConnector: (type?: string) => (type ? `/connectors/new?type=${encodeURIComponent(type)}` : '/connectors/new'),
  connector: (id: string, tab?: string) => (tab ? `/connectors/${id}?tab=${tab}` : `/connectors/${id}`),
  webhooks: '/webhooks',
  newWebhook: '/webhooks/new',
  webhook: (id: string, tab?: string) => (tab ? `/webhooks/${id}?tab=${tab}` : `/webhooks/${id}`),
  deliveries: '/deliveries',
  /** The list with these of its filters. */
  deliveriesLike: (filters: Record<string, string>) => `/deliveries?${new URLSearchParams(filters)}`,
  delivery: (id: string) => `/deliveries/${id}`,
  /** A file; the filters are the list's. */
  deliveriesExport: (filters: URLSearchParams) => `/api/deliveries/export?${filters}`,
  events: '/events',
  eventsAbout: (subject: string) => `/events?${new URLSearchParams({ search: subject })}`,
  event: (id: string) => `/events/${id}`,
  newEvent: (type?: string) => (type ? `/events/new?type=${encodeURIComponent(type)}` : '/events/new'),
  eventTypes: '/events/types',
  eventType: (name: string) => `/events/types/${encodeURIComponent(name)}`,
  newEventType: '/events/types/new',
  tools: '/tools',
  csp: '/csp',
  cspGroup: (id: string) => `/csp/groups/${id}`,
  cspStream: '/csp/stream',
  cspPolicy: '/csp/policy',
  cspCoverage: '/csp/coverage',
  cspSetUp: '/csp/set-up',
  cspNoise: '/csp/noise',
  /** The form of a new rule, filled with the part that is given. */
  cspNewNoiseRule: (part: { host: string } | { scheme: string } | { sample: string }) =>
    `/csp/noise?${new URLSearchParams({ rule: 'new', ...part })}`,
  cspAlerts: '/csp/alerts',
  source: '/sources',
  pipelineRuns: '/sources/runs',
  auditLog: '/sources/audit-log',
  /** A file; the filters are the list's. */
  pipelineRunsExport: (filters: URLSearchParams) => `/api/pipeline/runs/export?${filters}`,
  auditLogExport: (filters: URLSearchParams) => `/api/audit-log/export?${filters}`,
  organization: '/settings/organization',
  members: '/settings/members',
  account: '/settings/account',
  apiKeys: '/settings/api-keys',
  apiDocs: '/api/docs',
  trpc: '/api/trpc',
  cspReport: '/api/csp-report',
  mcp: '/api/mcp',
  toolList: '/api/tools',
  toolInvoke: '/api/tools/invoke',
  connectorTest: (id: string) => `/api/connectors/${id}/test`,
  authSignIn: '/api/auth/sign-in/email',
  authSession: '/api/auth/get-session',
  authSignOut: '/api/auth/sign-out',
  authSetOrganization: '/api/auth/organization/set-active',
  authSignInOidc: '/api/auth/sign-in/social',
  authEnableTwoFactor: '/api/auth/two-factor/enable',
  authDisableTwoFactor: '/api/auth/two-factor/disable',
  authNewRecoveryCodes: '/api/auth/two-factor/generate-backup-codes',
  authVerifyTotp: '/api/auth/two-factor/verify-totp',
  authVerifyRecoveryCode: '/api/auth/two-factor/verify-backup-code',
  authResetPassword: '/api/auth/reset-password',
} as const;

/**
 * Where to go after signing in: the given path when it is one of this console, else the start page.
 * Anything that a browser would take for another origin (`//host`, `/\host`, `https:`) is refused.
 */
export function localPath(next: string | undefined): string {
  if (!next?.startsWith('/')) return paths.home;
  const base = 'http://console.invalid';
  const url = URL.parse(next, base);
  // What is left of `/.//host` is `//host`.
  return url?.origin === base && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : paths.home;
}
