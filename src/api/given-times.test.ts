import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestApiKey, createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { openApiDocument } from './openapi/openapi.ts';
import { handleRest } from './rest.ts';

let platform: OpenPlatform;
let key: string;

beforeAll(async () => {
  platform = await createTestPlatform();
  key = await createTestApiKey((await createTestOrganization(platform)).scope(), ['read', 'write', 'publish']);
});

afterAll(() => platform.close());

type Schema = { format?: string; anyOf?: Schema[]; properties?: Record<string, Schema>; $ref?: string };

const isTime = (schema: Schema): boolean => schema.format === 'date-time' || (schema.anyOf ?? []).some(isTime);

/** Every time that a request can carry: in its query, or as a field of its body. */
const places = Object.entries(openApiDocument().paths ?? {}).flatMap(([path, item]) =>
  (['get', 'post', 'patch', 'put', 'delete'] as const).flatMap((method) => {
    const operation = item?.[method];
    const parameters = (operation?.parameters ?? []) as { name: string; in: string; schema?: Schema }[];
    const body = (operation?.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined)?.content;
    const query = parameters.filter((one) => one.in === 'query' && one.schema && isTime(one.schema));
    const fields = Object.entries(body?.['application/json']?.schema?.properties ?? {}).filter(([, field]) =>
      isTime(field),
    );
    return [
      ...query.map(({ name }) => ({ method, path, name, in: 'query' as const })),
      ...fields.map(([name]) => ({ method, path, name, in: 'body' as const })),
    ];
  }),
);

test('times that a request can carry are found in queries and in bodies', () => {
  expect(places.filter((place) => place.in === 'query').length).toBeGreaterThan(10);
  expect(places.filter((place) => place.in === 'body').length).toBeGreaterThan(2);
});

function ask({ method, path, name, in: where }: (typeof places)[number], time: string): Promise<Response> {
  const url = new URL(path.replaceAll(/\{[^}]+\}/g, '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21'), 'http://localhost:3000');
  if (where === 'query') url.searchParams.set(name, time);
  return handleRest(
    platform,
    new Request(url, {
      method: method.toUpperCase(),
      headers: { host: url.host, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(where === 'body' && { body: JSON.stringify({ [name]: time }) }),
    }),
  );
}

test.each(['1970-01-01T00:00:00.000Z', '9999-12-31T23:59:30.000Z', '9999-12-31T23:59:59.999Z'])(
  'the first and the last times that can be given, such as %s, fail nowhere',
  async (time) => {
    const failed = [];
    for (const place of places) {
      const { status } = await ask(place, time);
      if (status >= 500) failed.push({ ...place, status });
    }
    expect(failed).toEqual([]);
  },
);

test.each(['0020-02-29T00:00:00Z', '0000-01-01T00:00:00Z', '1970-01-01T00:00:00+14:00'])(
  'a time outside the years 1970 to 9999, such as %s, is a 400 that names the field, wherever a time is given',
  async (time) => {
    for (const place of places) {
      const { method, path, name } = place;
      const response = await ask(place, time);
      const answer = await response.json();
      expect({ method, path, name, status: response.status }).toEqual({ method, path, name, status: 400 });
      expect(answer.issues.map((issue: { path: string[] }) => issue.path[0])).toContain(name);
    }
  },
);
