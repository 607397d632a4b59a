import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { securityHeaders } from '#core/http/security-headers.ts';
import { sharePlatform } from '#platform/current-platform.ts';
import { listen } from '#platform/http/http-server.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { BROWSER_NAMES, expectedOf, readCspSamples } from '#testing/csp/sample.ts';
import { type CspLogLine, readLogFiles } from '#testing/log-files.ts';
import { testListener } from '#testing/test-listener.ts';
import { createTestPlatform } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } from '../app/api/csp-report/route.ts';

const MEBIBYTE = 1024 * 1024;
const RATE_LIMIT = 300;

type Asked = { method?: string; query?: string; headers?: Record<string, string>; body?: BodyInit | null };
type Face = { ask(asked: Asked): Promise<Response>; url?: string };

let platform: OpenPlatform;
let dir: string;
let address = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'honeyframe-csp-'));
  platform = await createTestPlatform({ CSP_LOG_DIR: dir, CSP_RATE_LIMIT: String(RATE_LIMIT), TRUST_PROXY: '1' });
  sharePlatform(platform);
});

afterAll(async () => {
  await platform.close();
  await rm(dir, { recursive: true });
});

// Each test is another client, whose reports no other test counts.
beforeEach(() => {
  address += 1;
});

const client = () => `203.0.113.${address}`;

async function openNodeServer(): Promise<Face & { url: string; close(): Promise<void> }> {
  const http = await listen(
    { ...platform.config, host: '127.0.0.1', port: 0 },
    (_, response) => {
      response.writeHead(404).end('of Next');
    },
    platform.log,
  );
  http.answerWith(testListener(platform));
  return {
    url: http.url,
    ask: ({ method = 'POST', query = '', headers = {}, body }) =>
      fetch(`${http.url}/api/csp-report${query}`, {
        method,
        headers: { 'x-forwarded-for': client(), ...headers },
        body,
        ...(body instanceof ReadableStream && { duplex: 'half' }),
      }),
    close: () => http.drain(1_000),
  };
}

const handlers: Record<string, (request: Request) => Promise<Response>> = {
  DELETE,
  GET,
  HEAD,
  OPTIONS,
  PATCH,
  POST,
  PUT,
};

/** As Next calls it: the socket's address stands at the end of the header. */
const nextRoute: Face = {
  async ask({ method = 'POST', query = '', headers = {}, body }) {
    const handle = handlers[method];
    if (!handle) throw new Error(`The route exports no ${method}.`);
    return handle(
      new Request(`http://localhost:3000/api/csp-report${query}`, {
        method,
        headers: { 'x-forwarded-for': `${client()}, 127.0.0.1`, ...headers },
        body,
        ...(body instanceof ReadableStream && { duplex: 'half' }),
      }),
    );
  },
};

let server: Awaited<ReturnType<typeof openNodeServer>>;
beforeAll(async () => {
  server = await openNodeServer();
});
afterAll(() => server.close());

/** Lines that a test's request added. */
async function linesOf(work: () => Promise<unknown>): Promise<CspLogLine[]> {
  await platform.cspLog.flush();
  const before = readLogFiles(dir).length;
  await work();
  await platform.cspLog.flush();
  return readLogFiles(dir).slice(before);
}

const violation = (fields: object = {}) => ({
  'csp-report': {
    'document-uri': 'https://shop.example/cart?session=abc#top',
    'effective-directive': 'script-src-elem',
    'blocked-uri': 'https://cdn.example.com/x.js?user=alice',
    'original-policy': "script-src 'self' 'nonce-r4nd0m'; report-uri /api/csp-report",
    ...fields,
  },
});
const json = (value: unknown) => JSON.stringify(value);

const faces = [
  ['the node:http server', () => server],
  ["Next's route", () => nextRoute],
] as const;

const SHARED_HEADERS = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };

describe.each(faces)('%s', (_, face) => {
  const ask = (asked: Asked) => face().ask(asked);

  async function expectAnswer(response: Response, status: number, headers: Record<string, string> = {}) {
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({ ...SHARED_HEADERS, ...headers });
    expect(response.headers.has('set-cookie')).toBe(false);
    const text = await response.text();
    if (status === 204) expect(text).toBe('');
    else expect(JSON.parse(text)).toEqual({ code: expect.any(String), message: expect.any(String), issues: [] });
    return text === '' ? null : JSON.parse(text);
  }

  test.each(readCspSamples())('takes $file and logs each of its reports', async (sample) => {
    const headers = { 'content-type': sample.content_type, 'user-agent': sample.user_agent, origin: sample.origin };
    const lines = await linesOf(async () =>
      expectAnswer(await ask({ headers, body: new Uint8Array(sample.body) }), 204),
    );
    const reports = lines.filter((line) => line.csp ?? line.report);
    expect(
      reports.map(({ csp, type, ...line }) => ({
        is: csp ? [csp.directive, csp.blocked_kind, csp.blocked_host] : type,
        browser: csp?.browser ?? (line as { browser?: string }).browser,
      })),
    ).toEqual(expectedOf(sample).map((is) => ({ is, browser: BROWSER_NAMES[sample.browser] })));
    for (const { name, level } of lines) expect({ name, level }).toEqual({ name: 'csp_report', level: 40 });
    expect(json(lines)).not.toMatch(/alice|token=secret|abc123|sid=123/);
  });

  test('writes one violation as one flat, redacted line', async () => {
    const before = Date.now();
    const lines = await linesOf(() =>
      ask({ query: '?d=report', headers: { 'user-agent': 'X Firefox/153.0' }, body: json(violation()) }),
    );
    const line = lines.find(({ csp }) => csp);
    expect(line).toEqual({
      level: 40,
      time: expect.any(Number),
      id: expect.stringMatching(/^[0-9a-f]{12}-\d+$/),
      name: 'csp_report',
      msg: 'Would block script-src-elem from cdn.example.com',
      csp: {
        disposition: 'report',
        directive: 'script-src-elem',
        blocked: 'https://cdn.example.com/x.js?user=[redacted]',
        blocked_kind: 'host',
        blocked_host: 'cdn.example.com',
        document: 'https://shop.example/cart?session=[redacted]#[redacted]',
        source_file: null,
        line: null,
        column: null,
        sample: null,
        status_code: null,
        referrer: null,
        user_agent: 'X Firefox/153.0',
        browser: 'Firefox 153',
        policy_hash: expect.stringMatching(/^[0-9a-f]{16}$/),
        form: 'report-uri',
        noise: null,
        group: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    });
    expect(line?.time).toBeGreaterThanOrEqual(before);
  });

  test('keeps the digits of numbers in a report of another type, also in the middle of a list', async () => {
    const report = `{"id":653247040368672768,"big":1e400,"one":1.0,"zero":-0,"__proto__":{"at":"${address}"}}`;
    const entry = `{"type":"intervention","age":10,"url":"https://shop.example/","body":${report}}`;
    await linesOf(async () => {
      await expectAnswer(await ask({ body: entry }), 204);
      await expectAnswer(await ask({ body: `[${json(violation())},${entry}]` }), 204);
    });
    const text = readdirSync(dir)
      .map((name) => readFileSync(join(dir, name), 'utf8'))
      .join('');
    expect(text.split(`"report":${report}`)).toHaveLength(3);
  });

  test('dates a line by the age of its report', async () => {
    const age = 3_600_000;
    const body = json([{ age, type: 'csp-violation', body: { effectiveDirective: 'img-src', blockedURL: 'data' } }]);
    const [line] = await linesOf(() => ask({ body }));
    expect(Math.abs((line?.time ?? 0) - (Date.now() - age))).toBeLessThan(60_000);
  });

  test("writes a policy's text once, without its nonces and report directives", async () => {
    const policy = (nonce: string) => `img-src host-${address}.example; script-src 'nonce-${nonce}'; report-uri /x`;
    const lines = await linesOf(async () => {
      await ask({ body: json(violation({ 'original-policy': policy('aaaaaa') })) });
      await ask({ body: json(violation({ 'original-policy': policy('bbbbbb') })) });
    });
    const texts = lines.flatMap(({ policy }) => policy ?? []);
    expect(texts).toEqual([
      {
        policy_hash: lines.find(({ csp }) => csp)?.csp?.policy_hash,
        text: `img-src host-${address}.example; script-src 'nonce-[redacted]'`,
      },
    ]);
    expect(new Set(lines.flatMap(({ csp }) => csp?.policy_hash ?? [])).size).toBe(1);
  });

  test.each([
    ['?d=enforce', 'enforce'],
    ['?d=report', 'report'],
    ['?d=nonsense', null],
    ['', null],
  ])('takes the disposition of %j when the browser left it out', async (query, disposition) => {
    const lines = await linesOf(() => ask({ query, body: json(violation()) }));
    expect(lines.find(({ csp }) => csp)?.csp).toMatchObject({ disposition });
  });

  test('believes the browser before the address', async () => {
    const lines = await linesOf(() => ask({ query: '?d=report', body: json(violation({ disposition: 'enforce' })) }));
    expect(lines.find(({ csp }) => csp)?.csp).toMatchObject({ disposition: 'enforce' });
  });

  test.each(['text/plain', 'application/csp-report', 'application/reports+json', 'application/json', 'x/y'])(
    'goes by the shape of the body, not by the content type %s',
    async (type) => {
      await expectAnswer(await ask({ headers: { 'content-type': type }, body: json(violation()) }), 204);
    },
  );

  test.each([
    ['not JSON', '{"csp-report": '],
    ['not JSON', ''],
    ['no report', '{"hello": "world"}'],
    ['no report', '[]'],
  ])('refuses a body that is %s, and logs an excerpt of it', async (reason, body) => {
    const lines = await linesOf(async () => {
      expect(await expectAnswer(await ask({ body }), 400)).toMatchObject({ code: 'VALIDATION' });
    });
    expect(lines).toMatchObject([{ type: 'csp_report_malformed', malformed: { reason, excerpt: body } }]);
  });

  test('keeps an excerpt short and without secrets', async () => {
    const body = `https://user:pass@host.example/?token=tops3cret ${'x'.repeat(5_000)}`;
    const [line] = await linesOf(() => ask({ body }));
    const excerpt = String(line?.malformed?.excerpt);
    expect(excerpt).not.toMatch(/pass|tops3cret/);
    expect(excerpt.length).toBeLessThanOrEqual(256);
  });

  test('takes the good entries of a batch, and says of the others how many', async () => {
    const body = json([violation(), null, { type: 'csp-violation' }, violation(), 5]);
    const lines = await linesOf(async () => expectAnswer(await ask({ body }), 204));
    expect(lines.filter(({ csp }) => csp)).toHaveLength(2);
    expect(lines.filter(({ malformed }) => malformed)).toMatchObject([{ malformed: { entries: 3 } }]);
  });

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('answers %s with 405', async (method) => {
    const response = await ask({ method });
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    if (method === 'HEAD') expect(response.status).toBe(405);
    else expect(await expectAnswer(response, 405)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });

  test('answers the preflight of a page of another origin', async () => {
    await expectAnswer(await ask({ method: 'OPTIONS' }), 204, {
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '86400',
    });
  });

  test('takes a body of 1 MiB', async () => {
    const text = json(violation());
    const body = text + ' '.repeat(MEBIBYTE - text.length);
    await expectAnswer(await ask({ body }), 204);
  });

  test('refuses a larger body that says so', async () => {
    const body = json(violation()) + ' '.repeat(2 * MEBIBYTE);
    expect(await expectAnswer(await ask({ body }), 413)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  test('refuses a larger body that does not say so, and logs nothing of it', async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 64 * 1024;
        if (sent > 2 * MEBIBYTE) controller.close();
        else controller.enqueue(new Uint8Array(64 * 1024).fill(32));
      },
    });
    const lines = await linesOf(async () => expectAnswer(await ask({ body }), 413));
    expect(lines).toEqual([]);
  });

  test('answers a client that sends too much with 429 and when to come back, and others as before', async () => {
    const flood = Array.from({ length: RATE_LIMIT }, () => violation({ 'blocked-uri': 'https://flood.example/' }));
    await expectAnswer(await ask({ body: json(flood) }), 204);
    const response = await ask({ body: json(violation()) });
    const seconds = Number(response.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(await expectAnswer(response, 429)).toMatchObject({ code: 'RATE_LIMITED' });
    await expectAnswer(await ask({ method: 'OPTIONS' }), 204);
    address += 100;
    await expectAnswer(await ask({ body: json(violation()) }), 204);
    address -= 100;
  });
});

test('both answer alike, header by header', async () => {
  const asked: Asked[] = [
    { body: json(violation()) },
    { body: '{' },
    { body: '{}' },
    { method: 'GET' },
    { method: 'OPTIONS' },
    { body: ' '.repeat(MEBIBYTE + 1) },
  ];
  const ofConnections = ['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding'];
  // Of every answer of the server, whatever the road; the contract's own is the road's.
  const ofServer = Object.keys(securityHeaders('/api/csp-report', false))
    .map((name) => name.toLowerCase())
    .filter((name) => name !== 'cross-origin-resource-policy');
  const seen = async (response: Response) => ({
    status: response.status,
    headers: [...response.headers].filter(([name]) => ![...ofConnections, ...ofServer].includes(name)),
    body: await response.text(),
  });
  for (const one of asked) expect(await seen(await server.ask(one))).toEqual(await seen(await nextRoute.ask(one)));
});

test('a browser that goes away in the middle of a body costs nothing', async () => {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write('POST /api/csp-report HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"csp-');
  await until('the server has the beginning', () => socket.bytesWritten > 50);
  socket.resetAndDestroy();
  expect((await server.ask({ body: json(violation()) })).status).toBe(204);
});
