import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOISE_RULES } from '#core/csp/noise/noise-rules.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
  uniqueName,
} from '#testing/test-platform.ts';
import { createNoiseRule } from './create-noise-rule.ts';
import { deleteNoiseRule } from './delete-noise-rule.ts';
import { listNoiseRules } from './list-noise-rules.ts';
import { noiseRuleInput, ownRuleIdSchema, updateNoiseRuleInput } from './noise-rule-schema.ts';
import { loadOwnNoiseRules } from './own-noise-rules.ts';
import { updateNoiseRule } from './update-noise-rule.ts';

let platform: OpenPlatform;
let first: TestOrganization;
let other: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  first = await createTestOrganization(platform);
  other = await createTestOrganization(platform);
});
afterAll(() => platform.close());

const input = (given: object = {}) =>
  noiseRuleInput.parse({
    name: uniqueName('Rule'),
    reason: 'The old shop loads it.',
    hosts: ['tags.example'],
    ...given,
  });
const idOf = (rule: { id: string }) => ownRuleIdSchema.parse(rule.id);
const audited = (id: string) =>
  platform.database.auditLog.findMany({ where: { target_id: id }, orderBy: { id: 'asc' } });

describe('a noise rule of one’s own', () => {
  test('is listed before those that come with the console, and given to readers under its outward id', async () => {
    const rule = await createNoiseRule(first.scope(), input({ hosts: ['a.example'], samples: ['__acme'] }));
    expect(rule).toMatchObject({
      id: expect.stringMatching(/^own:[0-9a-f-]{36}$/),
      origin: 'own',
      created_by: { type: 'user', name: 'Ada Test' },
    });
    const { items } = await listNoiseRules(first.scope());
    expect(items[0]).toEqual(rule);
    expect(items.slice(-NOISE_RULES.length).map(({ id }) => id)).toEqual(NOISE_RULES.map(({ id }) => id));
    expect(await loadOwnNoiseRules(platform)).toContainEqual({
      id: rule.id,
      reason: rule.reason,
      hosts: ['a.example'],
      samples: ['__acme'],
    });
  });

  test('belongs to the installation: one of a later organization labels nothing', async () => {
    const theirs = await createNoiseRule(other.scope(), input());
    expect((await loadOwnNoiseRules(platform)).map(({ id }) => id)).not.toContain(theirs.id);
    const { items } = await listNoiseRules(first.scope());
    expect(items.map(({ id }) => id)).not.toContain(theirs.id);
  });

  test('is made, changed and deleted with an audit row each', async () => {
    const rule = await createNoiseRule(first.scope(), input({ name: 'Old shop' }));
    const changed = await updateNoiseRule(first.scope(), { id: idOf(rule), hosts: [], schemes: ['acme'] });
    expect(changed).toMatchObject({ name: 'Old shop', hosts: [], schemes: ['acme'] });
    await deleteNoiseRule(first.scope(), idOf(rule));
    expect((await listNoiseRules(first.scope())).items.map(({ id }) => id)).not.toContain(rule.id);
    expect(await audited(rule.id)).toMatchObject([
      { action: 'csp_noise_rule.created', target_name: 'Old shop', details: { hosts: ['tags.example'] } },
      { action: 'csp_noise_rule.updated', target_name: 'Old shop', details: { hosts: [], schemes: ['acme'] } },
      { action: 'csp_noise_rule.deleted', target_name: 'Old shop', details: { schemes: ['acme'] } },
    ]);
  });

  test('of another organization does not exist, and nothing happens to it', async () => {
    const theirs = await createNoiseRule(other.scope(), input());
    const missing = { code: 'NOT_FOUND' };
    await expect(deleteNoiseRule(first.scope(), idOf(theirs))).rejects.toMatchObject(missing);
    await expect(updateNoiseRule(first.scope(), { id: idOf(theirs), name: 'Mine' })).rejects.toMatchObject(missing);
    expect((await listNoiseRules(other.scope())).items).toContainEqual(theirs);
    expect(await audited(theirs.id)).toHaveLength(1);
  });

  test('keeps its name to itself, and a conflict changes and audits nothing', async () => {
    const [one, two] = [await createNoiseRule(first.scope(), input()), await createNoiseRule(first.scope(), input())];
    const taken = { code: 'CONFLICT', issues: [{ path: ['name'] }] };
    await expect(createNoiseRule(first.scope(), input({ name: one.name }))).rejects.toMatchObject(taken);
    await expect(updateNoiseRule(first.scope(), { id: idOf(two), name: one.name })).rejects.toMatchObject(taken);
    expect(await audited(two.id)).toHaveLength(1);
  });

  test('cannot lose its last part', async () => {
    const rule = await createNoiseRule(first.scope(), input());
    await expect(updateNoiseRule(first.scope(), { id: idOf(rule), hosts: [] })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: ['hosts'] }],
    });
    expect(await audited(rule.id)).toHaveLength(1);
  });

  test('that two people change at once is changed by one of them', async () => {
    const rule = await createNoiseRule(first.scope(), input());
    const changes = await Promise.allSettled(
      ['one', 'two'].map((reason) => updateNoiseRule(first.scope(), { id: idOf(rule), reason })),
    );
    const done = changes.filter(({ status }) => status === 'fulfilled').length;
    expect(await audited(rule.id)).toHaveLength(1 + done);
  });
});

describe('the parts of a rule', () => {
  test.each([
    ['hosts', ' CDN.Example.com ', 'cdn.example.com'],
    ['hosts', 'münchen.example', 'xn--mnchen-3ya.example'],
    ['hosts', 'localhost', 'localhost'],
    ['hosts', '192.0.2.7', '192.0.2.7'],
    ['hosts', '[2001:DB8::1]', '[2001:db8::1]'],
    ['schemes', 'Moz-Extension://', 'moz-extension'],
    ['schemes', 'data:', 'data'],
    ['samples', '  __acmeWidget ', '__acmeWidget'],
  ])('in %s, %j is taken as %j', (part, given, taken) => {
    expect(noiseRuleInput.parse({ name: 'a', reason: 'b', [part]: [given, given] })).toMatchObject({ [part]: [taken] });
  });

  test.each([
    ['hosts', 'https://cdn.example.com'],
    ['hosts', 'cdn.example.com/path'],
    ['hosts', 'cdn.example.com:8443'],
    ['hosts', '*.example.com'],
    ['hosts', 'two hosts'],
    ['hosts', ''],
    ['hosts', '7'],
    ['hosts', 'user@host'],
    ['hosts', 'a..b'],
    ['schemes', 'https'],
    ['schemes', 'inline'],
    ['schemes', '1password'],
    ['schemes', ''],
    ['samples', 'abc'],
    ['samples', 'two\nlines'],
    ['samples', 'x'.repeat(201)],
  ])('in %s, %j is refused by its place', (part, given) => {
    const { error } = noiseRuleInput.safeParse({ name: 'a', reason: 'b', [part]: [given] });
    expect(error?.issues[0]?.path).toEqual([part, 0]);
  });

  test.each([
    [{}, ['hosts']],
    [{ hosts: [] }, ['hosts']],
    [{ hosts: Array.from({ length: 101 }, (_, index) => `h${index}.example`) }, ['hosts']],
    [{ hosts: ['a.example'], reason: '' }, ['reason']],
    [{ hosts: ['a.example'], name: ' ' }, ['name']],
  ])('%j are refused at %j', (given, path) => {
    const { error } = noiseRuleInput.safeParse({ name: 'a', reason: 'b', ...given });
    expect(error?.issues[0]?.path).toEqual(path);
  });

  test.each(['browser-extension', '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21', 'own:', 'own:abc'])(
    'the id %j is none of a rule of one’s own',
    (id) => {
      expect(updateNoiseRuleInput.safeParse({ id, name: 'a' }).error?.issues[0]?.path).toEqual(['id']);
    },
  );
});
