import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { writeJson } from '#core/json/user-json.ts';
import { isSameServer } from '#core/net/same-server.ts';
import { MASK } from '#core/text/mask.ts';
import { awaitRecall, recallLanes } from '#features/events/recall-lanes.ts';
import { recordAudit } from '#platform/audit.ts';
import { issuesOf } from '#platform/http/error-body.ts';
import { assertNotOvertaken, changesOf, orShowCurrent } from '#platform/postgres/field-versions.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { isSealedTextError, type Secrets } from '#platform/secrets/secrets.ts';
import { invalid } from '#platform/trpc/refusal.ts';
import { assertEventTypes } from './check-event-types.ts';
import { assertReachable } from './check-target-url.ts';
import { getWebhook } from './get-webhook.ts';
import { lockWebhook } from './lock-webhook.ts';
import { settingsOf, type Webhook } from './row.ts';
import { headersInput, type updateWebhookInput } from './schema.ts';
import { isStoredFilter, storeFilter } from './store-filter.ts';
import { openHeaders, sealHeaders } from './webhook-secrets.ts';

/** A webhook after a change, with the names of the headers that were removed because the receiver's host changed. */
export type UpdatedWebhook = Webhook & { dropped_secrets: string[] };

/**
 * Changes the given settings and keeps all others. This applies to all future attempts, including queued deliveries.
 * Headers belong to one receiver: if its scheme, host, or port changes, headers that are not given again are removed. The
 * signing secret is never sent, so it stays. A value that equals the stored one is no change, and writes nothing.
 * @param onSecretsChange called before a header is set, removed, or dropped, because its value is a secret. If it throws,
 * nothing is changed.
 * @throws Refusal NOT_FOUND, VALIDATION, Overtaken if somebody else changed the same setting since the given version.
 */
export async function updateWebhook(
  scope: Scope,
  { id, headers, filter, version, if_match, ...given }: z.output<typeof updateWebhookInput>,
  onSecretsChange: () => void = () => undefined,
): Promise<UpdatedWebhook> {
  if (given.event_type) await assertEventTypes(scope, given.event_type);
  if (given.target_url) await assertReachable(scope, given.target_url);
  const { database, live, secrets } = scope.platform;
  const change = () =>
    inTransaction(database, async (tx) => {
      const before = await lockWebhook(tx, scope, id);
      const isMoved = given.target_url !== undefined && !isSameServer(before.target_url, given.target_url);
      const dropped = isMoved ? before.header_names.filter((name) => !headers || headers[name] === MASK) : [];
      if (dropped.length > 0 || (headers && !isDeepStrictEqual(headers, masksOf(before.header_names))))
        onSecretsChange();
      const merged = isMoved
        ? withoutMasks(headers ?? {}, dropped)
        : headers && unmask(headers, hasMask(headers) ? await openHeaders(secrets, before) : {});
      const changes: Changes = {
        ...changesOf(before, given),
        ...(merged && !(await areStored(secrets, before, merged)) && { headers: Object.keys(merged) }),
        ...(filter !== undefined && !(await isStoredFilter(tx, id, filter && writeJson(filter))) && { filter }),
      };
      assertNotOvertaken({ version, if_match }, settingsOf(before), Object.keys(changes));
      if (Object.keys(changes).length === 0) return null;
      const { headers: names, filter: _, ...plain } = changes;
      await tx.webhook.update({
        where: { id },
        data: {
          ...plain,
          ...(names && merged && { header_names: names, sealed_headers: await sealHeaders(secrets, tx, id, merged) }),
          updated_at: new Date(),
        },
      });
      if (changes.filter !== undefined) await storeFilter(tx, scope, id, changes.filter);
      // Failures of the old URL say nothing about the new one.
      const hasNewUrl = changes.target_url !== undefined;
      if (hasNewUrl)
        await tx.lane.update({
          where: { webhook_id: id },
          data: { consecutive_failures: 0, failing_since: null },
        });
      await recordAudit(tx, scope, {
        action: 'webhook.updated',
        target: { type: 'webhook', id, name: changes.target_url ?? before.target_url },
        details: { ...changes, ...(dropped.length > 0 && { dropped_secrets: dropped }) },
      });
      // Prefetched deliveries would be sent to the old URL, or before older ones despite the order.
      return { dropped, recall: hasNewUrl || changes.ordered ? await recallLanes(tx, [id]) : [] };
    });
  const changed = await orShowCurrent(change, () => getWebhook(scope, id));
  if (changed) {
    live.notify('settings', [id]);
    await awaitRecall(scope.platform, changed.recall);
  }
  return { ...(await getWebhook(scope, id)), dropped_secrets: changed?.dropped ?? [] };
}

type Given = z.output<typeof updateWebhookInput>;
type Changes = Partial<Pick<Given, 'event_type' | 'target_url' | 'description' | 'concurrency' | 'rate_limit'>> &
  Partial<Pick<Given, 'ordered' | 'filter'>> & {
    /** Their names. */
    headers?: string[];
  };

/** Whether a webhook already has these headers. Stored values that can't be decrypted count as different. */
async function areStored(
  secrets: Secrets,
  before: Parameters<typeof openHeaders>[1],
  headers: Record<string, string>,
): Promise<boolean> {
  const stored = await openHeaders(secrets, before).catch((error: unknown) => {
    if (isSealedTextError(error)) return null;
    throw error;
  });
  return stored !== null && isDeepStrictEqual({ ...stored }, { ...headers });
}

/** A webhook's headers as they leave the process. */
const masksOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, MASK]));

const hasMask = (headers: Record<string, string>) => Object.values(headers).includes(MASK);

/** @throws Refusal VALIDATION for the mask of a header that doesn't exist, and for an invalid header. */
const unmask = (given: Record<string, string>, stored: Record<string, string>): Record<string, string> =>
  checked(
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value === MASK ? (stored[name] ?? value) : value]),
    ),
  );

/** The headers that remain for another host: a masked value doesn't count as given again. */
const withoutMasks = (given: Record<string, string>, dropped: readonly string[]): Record<string, string> =>
  checked(Object.fromEntries(Object.entries(given).filter(([name]) => !dropped.includes(name))));

function checked(headers: Record<string, string>): Record<string, string> {
  const parsed = headersInput.safeParse(headers);
  if (parsed.success) return headers;
  throw invalid(...parsed.error.issues.flatMap((issue) => issuesOf(issue, ['headers'])));
}
