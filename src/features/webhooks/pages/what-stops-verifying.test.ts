import { expect, test } from 'vitest';
import { whatStopsVerifying } from './what-stops-verifying.ts';

const NOW = new Date('2026-11-30T12:00:00.000Z');

test('the question before a rotation says until when the present secret signs', () => {
  const [sentence, ...others] = whatStopsVerifying(24, null, NOW);
  expect(sentence).toContain('The present one still signs too until Dec 1, 2026');
  expect(others).toEqual([]);
});

test('without an overlap it says that the present secret stops at once', () => {
  expect(whatStopsVerifying(0, null, NOW).join(' ')).toContain('The present one stops signing at once');
});

test('during an overlap it says that the secret before the present one stops, too', () => {
  const sentences = whatStopsVerifying(24, '2026-11-30T20:00:00.000Z', NOW).join(' ');
  expect(sentences).toContain('It stops now: receivers that still use it reject every delivery.');
  expect(whatStopsVerifying(24, '2026-11-30T11:00:00.000Z', NOW).join(' ')).not.toContain('It stops now');
});
