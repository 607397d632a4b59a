import { expect, test } from 'vitest';
import { assertNotOvertaken, changesOf, versionOf } from './field-versions.ts';

const STORED = { name: 'Sales', from: '+15550100', sealed: 'v1.k.iv.text.tag' };
const refusalOf = (given: Parameters<typeof assertNotOvertaken>[0], names: string[], now: object) => {
  try {
    assertNotOvertaken(given, { ...STORED, ...now }, names);
    return null;
  } catch (error) {
    return error;
  }
};

test('a version is opaque text that shows nothing of a secret and changes with each field', () => {
  const version = versionOf(STORED);
  expect(version).toMatch(/^[\w-]{24}$/);
  expect(versionOf({ sealed: STORED.sealed, from: STORED.from, name: STORED.name })).toBe(version);
  for (const name of Object.keys(STORED)) expect(versionOf({ ...STORED, [name]: 'other' })).not.toBe(version);
  expect(versionOf({ ...STORED, name: null })).toBe(versionOf({ ...STORED, name: undefined }));
});

test('a change is refused for the fields that somebody else changed since its version, and for no others', () => {
  const version = versionOf(STORED);
  expect(refusalOf({ version }, ['name'], {})).toBeNull();
  expect(refusalOf({ version }, ['name'], { from: '+15550199' })).toBeNull();
  expect(refusalOf({ version }, [], { from: '+15550199' })).toBeNull();
  expect(refusalOf({ version }, ['name', 'from'], { from: '+15550199' })).toMatchObject({
    code: 'CONFLICT',
    issues: [{ path: ['from'] }],
  });
  expect(refusalOf({}, ['from'], { from: '+15550199' })).toBeNull();
});

test('a version of a thing with other fields says nothing, so every changed field is refused', () => {
  expect(refusalOf({ version: versionOf({ name: 'Sales' }) }, ['name'], {})).toMatchObject({ code: 'CONFLICT' });
});

test.each([
  ['the present tag', `"${versionOf(STORED)}"`, null],
  ['a weak one, as proxies make them', `W/"${versionOf(STORED)}"`, null],
  ['one of a list', `"other", "${versionOf(STORED)}"`, null],
  ['any', '*', null],
  ['another tag', '"other"', 412],
  ['a tag without its quotes', versionOf(STORED), 412],
])('If-Match with %s', (_, if_match, status) => {
  const error = refusalOf({ if_match }, [], {});
  expect(error === null ? null : (error as { status: number }).status).toBe(status);
});

test('what is left out or the same as stored is no change', () => {
  const at = new Date('2026-11-30T12:00:00.000Z');
  const stored = { name: 'Sales', tags: ['a', 'b'], limit: null, at, config: { b: 1, a: [2] } };
  const same = { name: 'Sales', tags: ['a', 'b'], limit: null, at: new Date(at), config: { a: [2], b: 1 } };
  expect(changesOf(stored, {})).toEqual({});
  expect(changesOf(stored, same)).toEqual({});
  expect(changesOf(stored, { ...same, name: undefined, tags: ['b', 'a'], limit: 0 })).toEqual({
    tags: ['b', 'a'],
    limit: 0,
  });
});
