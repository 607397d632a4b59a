import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Pool } from 'undici';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import { CONSOLE, startMeasuredServer } from '#testing/measured-server.ts';
import { makeDataDir, removeDataDir, startConsole } from '#testing/running-console.ts';

/**
 * What a request of the API costs: REST and tRPC reading one connector by its id, a list of 50, and a publish, as ratios to
 * `GET /api/health/live` of the same console. They take turns, round by round, and the medians count. Beside the requests
 * a second, what the console's process took of the processors for one request, which a busy machine changes less.
 */
const ROUNDS = 5;
const REQUESTS = 1_500;
const CONNECTIONS = 8;

await ensureNextBuild({
  projectDir: resolve(import.meta.dirname, '..'),
  signal: AbortSignal.timeout(300_000),
  onBuild: () => {},
});
const dataDir = await makeDataDir();
const out = mkdtempSync(join(tmpdir(), 'honeyframe-bench-'));
const env = { DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
const server = await startMeasuredServer(CONSOLE, { ...env, LOG_LEVEL: 'info' }, join(out, 'stdout'));
const pool = new Pool(`http://127.0.0.1:${server.port}`, { connections: CONNECTIONS, allowH2: false });
try {
  const cli = startConsole(env, 'src/cli.ts', [
    'api-keys',
    'create',
    '--name',
    'bench',
    '--scopes',
    'read,write,publish',
  ]);
  await cli.exited;
  const authorization = `Bearer ${cli.stdout().trim()}`;
  const send = async (method: 'GET' | 'POST', path: string, given?: unknown) => {
    const body = given === undefined ? null : JSON.stringify(given);
    const headers = { authorization, ...(body !== null && { 'content-type': 'application/json' }) };
    const answer = await pool.request({ method, path, headers, body });
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${await answer.body.text()}`);
    return answer.body;
  };
  const made = await send('POST', '/api/connectors', {
    name: 'Bench',
    type: 'n8n_webhook',
    config: { webhook_url: 'https://n8n.example.com/webhook/bench' },
  });
  const { id } = (await made.json()) as { id: string };
  for (let more = 1; more < 50; more += 1)
    await (
      await send('POST', '/api/connectors', {
        name: `Bench ${more}`,
        type: 'n8n_webhook',
        config: { webhook_url: `https://n8n.example.com/webhook/bench-${more}` },
      })
    ).dump();
  const input = encodeURIComponent(JSON.stringify({ id }));
  const event = { event_type: 'dataset.updated', data: { dataset_id: 'd', note: 'x'.repeat(500) } };
  const asked = {
    'GET /api/health/live': () => send('GET', '/api/health/live'),
    'GET /api/connectors/{id}': () => send('GET', `/api/connectors/${id}`),
    'GET /api/trpc/connectors.get': () => send('GET', `/api/trpc/connectors.get?input=${input}`),
    'GET /api/connectors?limit=50': () => send('GET', '/api/connectors?limit=50'),
    'POST /api/events': () => send('POST', '/api/events', event),
  };
  const figures = new Map(Object.keys(asked).map((name) => [name, [] as { rate: number; cpuMs: number }[]]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, ask] of Object.entries(asked)) {
      const [cpu, begun] = [server.cpuSeconds(), performance.now()];
      let sent = 0;
      const lane = async () => {
        for (; sent < REQUESTS; ) {
          sent += 1;
          await (await ask()).dump();
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, lane));
      const seconds = (performance.now() - begun) / 1000;
      // The first round warms up.
      if (round > 0)
        figures.get(name)?.push({ rate: REQUESTS / seconds, cpuMs: ((server.cpuSeconds() - cpu) * 1000) / REQUESTS });
    }
  }
  const base = median(figures.get('GET /api/health/live')?.map(({ rate }) => rate) ?? []);
  for (const [name, rounds] of figures) {
    const rate = median(rounds.map((one) => one.rate));
    console.log(
      `api: ${name}: ${Math.round(rate)} requests/s, ${(rate / base).toFixed(2)} of GET /api/health/live, ${median(rounds.map((one) => one.cpuMs)).toFixed(2)} ms of the console's processor time each`,
    );
  }
} finally {
  await pool.close();
  await server.stop();
  rmSync(out, { recursive: true });
  await removeDataDir(dataDir);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
