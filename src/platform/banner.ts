import { styleText } from 'node:util';
import { type Config, isLocalMode } from './config.ts';
import type { Logger } from './log-files/log.ts';

export type BannerFacts = {
  version: string;
  /** Null for a worker, which serves no pages. */
  url: string | null;
  /** The token of the set-up page, while there is no account. */
  setUpToken: string | null;
  config: Config;
};

const ROLES = { all: 'web, worker', web: 'web', worker: 'worker' } satisfies Record<Config['role'], string>;

/**
 * Says what has started: to a terminal as lines to read, otherwise as one line of the log. The set-up link is the only
 * way in, so that it is written at every log level.
 */
export function announceStart(facts: BannerFacts, log: Logger, out: NodeJS.WriteStream = process.stdout): void {
  if (out.isTTY) out.write(banner(facts));
  else log.child({}, { level: 'info' }).info(recordOf(facts), facts.url ? `Ready on ${facts.url}` : 'Ready');
}

/** Says that the start takes a while, so that it doesn't seem to hang. */
export function announceBuild(log: Logger, out: NodeJS.WriteStream = process.stdout): void {
  if (out.isTTY)
    out.write(`\n  ${styleText('yellow', '⬢')} Building the pages (about half a minute, once after each change)\n`);
  else log.info('Building the pages, which takes about half a minute after each change');
}

function recordOf({ version, url, setUpToken, config }: BannerFacts): Record<string, unknown> {
  return {
    version,
    ...(url && { url }),
    data: placeOfData(config),
    roles: ROLES[config.role],
    ...(isLocalMode(config) && { egress: LOCAL_EGRESS }),
    ...(url && setUpToken && { set_up_url: setUpUrl(url, setUpToken) }),
  };
}

function banner({ version, url, setUpToken, config }: BannerFacts): string {
  const rows: [string, string][] = [];
  if (url) rows.push(['Console', styleText('bold', url)]);
  rows.push(['Data', placeOfData(config)], ['Roles', ROLES[config.role]]);
  if (isLocalMode(config)) rows.push(['Egress', LOCAL_EGRESS]);
  if (url && setUpToken) rows.push(['Set up', styleText('bold', setUpUrl(url, setUpToken))]);
  const title = `${styleText('yellow', '⬢')} ${styleText('bold', 'Honeyframe Webhooks')} ${styleText('dim', version)}`;
  const lines = rows.map(([label, text]) => `    ${styleText('dim', label.padEnd(9))}${text}`);
  return `\n  ${title}\n\n${lines.join('\n')}\n\n`;
}

const LOCAL_EGRESS = 'loopback receivers are allowed (local mode)';

const setUpUrl = (url: string, token: string) => `${url}/set-up?token=${encodeURIComponent(token)}`;

/** Without user name and password. */
function placeOfData({ databaseUrl, dataDir }: Config): string {
  if (!databaseUrl) return `${dataDir} (embedded PostgreSQL)`;
  const { host, pathname } = new URL(databaseUrl);
  return `PostgreSQL at ${host}${pathname}`;
}
