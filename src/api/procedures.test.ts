import { callTRPCProcedure, TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { API_KEY_SCOPES, type Caller, procedure, ROLES, router } from '#platform/procedure.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { declaredProcedures } from './rest-routes.ts';
import { appRouter } from './router.ts';

let platform: OpenPlatform;
let mine: Awaited<ReturnType<typeof createTestOrganization>>;
let theirs: Awaited<ReturnType<typeof createTestOrganization>>;

beforeAll(async () => {
  platform = await createTestPlatform();
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

const typeOf = (path: string): 'query' | 'mutation' =>
  declaredProcedures.find(({ procedure: name }) => name === path)?.type ?? 'query';

const needing = declaredProcedures.flatMap(({ procedure: path, meta }) =>
  meta?.needs && meta.needs !== 'nobody' ? [{ path, ...meta.needs }] : [],
);

/** What only those may call who are nobody yet: named here, so that one more is a decision. */
const PUBLIC = ['setup.status', 'setup.complete'];

describe('every procedure', () => {
  test('declares the role and the scope that it needs', () => {
    expect(
      declaredProcedures.filter(({ meta }) => meta?.needs === undefined).map(({ procedure: path }) => path),
    ).toEqual([]);
    expect(declaredProcedures.filter(({ meta }) => meta.needs === 'nobody').map(({ procedure: path }) => path)).toEqual(
      PUBLIC,
    );
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

describe('an id of another organization is a 404, as if it did not exist', () => {
  /** For each procedure that takes an id: something of theirs with that id, and the rest of an input that is right. */
  const ofTheirs: Record<string, () => Promise<Record<string, unknown>>> = {
    'apiKeys.revoke': async () => ({ id: await theirs.apiKeyId() }),
    'connectors.get': async () => ({ id: await theirs.connectorId() }),
    'connectors.update': async () => ({ id: await theirs.connectorId(), enabled: false }),
    'connectors.delete': async () => ({ id: await theirs.connectorId() }),
    'connectors.test': async () => ({ id: await theirs.connectorId(), message: 'hello' }),
    'connectors.sends': async () => ({ id: await theirs.connectorId() }),
  };
  const takingAnId = declaredProcedures.filter(({ inputs }) =>
    inputs.some((input) => 'shape' in input && 'id' in (input.shape as object)),
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
