import { z } from 'zod';
import { askLines } from '#features/csp/log/ask-lines.ts';
import { IS_OF_GROUP } from '#features/csp/log/line-sql.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, isUniqueViolation } from '#platform/postgres/transaction.ts';
import { conflict, notFound } from '#platform/trpc/refusal.ts';
import type { CspScope } from '../csp-scope.ts';
import { type MuteInAnswers, muteInAnswers, toMute } from './mutes.ts';

/**
 * Mutes a group of violations: it is hidden in the overview, and no alerts are sent about it.
 * @throws Refusal NOT_FOUND when the log stream has no line of it, CONFLICT when it is already muted.
 */
export async function muteGroup(
  scope: CspScope,
  { id, note }: { id: string; note: string },
  signal?: AbortSignal,
): Promise<MuteInAnswers> {
  const { organization_id, actor } = scope;
  const title = await findTitle(scope, id, signal);
  const row = await inTransaction(scope.platform.database, async (tx) => {
    const by = { by_type: actor.type, by_id: actor.id, by_name: actor.name };
    const muted = await tx.cspMute.create({ data: { organization_id, group_id: id, title, note, ...by } });
    await recordAudit(tx, scope, {
      action: 'csp_group.muted',
      target: { type: 'csp_group', id, name: title },
      details: { note },
    });
    return muted;
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) ? conflict('This group is already muted. Reload the page.', []) : error;
  });
  return muteInAnswers(toMute(row));
}

/** What a group is called, for when its lines have left the log stream. */
async function findTitle(scope: CspScope, id: string, signal: AbortSignal | undefined): Promise<string> {
  const [group] = await askLines(
    scope,
    {
      filter: {},
      row: z.object({ title: z.string() }),
      sql: (lines, parameters) => `
        select coalesce(regexp_replace(any_value(msg), '^[0-9]+ more in this minute: ', ''), '') as title from ${lines}
        where ${IS_OF_GROUP} and grp = ${parameters.bind(id)} having count(*) > 0`,
    },
    signal,
  );
  if (!group) throw notFound('group of violations');
  return group.title;
}
