import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSource } from '#features/sources/stream/run-source.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestPlatform } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { handleMetrics } from './metrics.ts';

const TOKEN = 'a-token-of-the-tests';

let platform: OpenPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ METRICS_TOKEN: TOKEN });
});
afterAll(() => platform.close());

const ask = (headers: Record<string, string> = {}, of: OpenPlatform = platform) =>
  handleMetrics(of, new Request('http://localhost:3000/api/metrics', { headers }));

describe('GET /api/metrics', () => {
  test('tells how far the change stream is behind, in bytes and seconds, and what it holds of the source’s disk', async () => {
    const source = startSource(platform);
    try {
      const text = await until('the lag is measured', async () => {
        const answer = await ask({ authorization: `Bearer ${TOKEN}` });
        expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
        const found = await answer.text();
        return found.includes('honeyframe_source_retained_bytes ') ? found : null;
      });
      expect(text).toMatch(/^honeyframe_source_lag_bytes \d+$/m);
      expect(text).toMatch(/^honeyframe_source_lag_seconds [\d.]+$/m);
      expect(text).toMatch(/^# TYPE honeyframe_source_events_total counter$/m);
      expect(text).toMatch(/^honeyframe_source_reading 1$/m);
    } finally {
      await source.stop();
    }
  });

  test('refuses who does not have the token', async () => {
    for (const headers of [{}, { authorization: 'Bearer another' }, { authorization: TOKEN }] as Record<
      string,
      string
    >[])
      expect((await ask(headers)).status).toBe(401);
  });

  test('is not there without a token in the configuration', async () => {
    const other = { ...platform, config: { ...platform.config, metricsToken: undefined } };
    expect((await ask({ authorization: `Bearer ${TOKEN}` }, other)).status).toBe(404);
  });
});
