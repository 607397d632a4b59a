import { usualBeforeSpike } from '#core/csp/grouping/spike.ts';
import { loadMutes } from '#features/csp/groups/mutes.ts';
import {
  readGroupsBefore,
  readSameHours,
  readSeenGroups,
  type SeenGroup,
  startOfHour,
} from '#features/csp/receive/seen-groups.ts';
import { firstOrganizationId } from '#features/people/organization/organization.ts';
import { egressAllowFor } from '#platform/config.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import type { CspScope } from '../csp-scope.ts';
import { cspScope } from '../csp-scope.ts';
import { type AlertGroup, type AlertMessage, alertMessage, summaryMessage } from './alert-message.ts';
import { type AlertSettings, readAlertSettings } from './alert-settings.ts';
import { claimAlerts, recordSeenGroups, storeMessage } from './claim-alerts.ts';
import { publishNewGroups } from './publish-new-groups.ts';
import { sendAlert } from './send-alert.ts';
import { takeOverAlerts } from './take-over-alerts.ts';

export type AlertWatch = {
  /**
   * Checks the log stream of this machine and sends the alerts that are due.
   * @returns how many groups alerts were sent about
   */
  check(now: Date, signal?: AbortSignal): Promise<number>;
};

/** The most messages of one check. All further groups share one more message. */
const MOST_AT_ONCE = 5;
/** Made-up groups must not cause a flood of messages: further new groups wait an hour. */
const MOST_PER_HOUR = 30;
const MOST_SUMMARIZED = 500;
const HOUR_MS = 60 * 60_000;

/**
 * Watches for groups that were never seen, and for hours with far more reports than usual. Any number of processes can
 * watch: PostgreSQL lets only one of them send the alert about a group, once a day. New groups are also published as
 * events.
 */
export function createAlertWatch(platform: Platform): AlertWatch {
  let recordedFor: number | undefined;
  let usual = { hour: 0, known: new Map<string, number[]>() };

  /**
   * Groups from before alerts were turned on are not new. They are recorded once per process, because each process has
   * its own files.
   */
  async function recordKnownGroups(scope: CspScope, enabledAt: Date, now: Date, signal?: AbortSignal): Promise<void> {
    if (recordedFor === enabledAt.getTime()) return;
    const ids = await readGroupsBefore(scope, enabledAt, signal);
    await inTransaction(platform.database, (tx) => recordSeenGroups(tx, scope.organization_id, ids, now));
    recordedFor = enabledAt.getTime();
  }

  /** Past days don't change, so each group is queried once an hour. */
  async function sameHoursOf(scope: CspScope, groups: readonly SeenGroup[], now: Date, signal?: AbortSignal) {
    const hour = startOfHour(now);
    if (usual.hour !== hour) usual = { hour, known: new Map() };
    const { known } = usual;
    const asked = groups.map(({ id }) => id).filter((id) => !known.has(id));
    const counts = await readSameHours(scope, asked, now, signal);
    for (const id of asked) known.set(id, counts.get(id) ?? []);
    return known;
  }

  async function check(now: Date, signal?: AbortSignal): Promise<number> {
    const scope = await alertScope(platform);
    if (!scope) return 0;
    await takeOverAlerts(scope);
    const settings = await readAlertSettings(platform.database, scope.organization_id);
    const connector = await connectorOf(scope, settings);
    if (!settings.enabled || !settings.enabled_at || !connector) {
      await recordAndPublish(scope, now, signal);
      return 0;
    }
    if (await reachedHourlyLimit(scope, now)) return 0;
    await recordKnownGroups(scope, settings.enabled_at, now, signal);
    const seen = await readSeenGroups(scope, now, signal);
    const isQuiet = settings.quiet_until !== null && settings.quiet_until > now;
    const muted = new Set((await loadMutes(platform)).map(({ group_id }) => group_id));
    const groups = isQuiet ? [] : seen.filter(({ id, is_noise }) => !is_noise && !muted.has(id));
    const frequent = settings.spikes ? groups.filter(({ count }) => count >= settings.spike_minimum) : [];
    const sameHours = await sameHoursOf(scope, frequent, now, signal);
    const claimed = await claim(scope, { groups, sameHours }, seen, { settings, connector, now });
    await sendClaimed(scope, connector.id, claimed);
    return claimed.single.length + claimed.summarized.length + claimed.more;
  }

  return { check };
}

/** No alert is sent through a connector, but the event for webhooks is published. */
async function recordAndPublish(scope: CspScope, now: Date, signal?: AbortSignal): Promise<void> {
  const seen = await readSeenGroups(scope, now, signal);
  if (seen.length === 0) return;
  const ids = seen.map(({ id }) => id);
  await inTransaction(scope.platform.database, async (tx) => {
    const fresh = await recordSeenGroups(tx, scope.organization_id, ids, now);
    await publishNewGroups(scope, seen, fresh, now);
  });
}

async function connectorOf({ platform, organization_id }: CspScope, { connector_id }: AlertSettings) {
  if (connector_id === null) return null;
  return platform.database.connector.findFirst({
    where: { id: connector_id, organization_id },
    select: { id: true, name: true },
  });
}

async function reachedHourlyLimit({ platform, organization_id }: CspScope, now: Date): Promise<boolean> {
  const lately = { organization_id, summarized: false, at: { gt: new Date(now.getTime() - HOUR_MS) } };
  return (await platform.database.cspAlert.count({ where: lately })) >= MOST_PER_HOUR;
}

type Claiming = { settings: AlertSettings; connector: { id: string; name: string }; now: Date };
type Claimed = Awaited<ReturnType<typeof claimAlerts>>;

/**
 * In one transaction, so a group that is recorded as seen also gets its alert. Otherwise it is recorded at a later
 * check.
 */
async function claim(
  scope: CspScope,
  due: Omit<Seen, 'fresh'>,
  seen: readonly SeenGroup[],
  { settings, connector, now }: Claiming,
): Promise<{ single: Claimed; summarized: Claimed; more: number; summary: AlertMessage }> {
  const { platform, organization_id } = scope;
  const ids = seen.map(({ id }) => id);
  return inTransaction(platform.database, async (tx) => {
    const fresh = await recordSeenGroups(tx, organization_id, ids, now);
    await publishNewGroups(scope, seen, fresh, now);
    const all = alertsDue({ ...due, fresh }, settings);
    const day = new Date(now.toISOString().slice(0, 10));
    const before = await tx.cspAlert.findMany({
      where: { organization_id, day, group_id: { in: all.map(({ id }) => id) } },
      select: { group_id: true },
    });
    const alertedToday = new Set(before.map(({ group_id }) => group_id));
    const remaining = all.filter(({ id }) => !alertedToday.has(id));
    const url = (path: string) => urlOf(scope, path);
    const claimed = await claimAlerts(
      tx,
      { organization_id, connector, now },
      remaining.slice(0, MOST_SUMMARIZED).map((group, index) => ({ ...group, summarized: index >= MOST_AT_ONCE })),
      (group) => alertMessage(group, url(`/csp/groups/${group.id}`)),
    );
    const summarized = claimed.filter((group) => group.summarized);
    const more = Math.max(0, remaining.length - MOST_SUMMARIZED);
    const summary = summaryMessage(summarized, more, url('/csp'));
    await storeMessage(tx, summarized[0]?.alert_id, summary);
    return {
      single: claimed.filter((group) => !group.summarized),
      summarized,
      more,
      summary,
    };
  });
}

function urlOf({ platform: { config } }: CspScope, path: string): string | null {
  return config.publicUrl ? `${config.publicUrl}${path}` : null;
}

async function sendClaimed(
  scope: CspScope,
  connectorId: string,
  { single, summarized, summary }: Awaited<ReturnType<typeof claim>>,
): Promise<void> {
  const idsOf = (groups: readonly (AlertGroup & { alert_id: string })[]) => groups.map(({ alert_id }) => alert_id);
  await Promise.all([
    ...single.map((group) => sendAlert(scope, connectorId, group.message, [group.alert_id])),
    summarized.length > 0 && sendAlert(scope, connectorId, summary, idsOf(summarized)),
  ]);
}

/**
 * The scope in which alerts are sent: they have no request, so the console itself is the actor. Null before the console
 * is set up. There is no request that says under which host people reach the console. In local mode it listens on
 * loopback only, so whoever created the connector is on this machine, and it may lead to loopback.
 */
async function alertScope(platform: Platform): Promise<CspScope | null> {
  const organization_id = await firstOrganizationId(platform);
  if (organization_id === null) return null;
  return cspScope({
    platform,
    organization_id,
    actor: { type: 'system', id: 'csp-alerts', name: 'CSP alerts' },
    ip: null,
    user_agent: null,
    egressAllow: egressAllowFor(platform.config, 'localhost'),
  });
}

type Seen = {
  /** Neither noise nor muted. */
  groups: readonly SeenGroup[];
  /** The groups that were never seen before. */
  fresh: ReadonlySet<string>;
  /** The counts of the same hour on previous days, for groups that could be a spike. */
  sameHours: ReadonlyMap<string, readonly number[]>;
};

/**
 * The alerts that are due for the groups, the most frequent first. A group that is both new and a spike counts as new.
 */
function alertsDue(
  { groups, fresh, sameHours }: Seen,
  { new_groups, spikes, spike_factor, spike_minimum }: AlertSettings,
): AlertGroup[] {
  const rule = { factor: spike_factor, minimum: spike_minimum };
  return groups
    .flatMap(({ count, recent, ...group }): AlertGroup[] => {
      if (fresh.has(group.id)) return new_groups ? [{ ...group, reason: 'new', count: recent, usual: null }] : [];
      const usual = spikes ? usualBeforeSpike({ now: count, before: sameHours.get(group.id) ?? [] }, rule) : null;
      return usual === null ? [] : [{ ...group, reason: 'spike', count, usual }];
    })
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}
