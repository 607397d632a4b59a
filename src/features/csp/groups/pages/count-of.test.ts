import { expect, test } from 'vitest';
import { countOf } from '#features/csp/timeline/pages/timeline-data.ts';

test.each([
  ['img-src', 2],
  ['font-src', 0],
  ['constructor', 0],
  ['__proto__', 0],
])('a bar has of %s %i', (directive, count) => {
  expect(countOf({ counts: { 'img-src': 2 } }, directive)).toBe(count);
});
