import { TRPCError } from '@trpc/server';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { conflict, invalid, notFound, Refusal } from '#platform/trpc/refusal.ts';
import { errorBody, errorBodySchema } from './error-body.ts';

const input = z.strictObject({
  name: z.string('Enter a name.'),
  count: z.number(),
  shape: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('circle'), radius: z.number('Give a radius.') }),
    z.strictObject({ type: z.literal('square'), side: z.number() }),
  ]),
  either: z.union([z.number(), z.strictObject({ value: z.string('Must be a string.') })]).optional(),
  flag: z.union([z.boolean(), z.literal('yes')], 'Give true, false or yes.').optional(),
});

const right = { name: 'n', count: 1, shape: { type: 'circle', radius: 1 } };

/** As the router throws it for an input that does not fit. */
function bodyFor(given: unknown) {
  const { error } = input.safeParse(given);
  if (!error) throw new Error('The input fits.');
  return errorBody(new TRPCError({ code: 'BAD_REQUEST', cause: error }));
}

describe('the body of an error', () => {
  test.each([
    [400, 'VALIDATION', new Refusal('VALIDATION', 'No.')],
    [401, 'UNAUTHENTICATED', new Refusal('UNAUTHENTICATED', 'No.')],
    [403, 'FORBIDDEN', new Refusal('FORBIDDEN', 'No.')],
    [404, 'NOT_FOUND', notFound('connector')],
    [405, 'METHOD_NOT_ALLOWED', new Refusal('METHOD_NOT_ALLOWED', 'No.')],
    [409, 'CONFLICT', conflict('Taken.', ['name'])],
    [413, 'PAYLOAD_TOO_LARGE', new Refusal('PAYLOAD_TOO_LARGE', 'No.')],
    [429, 'RATE_LIMITED', new Refusal('RATE_LIMITED', 'No.')],
    [503, 'UNAVAILABLE', new Refusal('UNAVAILABLE', 'No.')],
    [400, 'VALIDATION', new TRPCError({ code: 'PARSE_ERROR' })],
    [400, 'VALIDATION', new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' })],
    [500, 'INTERNAL', new TRPCError({ code: 'INTERNAL_SERVER_ERROR' })],
  ])('has the status %i and the code %s: %s', (status, code, error) => {
    const answer = errorBody(error);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(errorBodySchema.parse(answer.body)).toEqual(answer.body);
  });

  test('says nothing of what we did not foresee', () => {
    const cause = new Error('password of the database: hunter2');
    const { body } = errorBody(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: cause.message, cause }));
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(body.issues).toEqual([]);
  });

  test('of several issues says the first, and how many more there are', () => {
    const issues = [
      { path: ['config', 'url'], message: 'Give a URL.' },
      { path: ['name'], message: 'Enter a name.' },
    ];
    expect(errorBody(invalid(...issues)).body).toEqual({
      code: 'VALIDATION',
      message: 'config.url: Give a URL. (and 1 more)',
      issues,
    });
  });

  test('of a conflict names the field', () => {
    expect(errorBody(conflict('The name is taken.', ['name'])).body.issues).toEqual([
      { path: ['name'], message: 'The name is taken.' },
    ]);
  });
});

describe('an input that does not fit is explained field by field', () => {
  test.each<[string, unknown, { path: string[]; message: string }[]]>([
    ['a missing field', { ...right, count: undefined }, [{ path: ['count'], message: 'This field is required.' }]],
    [
      'a missing field that has words of its own',
      { ...right, name: undefined },
      [{ path: ['name'], message: 'Enter a name.' }],
    ],
    [
      'unknown fields, one by one',
      { ...right, colour: 'red', size: 1 },
      ['colour', 'size'].map((name) => ({ path: [name], message: 'Unknown field. Remove it, or check its spelling.' })),
    ],
    [
      'an unknown field inside',
      { ...right, shape: { type: 'circle', radius: 1, side: 2 } },
      [{ path: ['shape', 'side'], message: 'Unknown field. Remove it, or check its spelling.' }],
    ],
    [
      'the chosen form’s own field',
      { ...right, shape: { type: 'circle' } },
      [{ path: ['shape', 'radius'], message: 'Give a radius.' }],
    ],
    [
      'a field of the form that came close',
      { ...right, either: { value: 1 } },
      [{ path: ['either', 'value'], message: 'Must be a string.' }],
    ],
    [
      'a value of no form, in the field’s own words',
      { ...right, flag: 'no' },
      [{ path: ['flag'], message: 'Give true, false or yes.' }],
    ],
    [
      'a value of no form',
      { ...right, either: true },
      [{ path: ['either'], message: 'Invalid input: expected number, received boolean' }],
    ],
  ])('%s', (_, given, issues) => {
    expect(bodyFor(given)).toMatchObject({ status: 400, body: { code: 'VALIDATION', issues } });
  });

  test('the choice between forms, by the name of what chooses', () => {
    expect(bodyFor({ ...right, shape: { type: 'star' } }).body.issues).toMatchObject([{ path: ['shape', 'type'] }]);
  });
});
