import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openApiDocument } from '#api/openapi/openapi.ts';
import { restRoutes } from '#api/rest-routes.ts';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import { makeDataDir, type RunningConsole, removeDataDir, startConsole } from '#testing/running-console.ts';
import { createTestDatabase } from '#testing/test-database.ts';

// A start takes seconds, and several times that where tests run on all processors.
vi.setConfig({ testTimeout: 120_000 });

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** The paths of the contract that the API document leaves out. */
const OTHERS: Record<string, string[]> = {
  '/api/health/live': ['GET'],
  '/api/health/ready': ['GET'],
  '/api/metrics': ['GET'],
  '/api/openapi.json': ['GET'],
  '/api/docs': ['GET'],
  '/api/trpc/setup.status': ['GET', 'POST'],
  '/api/auth/get-session': ['GET', 'POST'],
};

/** Every path of the contract, with the methods that it takes. */
const documented = [
  ...Object.entries(openApiDocument().paths ?? {}).map(
    ([path, operations]) => [path, Object.keys(operations).map((method) => method.toUpperCase())] as const,
  ),
  ...Object.entries(OTHERS),
];

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let dataDir: string;
let running: RunningConsole;
let url: string;

beforeAll(async () => {
  await ensureNextBuild({ projectDir: process.cwd(), signal: AbortSignal.timeout(240_000), onBuild: () => {} });
  [database, dataDir] = await Promise.all([createTestDatabase(), makeDataDir()]);
  running = startConsole({
    DATA_DIR: dataDir,
    DATABASE_URL: database.connectionString,
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    ROLE: 'web',
  });
  ({ url } = await running.ready());
}, 310_000);
afterAll(async () => {
  await running?.stop();
  await removeDataDir(dataDir);
  await database.close();
});

/** `fetch` sends no TRACE. */
async function ask(method: string, path: string) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}${path}`, { method }, resolve).on('error', reject).end();
  });
  const body = await text(answer);
  return { status: answer.statusCode, allow: answer.headers.allow?.split(', ').toSorted(), body };
}

test.each(documented)(
  '%s answers every method that it does not take with 405 and exactly those it does',
  async (path, taken) => {
    const refused = METHODS.filter(
      (method) => !taken.includes(method) && !(method === 'HEAD' && taken.includes('GET')),
    );
    for (const method of refused) {
      const answer = await ask(method, path.replace(/\{\w+\}/g, '0192f0c0-0000-7000-8000-000000000000'));
      expect({ method, ...answer }).toMatchObject({ method, status: 405, allow: [...taken].toSorted() });
      if (method !== 'HEAD') expect(JSON.parse(answer.body)).toMatchObject({ code: 'METHOD_NOT_ALLOWED', issues: [] });
    }
  },
);

test('every path of the router is among them, also the literal ones that fit a template', () => {
  const paths = documented.map(([path]) => path);
  expect(restRoutes.filter(({ rest }) => !paths.includes(rest.path))).toEqual([]);
  expect(paths).toEqual(
    expect.arrayContaining(['/api/events/batch', '/api/pipeline/runs/export', '/api/webhooks/check-url']),
  );
});
