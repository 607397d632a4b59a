// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the changed code contains templates
import type { Mutant } from './mutants.ts';

/** A fault that a test has to notice, whatever a random sample contains. */
export type ListedChange = {
  fault: string;
  path: string;
  /** Occurs once in the file. */
  from: string;
  to: string;
  /** Which tests have to notice it; the nearest ones if left out. */
  tests?: readonly string[];
};

/** What the API does for another organization, what it audits, and where its secrets are stored. */
const OF_THE_API = ['src/api/procedures.test.ts', 'src/api/mutations.test.ts', 'src/api/webhooks.test.ts'];

/** Faults that would break a promise of the product without an error. `npm run mutate -- --listed` tries each. */
export const LISTED: readonly ListedChange[] = [
  {
    fault: 'Pause, resume, and rotate work on a webhook of another organization, and answer 404 afterwards.',
    path: 'src/features/webhooks/lock-webhook.ts',
    from: 'where: { id, organization_id, deleted_at: null }',
    to: 'where: { id, deleted_at: null }',
    tests: OF_THE_API,
  },
  {
    fault: 'A webhook of another organization is deleted.',
    path: 'src/features/webhooks/delete-webhook.ts',
    from: 'const where = { id, organization_id, deleted_at: null };',
    to: 'const where = { id, deleted_at: null };',
    tests: OF_THE_API,
  },
  {
    fault: 'The verdict on an address is remembered without the host that may go there.',
    path: 'src/platform/outbound/target.ts',
    from: 'const key = `${address} ${hostname}`;',
    to: 'const key = address;',
  },
  {
    fault: 'The audit row of a rotation contains the new secret.',
    path: 'src/features/webhooks/rotate-secret.ts',
    from: 'details: { overlap_hours },',
    to: 'details: { overlap_hours, secret },',
    tests: OF_THE_API,
  },
  {
    fault: 'A pause is not audited.',
    path: 'src/features/webhooks/pause-webhook.ts',
    from: `    await recordAudit(tx, scope, {
      action: 'webhook.paused',
      target: { type: 'webhook', id, name: before.target_url },
    });
`,
    to: '',
    tests: OF_THE_API,
  },
  {
    fault: 'A deleted webhook keeps its headers.',
    path: 'src/features/webhooks/delete-webhook.ts',
    from: '        sealed_headers: null,\n',
    to: '',
    tests: OF_THE_API,
  },
  {
    fault: 'A deleted webhook keeps its secret.',
    path: 'src/features/webhooks/delete-webhook.ts',
    from: '        sealed_secret: null,\n',
    to: '',
    tests: OF_THE_API,
  },
  {
    fault: 'A deleted webhook keeps its previous secret.',
    path: 'src/features/webhooks/delete-webhook.ts',
    from: '        sealed_previous_secret: null,\n',
    to: '',
    tests: OF_THE_API,
  },
  {
    fault: 'A delivery of a disabled webhook is retried.',
    path: 'src/features/deliveries/retry-delivery.ts',
    from: "if (webhook.status === 'disabled')",
    to: 'if (false)',
  },
  {
    fault: 'The deliveries of a disabled webhook are recovered.',
    path: 'src/features/deliveries/recover-deliveries.ts',
    from: "if (status === 'disabled' && !dry_run)",
    to: 'if (false)',
  },
  {
    fault: 'Recover sends what was delivered by a later attempt.',
    path: 'src/features/deliveries/recover-deliveries.ts',
    from: "(o.status = 'delivered' or o.id > ended.id",
    to: '(false or o.id > ended.id',
  },
  {
    fault: 'Recover sends what is pending already.',
    path: 'src/features/deliveries/recover-deliveries.ts',
    from: 'where p.event_id = ended.event_id and p.webhook_id = ${id}::uuid)',
    to: 'where false)',
  },
  {
    fault: 'An idempotency key can be used again with another time.',
    path: 'src/features/events/publish-events.ts',
    from: 'JSON.stringify([event_type, occurred_at?.toISOString() ?? null,',
    to: 'JSON.stringify([event_type,',
  },
  {
    fault: 'An idempotency key can be used again with other data.',
    path: 'src/features/events/publish-events.ts',
    from: '    .update(canonicalJson(data))\n',
    to: '',
  },
  {
    fault: 'The change at the applied position is applied again.',
    path: 'src/features/sources/stream/batches.ts',
    from: 'one.index > other.index);',
    to: 'one.index >= other.index);',
  },
  {
    fault: 'A row that names an unknown organization stops the change stream.',
    path: 'src/features/sources/stream/apply-changes.ts',
    from: 'if (!organizations.has(organization_id)) {',
    to: 'if (false) {',
  },
  {
    fault: 'The sweep expires what a pause held for more than a day, as soon as the webhook is resumed.',
    path: 'src/features/engine/sweep-deliveries.ts',
    from: "and (s.resumed_at is null or s.resumed_at < clock.now - interval '${GIVE_UP_AFTER_HOURS} hours 30 seconds')",
    to: '',
  },
  {
    fault: 'The sweep expires what a pause holds.',
    path: 'src/features/engine/sweep-deliveries.ts',
    from: "s.status = 'disabled' or s.status = 'active'\n",
    to: "s.status = 'disabled' or true\n",
  },
  {
    fault: 'A key rotation overwrites a secret that was changed in the meantime.',
    path: 'src/platform/secrets/secrets.ts',
    from: 'where id = $2::uuid and ${name} = $3`',
    to: 'where id = $2::uuid and $3::text is not null`',
  },
  {
    fault: 'A worker that has lost the queue sets the next attempt of a delivery.',
    path: 'src/features/engine/record-results.ts',
    from: "r.outcome = 'retry' and r.holds and",
    to: "r.outcome = 'retry' and",
  },
  {
    fault: 'The retry of an attempt that is not the last one is recorded.',
    path: 'src/features/engine/record-results.ts',
    from: "r.outcome = 'retry' and r.holds and p.attempt_count = r.number - 1",
    to: "r.outcome = 'retry' and r.holds",
  },
  {
    fault: 'A worker that has lost the queue fails a delivery.',
    path: 'src/features/engine/record-results.ts',
    from: "r.outcome = 'failed' and r.holds and",
    to: "r.outcome = 'failed' and",
  },
  {
    fault: 'A delivery fails by an attempt that is not the last one.',
    path: 'src/features/engine/record-results.ts',
    from: "r.outcome = 'failed' and r.holds and p.attempt_count = r.number - 1",
    to: "r.outcome = 'failed' and r.holds",
  },
  {
    fault: 'A worker that has lost the queue counts failures.',
    path: 'src/features/engine/record-results.ts',
    from: 'and (l.lease_token = t.lease_token or l.lease_holder = $3)\n        and (t.failures',
    to: 'and (t.failures',
  },
  {
    fault: 'A failure at the previous URL counts against the new one.',
    path: 'src/features/engine/record-results.ts',
    from: 'where id = t.webhook_id and target_url = t.target_url limit 1',
    to: 'where id = t.webhook_id limit 1',
  },
  {
    fault: 'A lease is renewed by a worker that has lost it.',
    path: 'src/features/engine/keep-leases.ts',
    from: 'on h.webhook_id = l.webhook_id and h.lease_token = l.lease_token\n',
    to: 'on h.webhook_id = l.webhook_id\n',
  },
  {
    fault: 'A lease is released by a worker that has lost it.',
    path: 'src/features/engine/keep-leases.ts',
    from: 'where h.webhook_id = l.webhook_id and h.lease_token = l.lease_token returning',
    to: 'where h.webhook_id = l.webhook_id returning',
  },
  {
    fault: 'A key rotation that was superseded encrypts with its own key.',
    path: 'src/platform/secrets/secrets.ts',
    from: 'if ((await activeKeyId(tx)) !== keyId(key)) return done;',
    to: '',
  },
  {
    fault: 'The queue of a paused webhook is claimed.',
    path: 'src/features/engine/claim-lanes.ts',
    from: "and s.status = 'active' and s.deleted_at is null",
    to: 'and s.deleted_at is null',
  },
  {
    fault: 'The queue of a deleted webhook is claimed.',
    path: 'src/features/engine/claim-lanes.ts',
    from: "and s.status = 'active' and s.deleted_at is null",
    to: "and s.status = 'active'",
  },
  {
    fault: 'A queue is claimed while another worker holds its lease.',
    path: 'src/features/engine/claim-lanes.ts',
    from: 'and (l.lease_until is null or l.lease_until <= now()\n',
    to: 'and (true or l.lease_until <= now()\n',
  },
  {
    fault: 'The next address is not tried after the first one timed out.',
    path: 'src/platform/outbound/outbound-http.ts',
    from: "(failure?.code === 'connection_refused' || failure?.code === 'timeout')",
    to: "failure?.code === 'connection_refused'",
  },
  {
    fault: 'The next address is not tried after the first one refused.',
    path: 'src/platform/outbound/outbound-http.ts',
    from: "(failure?.code === 'connection_refused' || failure?.code === 'timeout')",
    to: "failure?.code === 'timeout'",
  },
];

/** @throws when the file has changed, so that the change is not possible anymore or not clear. */
export function listedMutant({ path, fault, from, to }: ListedChange, code: string): Mutant {
  const start = code.indexOf(from);
  if (start === -1 || code.indexOf(from, start + 1) !== -1)
    throw new Error(`${path} must contain this once, to try what happens without it: ${from}`);
  return {
    start,
    end: start + from.length,
    code: to,
    line: code.slice(0, start).split('\n').length,
    what: fault,
  };
}
