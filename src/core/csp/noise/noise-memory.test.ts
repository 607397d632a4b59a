import { expect, test } from 'vitest';
import { parseLine } from '#core/csp/report/line.ts';
import { createNoiseMemory } from './noise-memory.ts';

const GROUP = '0123456789abcdef';

function line(fields: { sample?: string; suppressed?: number; noise?: string; group?: string }) {
  const { sample = null, suppressed, noise = null, group = GROUP } = fields;
  const csp = { directive: 'script-src-elem', blocked_kind: 'inline', sample, noise, group };
  const made = parseLine(JSON.stringify({ time: 1, id: 'abc-0000000000000001', suppressed, csp, msg: '' }), null);
  if (!made) throw new Error('no line');
  return made;
}

const rules = [{ id: 'own:1', samples: ['widget('] }];

test('a line that stands for many is the noise that the written lines of its group were', () => {
  const noiseOf = createNoiseMemory(rules);
  expect(noiseOf(line({ sample: 'widget(1)' }))).toBe('own:1');
  expect(noiseOf(line({ suppressed: 9 }))).toBe('own:1');
  expect(noiseOf(line({ suppressed: 9, group: 'fedcba9876543210' }))).toBeNull();
  expect(noiseOf(line({ sample: 'ours()' }))).toBeNull();
  expect(noiseOf(line({ sample: 'widget(2)' }))).toBe('own:1');
  expect(noiseOf(line({ suppressed: 9 }))).toBeNull();
});

test('a built-in rule’s label stays, and decides for no other line', () => {
  const noiseOf = createNoiseMemory(rules);
  expect(noiseOf(line({ sample: 'widget(1)' }))).toBe('own:1');
  expect(noiseOf(line({ noise: 'browser-extension', sample: 'x' }))).toBe('browser-extension');
  expect(noiseOf(line({ suppressed: 9, noise: 'browser-extension' }))).toBe('browser-extension');
  expect(noiseOf(line({ suppressed: 9 }))).toBe('own:1');
});
