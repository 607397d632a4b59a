import type { SeenGroup } from '#features/csp/receive/seen-groups.ts';
import { publishSystemEvent } from '#features/events/publish-events.ts';
import type { CspScope } from '../csp-scope.ts';
import { strongest } from './alert-message.ts';

/** Limits the events that a flood of made-up groups can cause. */
const MOST_AT_ONCE = 100;

/**
 * Publishes `csp.group.new` for groups that were never seen before, except noise. Call it before the transaction that
 * records them as seen commits: a process that is killed in between publishes again, and the idempotency key makes one
 * event of both.
 */
export async function publishNewGroups(
  { platform, organization_id }: CspScope,
  seen: readonly SeenGroup[],
  fresh: ReadonlySet<string>,
  now: Date,
): Promise<void> {
  const groups = seen.filter(({ id, is_noise }) => fresh.has(id) && !is_noise).slice(0, MOST_AT_ONCE);
  for (const { id, title, directive, dispositions, blocked_kind, blocked_host } of groups) {
    await publishSystemEvent(
      platform,
      organization_id,
      'csp.group.new',
      {
        group_id: id,
        title,
        directive,
        disposition: strongest(dispositions) ?? 'unknown',
        blocked_kind,
        blocked_host,
      },
      `csp.group.new ${id} ${now.toISOString().slice(0, 10)}`,
    );
  }
}
