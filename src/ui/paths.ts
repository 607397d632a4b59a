/** Every URL of the console: pages link to these names, never to a string of their own. */
export const paths = {
  home: '/',
  signIn: (next?: string) => (next && next !== '/' ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  setUp: '/set-up',
  resetPassword: '/reset-password',
  connectors: '/connectors',
  newConnector: (type?: string) => (type ? `/connectors/new?type=${encodeURIComponent(type)}` : '/connectors/new'),
  connector: (id: string, tab?: string) => (tab ? `/connectors/${id}?tab=${tab}` : `/connectors/${id}`),
  organization: '/settings/organization',
  apiKeys: '/settings/api-keys',
  apiDocs: '/api/docs',
  trpc: '/api/trpc',
  connectorTest: (id: string) => `/api/connectors/${id}/test`,
  authSignIn: '/api/auth/sign-in/email',
  authSession: '/api/auth/get-session',
  authSignOut: '/api/auth/sign-out',
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
  return url?.origin === base ? `${url.pathname}${url.search}` : paths.home;
}
