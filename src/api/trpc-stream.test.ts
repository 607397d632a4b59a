import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  TEST_ORIGIN,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { answerReports } from './csp-report.ts';
import { handleTrpc } from './trpc.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'honeyframe-stream-'));
  platform = await createTestPlatform({ CSP_LOG_DIR: dir });
  organization = await createTestOrganization(platform);
});

afterAll(async () => {
  await platform.close();
  await rm(dir, { recursive: true });
});

/** Opens the stream of CSP lines as a browser does. */
async function openStream(headers: Record<string, string>) {
  const client = new AbortController();
  const request = new Request(`${TEST_ORIGIN}/api/trpc/csp.tail?input={}`, { headers, signal: client.signal });
  const response = await handleTrpc(platform, request);
  const text = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let read = '';
  return {
    response,
    client,
    /** Reads on until there is such a piece of text; the end of the stream is one. */
    readUntil: async (piece: string): Promise<string> => {
      while (!read.includes(piece)) {
        const { value, done } = (await text?.read()) ?? { done: true };
        read += done ? '<end>' : value;
        if (done) break;
      }
      return read;
    },
  };
}

const report = () =>
  answerReports(
    platform,
    new Request(`${TEST_ORIGIN}/api/csp-report`, {
      method: 'POST',
      body: '{"csp-report":{"blocked-uri":"https://cdn.example/","effective-directive":"img-src"}}',
    }),
  );

describe('a stream', () => {
  test('comes as server-sent events that nothing on the way may hold back, each with an id', async () => {
    const { response, readUntil, client } = await openStream({
      'x-api-key': await createTestApiKey(organization.scope(), ['read']),
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toMatch(/no-transform.*no-store/);
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    await readUntil('"lines":[]');
    await report();
    expect(await readUntil('cdn.example')).toMatch(/\nid: \d+/);
    client.abort();
    expect(await readUntil('<end>')).toMatch(/<end>$/);
  });

  test('tells who is nobody to sign in', async () => {
    const { readUntil } = await openStream({});
    expect(await readUntil('<end>')).toContain('"contract_code":"UNAUTHENTICATED"');
  });

  test('ends within seconds for who has signed out, for who was removed and for a key that was revoked', async () => {
    const person = await createTestUser(platform, organization, 'member');
    const leaver = await createTestUser(platform, organization, 'member');
    const key = await createTestApiKey(organization.scope(), ['read']);
    const streams = await Promise.all([
      openStream({ cookie: person.cookie }),
      openStream({ cookie: leaver.cookie }),
      openStream({ 'x-api-key': key }),
    ]);
    for (const { readUntil } of streams) await readUntil('"lines":[]');
    await platform.database.session.deleteMany({ where: { userId: person.id } });
    await platform.database.member.deleteMany({ where: { userId: leaver.id } });
    await platform.database.apiKey.updateMany({ data: { revoked_at: new Date() } });
    const begun = performance.now();
    const [signedOut, removed, revoked] = await Promise.all(streams.map(({ readUntil }) => readUntil('<end>')));
    expect(performance.now() - begun).toBeLessThan(6_000);
    expect(signedOut).toContain('"contract_code":"UNAUTHENTICATED"');
    expect(removed).toContain('"contract_code":"FORBIDDEN"');
    expect(revoked).toContain('"contract_code":"UNAUTHENTICATED"');
  });
});
