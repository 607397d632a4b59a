import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Caller } from '#platform/trpc/procedure.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { whileAdmitted } from './while-admitted.ts';

const ADA: Caller = {
  kind: 'user',
  id: 'ada',
  name: 'Ada',
  email: 'ada@example.com',
  organization_id: 'acme',
  role: 'admin',
};

/** Counts until its signal aborts. */
async function* count(signal: AbortSignal): AsyncGenerator<number> {
  for (let number = 1; !signal.aborted; number += 1) {
    yield number;
    await delay(5, undefined, { signal }).catch(() => {});
  }
}

/** Takes items until the stream ends, and tells how it did. */
async function listen(reauthenticate: () => Promise<Caller>, signal?: AbortSignal): Promise<{ error: unknown }> {
  try {
    for await (const _ of whileAdmitted({ caller: ADA, reauthenticate, signal }, count, 10));
    return { error: null };
  } catch (error) {
    return { error };
  }
}

describe('a stream', () => {
  test('goes on while its caller is asked for again and again, and ends with the client', async () => {
    const client = new AbortController();
    let asked = 0;
    const ended = await listen(async () => {
      asked += 1;
      if (asked === 3) client.abort();
      return { ...ADA, name: 'Ada Lovelace' };
    }, client.signal);
    expect(ended).toEqual({ error: null });
  });

  test.each<[string, Caller]>([
    ['has signed out', { kind: 'nobody' }],
    ['is in another organization', { ...ADA, organization_id: 'other' }],
    ['has another role', { ...ADA, role: 'member' }],
    ['is somebody else', { ...ADA, id: 'grace' }],
  ])('ends when its caller %s', async (_, now) => {
    expect(await listen(async () => now)).toMatchObject({ error: { code: 'UNAUTHORIZED' } });
  });

  test('ends with what the caller is refused for', async () => {
    const refusal = new Refusal('FORBIDDEN', 'You are in no organization any more.');
    expect(await listen(() => Promise.reject(refusal))).toEqual({ error: refusal });
  });
});
