import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { API_KEY_SCOPE_TEXTS } from '#core/api-key-scopes.ts';
import { API_KEY_SCOPES } from '#platform/trpc/procedure.ts';
import { apiKeysDocument } from './openapi/write-openapi.ts';
import { declaredProcedures } from './rest-routes.ts';

const opened = (scope: string) =>
  declaredProcedures
    .filter(({ meta }) => meta.needs !== 'nobody' && meta.needs.scope === scope)
    .map(({ procedure }) => procedure);

describe.each(API_KEY_SCOPES)('the text of the scope %s', (scope) => {
  const { opens, summary } = API_KEY_SCOPE_TEXTS[scope];

  test('names every procedure that the scope opens, and no other', () => {
    expect(opens.flatMap(({ procedures }) => procedures).toSorted()).toEqual(opened(scope).toSorted());
  });

  test('and its summary names every part of it that keeps something', () => {
    const words = summary.toLowerCase();
    const unnamed = opens.filter(({ part }) => !words.includes(part.toLowerCase().replace(/s$/, '')));
    expect(unnamed.map(({ part }) => part)).toEqual(
      { read: ['Organization'], write: ['Audit log'], publish: [], invoke: [] }[scope],
    );
  });
});

test('there is a text for each scope', () => {
  expect(Object.keys(API_KEY_SCOPE_TEXTS)).toEqual([...API_KEY_SCOPES]);
});

test('docs/api-keys.md has these texts with the routes that the router has', () => {
  expect(readFileSync('docs/api-keys.md', 'utf8'), 'npm run openapi writes it').toBe(apiKeysDocument());
});
