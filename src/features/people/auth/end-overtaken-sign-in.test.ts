import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createResetLink } from '#features/people/passwords/create-reset-link.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  signInAs,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';

const actor = { type: 'system', id: 'cli', name: 'Command line' } as const;
const LOCK = 4711;

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  // Whoever begins a session waits here while the test holds the lock: the password has been checked then.
  await platform.pool.query(`
    create function wait_for_test() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(${LOCK}); return new; end $$;
    create trigger wait_for_test before insert on session for each row execute function wait_for_test()`);
});
afterAll(() => platform.close());
afterEach(() => platform.database.session.deleteMany());

/** Signs in, and does something between the check of the password and the session. */
async function signInWhile(user: { email: string; password: string }, meanwhile: () => Promise<unknown>) {
  const holder = await platform.pool.connect();
  try {
    await holder.query('select pg_advisory_lock($1)', [LOCK]);
    const answer = signInAs(platform, user.email, user.password);
    await until('the sign-in is about to make its session', async () => {
      const { rowCount } = await platform.pool.query(
        `select from pg_locks where locktype = 'advisory' and objid = ${LOCK} and not granted`,
      );
      return rowCount === 1;
    });
    await meanwhile();
    await holder.query('select pg_advisory_unlock($1)', [LOCK]);
    return await answer;
  } finally {
    holder.release(true);
  }
}

test('a sign-in whose password is changed while it is checked leaves no session', async () => {
  const user = await createTestUser(platform, organization, 'member');
  const token = new URL(await createResetLink(platform, user.email, actor), 'http://localhost').searchParams.get(
    'token',
  );
  const answer = await signInWhile(user, async () => {
    const reset = await postAuth(platform, '/reset-password', { token, newPassword: 'a new password of mine' });
    expect(reset.status).toBe(200);
  });
  expect(answer.status).toBe(401);
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(await platform.database.session.count({ where: { userId: user.id } })).toBe(0);
});

test('a sign-in during which nothing changes goes on', async () => {
  const user = await createTestUser(platform, organization, 'member');
  expect((await signInWhile(user, async () => {})).status).toBe(200);
  expect(await platform.database.session.count({ where: { userId: user.id } })).toBeGreaterThan(0);
});
