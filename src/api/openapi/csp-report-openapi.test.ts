import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { readCspSamples } from '#testing/csp/sample.ts';
import { openApiDocument } from './openapi.ts';

const document = JSON.parse(JSON.stringify(openApiDocument()));
const { post, options } = document.paths['/api/csp-report'];

const ajv = new Ajv2020({ strict: false }).addSchema(document, 'openapi.json');
const takes = (value: unknown) => ajv.validate({ $ref: 'openapi.json#/components/schemas/CspReports' }, value);

test.each(readCspSamples())('the API document takes $file, which a browser sent', ({ body }) => {
  expect(takes(JSON.parse(body.toString()))).toBe(true);
});

test.each(['application/json', 'application/csp-report', 'application/reports+json'])(
  'its example of %s is one that it takes',
  (type) => {
    const { example, schema } = post.requestBody.content[type];
    expect(schema).toEqual({ $ref: '#/components/schemas/CspReports' });
    expect(takes(example)).toBe(true);
  },
);

test.each(['text', 5, null, [null]])('it takes no %j', (value) => {
  expect(takes(value)).toBe(false);
});

test('it asks nobody who reports for a key, and says every answer', () => {
  expect([post.security, options.security]).toEqual([[], []]);
  expect(Object.keys(post.responses)).toEqual(['204', '400', '405', '413', '429']);
  expect(Object.keys(options.responses)).toEqual(['204', '400']);
  expect(post.responses['429'].headers).toHaveProperty('Retry-After');
});
