import { expect, test } from 'vitest';
import { METRICS_CONTENT_TYPE, metricsText } from './metrics.ts';

test('figures are written as Prometheus reads them, and what nobody has measured is left out', async () => {
  const text = await metricsText([
    { name: 'honeyframe_lag_bytes', help: 'How far the slot is behind.', type: 'gauge', value: 9_007_199_254_740_991n },
    { name: 'honeyframe_lag_seconds', help: 'How long ago.', type: 'gauge', value: 0.25 },
    { name: 'honeyframe_held', help: 'What the slot holds.', type: 'gauge', value: null },
    { name: 'honeyframe_events_total', help: 'Events.', type: 'counter', value: 3 },
  ]);
  expect(METRICS_CONTENT_TYPE).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(text.split('\n').filter((line) => line !== '')).toEqual([
    '# HELP honeyframe_lag_bytes How far the slot is behind.',
    '# TYPE honeyframe_lag_bytes gauge',
    'honeyframe_lag_bytes 9007199254740991',
    '# HELP honeyframe_lag_seconds How long ago.',
    '# TYPE honeyframe_lag_seconds gauge',
    'honeyframe_lag_seconds 0.25',
    '# HELP honeyframe_events_total Events.',
    '# TYPE honeyframe_events_total counter',
    'honeyframe_events_total 3',
  ]);
});

test('each answer has its own figures: the same names twice add up to nothing', async () => {
  const metric = { name: 'honeyframe_events_total', help: 'Events.', type: 'counter', value: 3 } as const;
  expect(await metricsText([metric])).toBe(await metricsText([metric]));
});
