import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateOrganizationInput } from '#features/people/auth/schema.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
  uniqueName,
} from '#testing/test-platform.ts';
import { slugOf } from './organization.ts';
import { updateOrganization } from './update-organization.ts';

let platform: OpenPlatform;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());

const ADMIN = { kind: 'user', id: 'user-of-a-test', name: 'Ada', email: 'ada@example.com', role: 'admin' } as const;
const rename = (organization: TestOrganization, names: { name?: string; slug?: string }) =>
  updateOrganization(organization.scope(), { ...ADMIN, organization_id: organization.id }, names);
const read = (id: string) => platform.database.organization.findUniqueOrThrow({ where: { id } });

describe('renaming an organization', () => {
  test('changes what is given, keeps the rest, and is audited', async () => {
    const organization = await createTestOrganization(platform);
    const name = uniqueName('Acme');
    await rename(organization, { name });
    expect(await read(organization.id)).toMatchObject({ name, slug: organization.slug });
    expect(await platform.database.auditLog.findMany({ where: { organization_id: organization.id } })).toMatchObject([
      { action: 'organization.updated', target_id: organization.id, target_name: name, details: { name } },
    ]);
  });

  test('to a slug that another one has is a conflict of that field, and changes and audits nothing', async () => {
    const [mine, theirs] = [await createTestOrganization(platform), await createTestOrganization(platform)];
    const taken = rename(mine, { name: 'Taken', slug: theirs.slug });
    await expect(taken).rejects.toMatchObject({ code: 'CONFLICT', issues: [{ path: ['slug'] }] });
    expect(await read(mine.id)).toMatchObject({ name: mine.name, slug: mine.slug });
    expect(await platform.database.auditLog.count({ where: { organization_id: mine.id } })).toBe(0);
    await rename(mine, { slug: mine.slug });
  });

  test.each(['Acme', 'acme--sons', '-acme', 'acme-', 'acme sons', '', 'ä', 'a'.repeat(61)])(
    'refuses %j as a slug',
    (slug) => {
      expect(updateOrganizationInput.safeParse({ slug }).error?.issues[0]?.path).toEqual(['slug']);
    },
  );

  test.each(['', '   ', 'two\nlines', 'nul\u0000', 'a lone \ud800', 'x'.repeat(81)])('refuses %j as a name', (name) => {
    expect(updateOrganizationInput.safeParse({ name }).error?.issues[0]?.path).toEqual(['name']);
  });

  test('trims a name', () => {
    expect(updateOrganizationInput.parse({ name: '  Acme & Söhne 🍯 ' })).toEqual({ name: 'Acme & Söhne 🍯' });
  });
});

describe('the slug of a name', () => {
  test.each([
    ['Acme & Söhne', 'acme-sohne'],
    ['  Honeyframe  ', 'honeyframe'],
    ['ÅNGSTRÖM 2', 'angstrom-2'],
    ['蜂蜜', 'organization'],
    [`${'a'.repeat(59)} b`, 'a'.repeat(59)],
  ])('%j is %s', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  test('is one that can be given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (name) => {
        expect(updateOrganizationInput.parse({ slug: slugOf(name) })).toEqual({ slug: slugOf(name) });
      }),
    );
  });
});
