import { explainViolation } from '#core/csp/grouping/explanation.ts';
import type { BlockedKind } from '#core/csp/grouping/grouping.ts';
import type { Disposition } from '#core/csp/report/report.ts';

/** A group to send an alert about. */
export type AlertGroup = {
  id: string;
  title: string;
  dispositions: readonly (Disposition | null)[];
  directive: string;
  blocked: string | null;
  blocked_kind: BlockedKind | null;
  blocked_host: string | null;
  /** The page and the browser of its newest report. */
  document: string | null;
  browser: string | null;
  /** Reports in this hour. */
  count: number;
} & ({ reason: 'new'; usual: null } | { reason: 'spike'; usual: number });

/** What an alert says: as text, and as values for programs that process it. */
export type AlertMessage = { text: string; metadata: Record<string, unknown> };

/** @param url of the group's page; null if PUBLIC_URL isn't set. */
export function alertMessage(group: AlertGroup, url: string | null): AlertMessage {
  const { id, title, reason, count, usual, directive, blocked_kind, blocked_host, document } = group;
  const head =
    reason === 'new'
      ? `New CSP violation: ${plain(title)}. ${reports(count)} so far.`
      : `Far more CSP reports than usual: ${plain(title)}. ${reports(count)} this hour (usually ${usualWords(usual)}).`;
  const inBrowser = group.browser && group.browser !== 'Other' ? ` in ${plain(group.browser)}` : '';
  const where = document && `The newest is from ${plain(document)}${inBrowser}.`;
  return {
    text: [head, plain(explainViolation(group).happened), where, url].filter(Boolean).join('\n'),
    metadata: {
      source: 'csp',
      reason,
      group: id,
      title: plain(title),
      disposition: strongest(group.dispositions),
      directive: plain(directive),
      blocked_kind,
      blocked_host: blocked_host && plain(blocked_host),
      count,
      usual,
      url,
    },
  };
}

/** The most important outcome: whether something was blocked. Null if no browser reported the disposition. */
export const strongest = (dispositions: readonly (Disposition | null)[]): Disposition | null =>
  dispositions.find((one) => one === 'enforce') ?? dispositions.find((one) => one === 'report') ?? null;

const MOST_NAMED = 20;

/**
 * One message for all groups beyond the first few.
 * @param url of the overview.
 */
export function summaryMessage(groups: readonly AlertGroup[], more: number, url: string | null): AlertMessage {
  const named = groups.slice(0, MOST_NAMED);
  const rest = groups.length - named.length + more;
  return {
    text: [
      `${groups.length + more} more groups of CSP violations are new or far more frequent than usual:`,
      ...named.map(({ title, count }) => `• ${plain(title)} (${reports(count)})`),
      rest > 0 && `• and ${rest} more`,
      url,
    ]
      .filter(Boolean)
      .join('\n'),
    metadata: { source: 'csp', reason: 'summary', groups: groups.map(({ id }) => id).slice(0, 200), more, url },
  };
}

/** The test alert from the alerts page. */
export const exampleMessage = (url: string | null): AlertMessage => ({
  text: [
    'This is a test of CSP alerts from the console. A real alert says what was blocked, where, and how often.',
    url,
  ]
    .filter(Boolean)
    .join('\n'),
  metadata: { source: 'csp', reason: 'test', url },
});

const reports = (count: number) => (count === 1 ? '1 report' : `${count.toLocaleString('en')} reports`);

const usualWords = (usual: number) => (usual === 0 ? 'none' : `about ${Math.round(usual).toLocaleString('en')}`);

const MOST_TEXT = 300;

/** `<!channel>`, `<https://…|…>`, `@here`, backticks, and URLs. */
const TAKEN_BY_CHATS = /[\p{Cc}\p{Cf}<>@`|*_~[\]]+|[a-z][a-z0-9+.-]*:\/\//giu;

/** Untrusted text on one line, without what chats read as links, mentions, or markup. */
function plain(text: string): string {
  const line = text.replace(TAKEN_BY_CHATS, ' ').replace(/\s+/g, ' ').trim();
  return line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT)}…` : line;
}
