import { callTRPCProcedure, type TRPCProcedureType as ProcedureType, TRPCError } from '@trpc/server';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFailureLog } from '#platform/log-files/failure-log.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { API_KEY_SCOPES, type Caller, procedure, publicProcedure, ROLES, router } from '#platform/trpc/procedure.ts';
import { closedPort } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { declaredProcedures } from './rest-routes.ts';
import { appRouter } from './router.ts';

let platform: OpenPlatform;
let mine: Awaited<ReturnType<typeof createTestOrganization>>;
let theirs: Awaited<ReturnType<typeof createTestOrganization>>;

beforeAll(async () => {
  platform = await createTestPlatform({ TWILIO_BASE_URL: `http://127.0.0.1:${await closedPort()}` });
  mine = await createTestOrganization(platform);
  theirs = await createTestOrganization(platform);
});

afterAll(() => platform.close());

const person = (organization_id: string, role: (typeof ROLES)[number]): Caller => ({
  kind: 'user',
  id: 'u',
  name: 'Somebody',
  email: 'somebody@example.com',
  organization_id,
  role,
  authenticated_at: new Date(),
});

const program = (organization_id: string, scopes: (typeof API_KEY_SCOPES)[number][]): Caller => ({
  kind: 'api_key',
  id: 'k',
  name: 'A program',
  organization_id,
  scopes,
});

async function codeOf(path: string, caller: Caller, input: unknown): Promise<string> {
  const type = typeOf(path);
  try {
    await callTRPCProcedure({
      router: appRouter,
      path,
      type,
      ctx: { platform, caller, ip: null, user_agent: null, host: null },
      getRawInput: () => Promise.resolve(input),
      signal: undefined,
      batchIndex: 0,
    });
    return 'OK';
  } catch (error) {
    return error instanceof TRPCError ? error.code : 'NOT A TRPC ERROR';
  }
}

const typeOf = (path: string): ProcedureType =>
  declaredProcedures.find(({ procedure: name }) => name === path)?.type ?? 'query';

const needing = declaredProcedures.flatMap(({ procedure: path, meta }) =>
  meta?.needs && meta.needs !== 'nobody' ? [{ path, ...meta.needs }] : [],
);

/** What only those may call who are nobody yet: named here, so that one more is a decision. */
const PUBLIC = [
  'account.confirmEmail',
  'invitations.open',
  'invitations.accept',
  'setup.status',
  'setup.complete',
  'signIn.options',
  'signIn.requestReset',
];

describe('every procedure', () => {
  test('declares the role and the scope that it needs', () => {
    expect(
      declaredProcedures.filter(({ meta }) => meta?.needs === undefined).map(({ procedure: path }) => path),
    ).toEqual([]);
    expect(declaredProcedures.filter(({ meta }) => meta.needs === 'nobody').map(({ procedure: path }) => path)).toEqual(
      PUBLIC,
    );
  });

  test('whose input has only optional fields can be called without it', () => {
    const refused = declaredProcedures.filter(({ inputs }) => {
      const input = inputs.at(-1);
      return input?.safeParse({}).success && !input.safeParse(undefined).success;
    });
    // Write `.input(schema.prefault({}))`: its caller's type then says so, too.
    expect(refused.map(({ procedure: path }) => path)).toEqual([]);
    expect(
      declaredProcedures.filter(({ inputs }) => inputs.at(-1)?.safeParse(undefined).success).length,
    ).toBeGreaterThan(30);
  });

  test('and one that declares nothing fails for everybody', async () => {
    const careless = router({ open: procedure.query(() => 'open') });
    const call = careless.createCaller({
      platform,
      caller: person(mine.id, 'owner'),
      ip: null,
      user_agent: null,
      host: null,
    });
    await expect(call.open()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  });

  test('that fails is logged, but not when its caller had left', async () => {
    const logged: string[] = [];
    const log = pino({}, { write: (line) => logged.push(line) });
    const failing = router({
      fail: publicProcedure.query(() => {
        throw new Error('It broke.');
      }),
    });
    const caller = { kind: 'nobody' } as const;
    const context = {
      platform: { ...platform, failures: createFailureLog(log) },
      caller,
      ip: null,
      user_agent: null,
      host: null,
    };
    const leaving = failing.createCaller(context, { signal: AbortSignal.abort() });
    await expect(leaving.fail()).rejects.toThrow('It broke.');
    expect(logged).toEqual([]);
    await expect(failing.createCaller(context).fail()).rejects.toThrow('It broke.');
    expect(logged).toEqual([expect.stringContaining('The procedure fail failed')]);
  });

  test.each(needing)('$path refuses who has not signed in', async ({ path }) => {
    expect(await codeOf(path, { kind: 'nobody' }, {})).toBe('UNAUTHORIZED');
  });

  // Past the check stands the input: whoever is let in with an empty one gets anything but FORBIDDEN.
  describe.each(ROLES)('as %s', (role) => {
    test.each(needing)('$path takes the role $role', async ({ path, role: least }) => {
      const code = await codeOf(path, person(mine.id, role), { nonsense: true });
      if (ROLES.indexOf(role) < ROLES.indexOf(least)) expect(code).toBe('FORBIDDEN');
      else expect(code).not.toBe('FORBIDDEN');
    });
  });

  describe.each(API_KEY_SCOPES)('with a key for %s alone', (scope) => {
    test.each(needing)('$path takes the scope $scope', async ({ path, scope: needed }) => {
      const code = await codeOf(path, program(mine.id, [scope]), { nonsense: true });
      if (scope === needed) expect(code).not.toBe('FORBIDDEN');
      else expect(code).toBe('FORBIDDEN');
    });
  });
});

/** Those of the installation, which take the first organization: see below. */
const isOfInstallation = (path: string) => path.startsWith('csp.') || path.startsWith('sources.');

describe('an id of another organization is a 404, as if it did not exist', () => {
  // Whoever changes people is looked up again.
  beforeAll(async () => {
    await platform.database.user.create({ data: { id: 'u', name: 'Somebody', email: 'somebody@example.com' } });
    for (const { id: organizationId } of [mine, theirs])
      await platform.database.member.create({ data: { organizationId, userId: 'u', role: 'owner' } });
  });

  /** For each procedure that takes an id: something of theirs with that id, and the rest of an input that is right. */
  const ofTheirs: Record<string, () => Promise<Record<string, unknown>>> = {
    'members.changeRole': async () => ({ id: await theirs.memberId(), role: 'member' }),
    'members.createResetLink': async () => ({ id: await theirs.memberId() }),
    'members.changeEmail': async () => ({ id: await theirs.memberId(), email: 'new@example.com' }),
    'members.resetTwoFactor': async () => ({ id: await theirs.memberId() }),
    'members.remove': async () => ({ id: await theirs.memberId() }),
    'invitations.revoke': async () => ({ id: await theirs.invitationId() }),
    'apiKeys.revoke': async () => ({ id: await theirs.apiKeyId() }),
    'connectors.get': async () => ({ id: await theirs.connectorId() }),
    'connectors.update': async () => ({ id: await theirs.connectorId(), enabled: false }),
    'connectors.delete': async () => ({ id: await theirs.connectorId() }),
    'connectors.test': async () => ({ id: await theirs.connectorId(), message: 'hello' }),
    'connectors.check': async () => ({ id: await theirs.twilioConnectorId() }),
    'tools.setLimit': async () => ({ id: await theirs.apiKeyId(), calls_per_minute: 5 }),
    'connectors.sends': async () => ({ id: await theirs.connectorId() }),
    'pipelineRuns.get': async () => ({ id: await theirs.runId() }),
    'pipelineRuns.update': async () => ({ id: await theirs.runId(), status: 'failed' }),
    'webhooks.get': async () => ({ id: await theirs.webhookId() }),
    'webhooks.update': async () => ({ id: await theirs.webhookId(), description: 'x' }),
    'webhooks.delete': async () => ({ id: await theirs.webhookId() }),
    'webhooks.pause': async () => ({ id: await theirs.webhookId() }),
    'webhooks.resume': async () => ({ id: await theirs.webhookId() }),
    'webhooks.revealSecret': async () => ({ id: await theirs.webhookId() }),
    'webhooks.rotateSecret': async () => ({ id: await theirs.webhookId() }),
    'webhooks.deliveries': async () => ({ id: await theirs.webhookId() }),
    'webhooks.recover': async () => ({ id: await theirs.webhookId(), since: '2026-01-01T00:00:00Z' }),
    'webhooks.explain': async () => ({ id: await theirs.webhookId(), event_id: await theirs.eventId() }),
    'deliveries.asCurl': async () => ({ id: await theirs.deliveryId() }),
    'deliveries.ofEvent': async () => ({ id: await theirs.eventId() }),
    'deliveries.get': async () => ({ id: await theirs.deliveryId() }),
    'deliveries.resendEvent': async () => ({ id: await theirs.eventId() }),
    'deliveries.retry': async () => ({ id: await theirs.deliveryId() }),
    'webhooks.test': async () => ({ id: await theirs.webhookId() }),
    'events.get': async () => ({ id: await theirs.eventId() }),
    'events.eraseData': async () => ({ id: await theirs.eventId() }),
  };
  const takingAnId = declaredProcedures.filter(
    ({ procedure: path, inputs }) =>
      !isOfInstallation(path) && inputs.some((input) => 'shape' in input && 'id' in (input.shape as object)),
  );

  test('and no procedure that takes an id is left out here', () => {
    expect(takingAnId.map(({ procedure: path }) => path).toSorted()).toEqual(Object.keys(ofTheirs).toSorted());
  });

  test.each(Object.keys(ofTheirs))('%s', async (path) => {
    const input = await ofTheirs[path]?.();
    expect(await codeOf(path, person(mine.id, 'owner'), input)).toBe('NOT_FOUND');
    expect(await codeOf(path, person(theirs.id, 'owner'), input)).toBe('OK');
  });
});

describe('CSP reports and the change stream belong to the installation, and its first organization sees them', () => {
  const ofInstallation = needing.filter(({ path }) => isOfInstallation(path));

  test.each(ofInstallation)('$path refuses an owner of another one', async ({ path }) => {
    expect(await codeOf(path, person(theirs.id, 'owner'), { nonsense: true })).toBe('FORBIDDEN');
  });

  test.each(ofInstallation)('$path refuses a key of another one', async ({ path, scope }) => {
    expect(await codeOf(path, program(theirs.id, scope ? [scope] : []), { nonsense: true })).toBe('FORBIDDEN');
  });
});
