import { expect, test } from 'vitest';
import { schemaFault } from './schema-faults.ts';

const TREE = { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } } };

test.each([
  ['a tree', TREE],
  ['a tree by an anchor', { $anchor: 'node', properties: { next: { $ref: '#node' } } }],
  [
    'one definition used twice',
    { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }], $defs: { a: { type: 'object' } } },
  ],
  ['a property called $ref or enum', { properties: { $ref: { type: 'string' }, enum: { $ref: '#/properties/$ref' } } }],
  ['an example that looks like a circle', { examples: [{ $ref: '#' }], const: { $ref: '#' } }],
])('%s is taken', (_what, schema) => {
  expect(schemaFault(schema)).toBeNull();
});

test.each([
  ['itself', { $ref: '#' }],
  ['itself by a pointer', { properties: { a: { $ref: '#/properties/a' } } }],
  ['itself by an escaped pointer', { $defs: { 'a/b': { $ref: '#/$defs/a~1b' } } }],
  [
    'a circle of three',
    { $defs: { a: { $ref: '#/$defs/b' }, b: { anyOf: [{ $ref: '#/$defs/c' }] }, c: { not: { $ref: '#/$defs/a' } } } },
  ],
  ['itself by its id', { $id: 'https://example.com/s.json', allOf: [{ $ref: 'https://example.com/s.json' }] }],
  ['itself by an anchor', { $defs: { a: { $anchor: 'x', if: { $ref: '#x' } } } }],
  ['itself by a dynamic anchor', { $dynamicAnchor: 'x', oneOf: [{ $dynamicRef: '#x' }] }],
  ['itself where a property is there', { dependentSchemas: { a: { $ref: '#' } } }],
])('a schema that refers to %s is refused', (_what, schema) => {
  expect(schemaFault(schema)).toMatchObject({ message: expect.stringMatching(/refers to itself/) });
});

test('a chain of thousands of references is followed to its end', () => {
  const $defs = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`a${n}`, { $ref: `#/$defs/a${n + 1}` }]));
  expect(schemaFault({ $defs: { ...$defs, a5000: {} } })).toBeNull();
  expect(schemaFault({ $defs: { ...$defs, a5000: { $ref: '#/$defs/a0' } } })).not.toBeNull();
});

test.each<[string, object, string[]]>([
  ['nesting', Array.from({ length: 60 }).reduce<object>((inner) => ({ not: inner }), {}), []],
  ['__proto__', { properties: JSON.parse('{"__proto__":{"type":"string"}}') }, ['properties']],
  ['$async', { $async: true }, ['$async']],
])('%s is refused at its place', (_what, schema, path) => {
  expect(schemaFault(schema)).toMatchObject({ path });
});
