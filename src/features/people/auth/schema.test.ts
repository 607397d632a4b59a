import { expect, test } from 'vitest';
import { nameSchema } from './schema.ts';

const issuesOf = (name: string) => nameSchema(100).safeParse(name).error?.issues.length ?? 0;

test.each(['Sales Slack Webhook', 'Größe & Maß', 'שלום', '名前', '👩‍👩‍👧 family', '!', 'a\u200db'])(
  '%s is a name',
  (name) => {
    expect(issuesOf(name)).toBe(0);
  },
);

test.each([
  ['nothing', '   '],
  ['nothing to see', '\u200b\u2060'],
  ['a letter that shows nothing', '\u3164'],
  ['a line break', 'a\nb'],
  ['half a character', 'a\ud800'],
  ['text that is turned round', 'a\u202etxt.exe'],
  ['too much', 'x'.repeat(101)],
])('%s is none, for one reason', (_, name) => {
  expect(issuesOf(name)).toBe(1);
});
