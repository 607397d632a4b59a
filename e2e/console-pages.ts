import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What pages are about. */
export type Made = { connector: string; group: string; webhook: string; delivery: string; event: string };

/** Addresses of pages that show something certain, or more than their own address shows. */
const EXAMPLES: Record<string, (made: Made) => string[]> = {
  '/connectors/[id]': ({ connector }) =>
    ['', '?tab=history', '?tab=configuration'].map((tab) => `/connectors/${connector}${tab}`),
  '/webhooks/[id]': ({ webhook }) => ['', '?tab=test', '?tab=settings'].map((tab) => `/webhooks/${webhook}${tab}`),
  '/deliveries/[id]': ({ delivery }) => [`/deliveries/${delivery}`],
  '/events/[id]': ({ event }) => [`/events/${event}`],
  '/events/types/[name]': () => ['/events/types/dataset.updated'],
  '/connectors/new': () => [
    '/connectors/new',
    '/connectors/new?type=n8n_webhook',
    '/connectors/new?type=twilio_messaging',
  ],
  '/tools': () => ['/tools', '/tools?tab=calls', '/tools?tab=limits'],
  '/csp/groups/[id]': ({ group }) => [`/csp/groups/${group}`],
};

/** Every page of the console, as the folders of `src/app` say: none can be forgotten. */
export function pageRoutes(): string[] {
  return readdirSync(join(import.meta.dirname, '../src/app'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)page\.tsx$/.test(path))
    .map((path) => `/${dirname(path)}`.replace(/\/\([^)]+\)|\/\.$/g, '') || '/')
    .sort();
}

/** The addresses at which a page is looked at. @throws when a new page needs an example here. */
export function addressesOf(route: string, made: Made): string[] {
  const examples = EXAMPLES[route]?.(made);
  if (!examples && route.includes('[')) throw new Error(`Say in e2e/console-pages.ts where ${route} shows something.`);
  return examples ?? [route];
}
