import { expect, test } from 'vitest';
import { prettyBody } from './pretty-body.ts';

test.each([
  ['{"a":1}', '{\n  "a": 1\n}'],
  [{ a: [1] }, '{\n  "a": [\n    1\n  ]\n}'],
  [
    '{"a":[],"b":{ },"c":[{"d":"x:{,}\\""},null]}',
    '{\n  "a": [],\n  "b": {},\n  "c": [\n    {\n      "d": "x:{,}\\""\n    },\n    null\n  ]\n}',
  ],
  ['{"cut":', '{"cut":'],
  ['Workflow was started', 'Workflow was started'],
  ['<b>not</b> markup', '<b>not</b> markup'],
  ['', ''],
  [undefined, ''],
])('%j is shown as %j', (body, shown) => {
  expect(prettyBody(body)).toBe(shown);
});

test('a number too large for JavaScript is shown as it was sent', () => {
  expect(prettyBody('{"id":12345678901234567890}')).toContain('12345678901234567890');
});
