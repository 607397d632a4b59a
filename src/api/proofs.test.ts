import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ended, Ending } from '#core/ended.ts';
import { authenticate } from '#features/people/auth/authenticate.ts';
import { OUTLIVES, PROOF_EVENTS, PROOFS, type ProofEvent } from '#features/people/auth/proofs.ts';
import { invitationPath } from '#features/people/members/invitation-token.ts';
import { createResetLink } from '#features/people/passwords/create-reset-link.ts';
import { findLink } from '#features/people/passwords/one-time-link.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type MailServer, startMailServer } from '#testing/mail-server.ts';
import { callerOf } from '#testing/test-caller.ts';
import {
  cookieOf,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  signInAs,
  type TestOrganization,
  type TestUser,
} from '#testing/test-platform.ts';
import { totpOf, totpSecretOf } from '#testing/totp.ts';

const PUBLIC_URL = 'https://webhooks.example.com';
const NEW_PASSWORD = 'a new password of mine';

let server: MailServer;
let platform: OpenPlatform;
let organization: TestOrganization;
let owner: TestUser;
beforeAll(async () => {
  server = await startMailServer();
  const MAIL_FROM = 'Honeyframe <webhooks@example.com>';
  platform = await createTestPlatform({ SMTP_URL: server.url, MAIL_FROM, PUBLIC_URL });
});
afterAll(async () => {
  await platform.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  server.mails.length = 0;
  organization = await createTestOrganization(platform);
  owner = await createTestUser(platform, organization, 'owner', { origin: PUBLIC_URL });
});

const as = ({ cookie }: { cookie: string }) => callerOf(platform, cookie);
const post = (path: string, body: unknown, cookie = '') =>
  postAuth(platform, path, body, { origin: PUBLIC_URL, ...(cookie && { cookie }) });
const tokenOf = (path: string | undefined) => new URL(path ?? '', PUBLIC_URL).searchParams.get('token') ?? '';
const memberIdOf = async ({ id: userId }: TestUser) =>
  (await platform.database.member.findFirstOrThrow({ where: { userId, organizationId: organization.id } })).id;
const COMMAND_LINE = { type: 'system', id: 'cli', name: 'Command line' } as const;

/** How each proof is tried: whether it still opens what it opened. */
type Trials = Record<Ending, () => Promise<boolean>>;

/** An admin who has one of everything that the table names. */
async function plant(): Promise<{ person: TestUser; trials: Trials }> {
  const person = await createTestUser(platform, organization, 'admin', { origin: PUBLIC_URL });
  const { id, email, password } = person;
  // A new password keeps the row.
  const account = await platform.database.account.findFirstOrThrow({ where: { userId: id } });
  const enrolled = await (await post('/two-factor/enable', { password }, person.cookie)).json();
  const { totpURI, backupCodes } = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) }).parse(enrolled);
  const verified = await post('/two-factor/verify-totp', { code: totpOf(totpSecretOf(totpURI)) }, person.cookie);
  person.cookie = cookieOf(verified);
  const half = async () => cookieOf(await signInAs(platform, email, password, { origin: PUBLIC_URL }));
  const secondSession = cookieOf(await post('/two-factor/verify-backup-code', { code: backupCodes[0] }, await half()));
  const halfSignIn = await half();
  const resetToken = tokenOf(await createResetLink(platform, email, COMMAND_LINE));
  const call = await as(person);
  await call.account.changeEmail({ email: `new.${email}`, password });
  const changeToken = tokenOf(server.mails[0]?.links[0]);
  const other = await createTestUser(platform, organization, 'member', { origin: PUBLIC_URL });
  const linkForOther = tokenOf((await call.members.createResetLink({ id: await memberIdOf(other) })).path);
  const made = await call.invitations.create({ email: `guest.${email}`, role: 'member' });
  const received = await platform.database.invitation.create({
    data: {
      organizationId: organization.id,
      email,
      role: 'admin',
      inviterId: owner.id,
      expiresAt: new Date(Date.now() + 60_000),
    },
  });
  const opens = async (token: string) => {
    const nobody = await callerOf(platform, null);
    return nobody.invitations.open({ token }).then(
      () => true,
      () => false,
    );
  };
  return {
    person,
    trials: {
      session: async () => (await authenticate(platform, new Headers({ cookie: secondSession }))).kind === 'user',
      half_sign_in: async () => (await post('/two-factor/verify-backup-code', { code: backupCodes[1] }, halfSignIn)).ok,
      second_factor: async () => (await platform.database.twoFactor.count({ where: { userId: id } })) > 0,
      password: async () => (await platform.database.account.count({ where: { id: account.id } })) > 0,
      change_of_address: async () => (await findLink(platform, 'change_email', changeToken)) !== null,
      link_made_for_others: async () =>
        (await post('/reset-password', { token: linkForOther, newPassword: NEW_PASSWORD })).ok,
      invitation_made: () => opens(tokenOf(made.path)),
      invitation_received: () => opens(tokenOf(invitationPath(platform, received.id, 'shown'))),
      // The last, for it ends others.
      reset_link: async () => (await post('/reset-password', { token: resetToken, newPassword: NEW_PASSWORD })).ok,
    },
  };
}

async function reset(email: string, via: 'mail' | 'command_line'): Promise<Ended> {
  const token = tokenOf(await createResetLink(platform, email, COMMAND_LINE, via));
  const answer = await post('/reset-password', { token, newPassword: 'another password of mine' });
  return z.object({ ended: z.record(z.string(), z.int()) }).parse(await answer.json()).ended;
}

/** Each event as it happens on a running console, and the row of the audit log that says what ended. */
const HAPPENS: Record<
  ProofEvent,
  { action: string; happen: (person: TestUser) => Promise<{ ended: Ended } | undefined> }
> = {
  password_changed: {
    action: 'user.password_changed',
    happen: async (person) =>
      (await as(person)).account.changePassword({ current_password: person.password, new_password: NEW_PASSWORD }),
  },
  password_reset: {
    action: 'user.password_changed',
    happen: async ({ email }) => ({ ended: await reset(email, 'command_line') }),
  },
  address_changed: {
    action: 'member.email_changed',
    happen: async (person) =>
      (await as(owner)).members.changeEmail({ id: await memberIdOf(person), email: `other.${person.email}` }),
  },
  address_proved: {
    action: 'user.password_changed',
    happen: async ({ id, email }) => {
      await platform.database.user.update({ where: { id }, data: { emailVerified: false } });
      return { ended: await reset(email, 'mail') };
    },
  },
  role_changed: {
    action: 'member.role_changed',
    happen: async (person) => (await as(owner)).members.changeRole({ id: await memberIdOf(person), role: 'owner' }),
  },
  left: {
    action: 'member.removed',
    happen: async (person) => (await as(owner)).members.remove({ id: await memberIdOf(person) }),
  },
  joined: {
    action: 'organization.created',
    happen: async (person) => {
      await (await as(person)).organization.create({ name: 'Elsewhere' });
      return undefined;
    },
  },
};

const table = (event: ProofEvent) =>
  Object.fromEntries(
    Object.entries(PROOFS).map(([name, { ends }]) => [name, (ends as readonly string[]).includes(event)]),
  );

describe('of all that proves a person or opens an organization', () => {
  test.each(PROOF_EVENTS)('%s ends what the table says, nothing else, and names it', async (event) => {
    const { person, trials } = await plant();
    const { action, happen } = HAPPENS[event];
    const answered = await happen(person);
    const row = await platform.database.auditLog.findFirstOrThrow({
      where: { action, details: { path: ['ended', 'reset_link'], equals: 1 } },
      orderBy: { id: 'desc' },
    });
    const { ended } = z.object({ ended: z.record(z.string(), z.int()) }).parse(row.details);
    if (answered) expect(answered.ended).toEqual(ended);
    const expected = table(event);
    const named = Object.fromEntries(Object.keys(PROOFS).map((name) => [name, (ended[name] ?? 0) > 0]));
    expect(named).toEqual(expected);
    const ends: Record<string, boolean> = {};
    for (const [name, works] of Object.entries(trials)) ends[name] = !(await works());
    expect(ends).toEqual(expected);
  });

  test('whatever outlives an event has its reason in the table', () => {
    for (const [name, proof] of Object.entries(PROOFS))
      if (proof.ends.length < PROOF_EVENTS.length)
        expect('otherwise' in proof ? proof.otherwise : '', name).toMatch(/\w+\.$/);
  });

  test('docs/people.md has the same table', async () => {
    const page = await readFile(new URL('../../docs/people.md', import.meta.url), 'utf8');
    for (const [name, { ends }] of Object.entries(PROOFS)) {
      const cells = PROOF_EVENTS.map((event) => ((ends as readonly string[]).includes(event) ? 'ends' : ''));
      expect(page.replaceAll(/ +/g, ' ')).toContain(`| \`${name}\` | ${cells.join(' | ')} |`.replaceAll(/ +/g, ' '));
    }
    for (const name of Object.keys(OUTLIVES)) expect(page).toContain(`\`${name}\``);
  });
});
