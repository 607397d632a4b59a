import { z } from 'zod';
import { Prisma } from '#platform/generated/prisma/client.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { AlertGroup, AlertMessage } from './alert-message.ts';

const recordedRows = z.array(z.object({ group_id: z.string(), is_fresh: z.boolean() }));

/**
 * Records that groups were seen. If several processes record the same group at once, only one of them learns that it is
 * new.
 * @returns the ids of the groups that nobody had recorded before
 */
export async function recordSeenGroups(
  tx: Transaction,
  organization_id: string,
  ids: readonly string[],
  now: Date,
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  // Ordered by id, so that two processes can't deadlock. Groups that were recorded within a day aren't updated.
  const rows = recordedRows.parse(
    await tx.$queryRaw`
      insert into csp_known_group as known (organization_id, group_id, last_seen_at)
      select ${organization_id}, id, ${now} from unnest(${ids}::text[]) as id order by id
      on conflict (organization_id, group_id) do update set last_seen_at = excluded.last_seen_at
        where known.last_seen_at < excluded.last_seen_at - interval '1 day'
      returning group_id, xmax = 0 as is_fresh`,
  );
  return new Set(rows.flatMap(({ group_id, is_fresh }) => (is_fresh ? [group_id] : [])));
}

type AlertContext = { organization_id: string; connector: { id: string; name: string }; now: Date };

/**
 * Claims the right to send alerts about groups: each group once a day, by one process.
 * @returns the groups to send alerts about, each with its alert's id
 */
export async function claimAlerts(
  tx: Transaction,
  { organization_id, connector, now }: AlertContext,
  groups: readonly (AlertGroup & { summarized: boolean })[],
  messageOf: (group: AlertGroup) => AlertMessage,
): Promise<(AlertGroup & { summarized: boolean; alert_id: string; message: AlertMessage })[]> {
  const messages = new Map(groups.map((group) => [group, messageOf(group)]));
  const claimed = await tx.cspAlert.createManyAndReturn({
    data: groups
      // Groups with a message of their own come before those that share one. Otherwise, all processes lock rows in the
      // same order.
      .toSorted((a, b) => Number(b.summarized) - Number(a.summarized) || (a.id < b.id ? -1 : 1))
      .map((group) => ({ ...group, message: messages.get(group) }))
      .map(({ id, reason, title, count, usual, summarized, message }) => ({
        organization_id,
        group_id: id,
        day: new Date(now.toISOString().slice(0, 10)),
        at: now,
        reason,
        title,
        count,
        usual: usual === null ? null : Math.round(usual),
        summarized,
        message: summarized || !message ? Prisma.DbNull : asJson(message),
        connector_id: connector.id,
        connector_name: connector.name,
      })),
    skipDuplicates: true,
    select: { id: true, group_id: true },
  });
  const ids = new Map(claimed.map(({ id, group_id }) => [group_id, id]));
  return groups.flatMap((group) => {
    const alert_id = ids.get(group.id);
    const message = messages.get(group);
    return alert_id === undefined || !message ? [] : [{ ...group, alert_id, message }];
  });
}

/** A message about several groups is stored with the first of them. */
export async function storeMessage(tx: Transaction, id: string | undefined, message: AlertMessage): Promise<void> {
  if (id !== undefined) await tx.cspAlert.update({ where: { id }, data: { message: asJson(message) } });
}

/** The message is kept in the row until its result is known, so that another process can send it. */
const asJson = ({ text, metadata }: AlertMessage) => ({ text, metadata: metadata as Prisma.InputJsonObject });
