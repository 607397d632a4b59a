import { expect, test } from 'vitest';
import { browserOf } from '#core/http/user-agent-browser.ts';
import { COVERAGE_FACTS, REPORT_TO_SINCE } from './coverage-facts.ts';

test('every fact has a name of its own and says where it was learned', () => {
  expect(new Set(COVERAGE_FACTS.map(({ id }) => id)).size).toBe(COVERAGE_FACTS.length);
  for (const { id, what, why, source } of COVERAGE_FACTS) expect([what, why, source].every(Boolean), id).toBe(true);
});

test('browsers are named as the log names them', () => {
  const agents = [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0',
    'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
  ];
  expect(agents.map((agent) => browserOf(agent).replace(/ \d+$/, ''))).toEqual(Object.keys(REPORT_TO_SINCE));
});
