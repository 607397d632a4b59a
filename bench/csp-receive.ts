import { spawn } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureNextBuild } from '#platform/next-build.ts';
import { postFor, postOf } from '#testing/report-load.ts';
import { consoleEnvironment, makeDataDir, removeDataDir } from '#testing/running-console.ts';
import { until } from '#testing/until.ts';

/**
 * CSP reports a second, single and in batches of 25, as a ratio to a bare `node:http` handler that parses the JSON and
 * answers 204. The two take turns. Then a flood, with what it did to memory. The rate limit is raised to a billion
 * reports a minute; reports are spread over 6,000 groups, so that the line budget is not what is measured; standard
 * output goes to a file.
 */
const PROJECT_DIR = resolve(import.meta.dirname, '..');
const RATE_LIMIT = 1_000_000_000;
const GROUPS = 6_000;
const CONNECTIONS = 32;
const ROUNDS = 5;
const ROUND_MS = 3_000;
const FLOOD_MS = 60_000;
const BATCH = 25;
const MEBIBYTE = 1024 * 1024;

const BARE = `
  import { createServer } from 'node:http';
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString());
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ msg: 'Ready', url: 'http://127.0.0.1:' + server.address().port })));
`;

const POLICY =
  "default-src 'self'; script-src 'self' 'nonce-abc123' 'report-sample'; style-src 'self' 'report-sample'; img-src 'self'; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; report-to csp";

function bodyOf(group: number): object {
  return {
    documentURL: `https://shop.example.com/products/${group % 500}?ref=mail`,
    referrer: 'https://www.example.org/',
    blockedURL: `https://cdn-${group}.example.net/lib/app.js?v=3`,
    effectiveDirective: 'script-src-elem',
    originalPolicy: POLICY,
    disposition: 'enforce',
    sourceFile: `https://shop.example.com/products/${group % 500}`,
    sample: '',
    statusCode: 200,
    lineNumber: 12,
    columnNumber: 7,
  };
}

const entryOf = (group: number) => ({
  age: 10,
  type: 'csp-violation',
  url: 'https://shop.example.com/',
  body: bodyOf(group),
});
const PATH = '/api/csp-report?d=enforce';
const REPORTS_JSON = 'application/reports+json';
const single = Array.from({ length: GROUPS }, (_, group) =>
  postOf(PATH, REPORTS_JSON, JSON.stringify([entryOf(group)])),
);
const batched = Array.from({ length: GROUPS / BATCH }, (_, batch) =>
  postOf(
    PATH,
    REPORTS_JSON,
    JSON.stringify(Array.from({ length: BATCH }, (_, index) => entryOf(batch * BATCH + index))),
  ),
);

/** A server in a process of its own, its standard output in a file. */
async function startServer(typed: string[], env: Record<string, string>, outputFile: string) {
  const output = openSync(outputFile, 'w');
  const child = spawn(process.execPath, typed, {
    cwd: PROJECT_DIR,
    env: consoleEnvironment({ PORT: '0', ...env }),
    stdio: ['ignore', output, 'inherit'],
  });
  closeSync(output);
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const ready = await until(
    'the server is ready',
    () =>
      readFileSync(outputFile, 'utf8')
        .split('\n')
        .find((line) => line.includes('"msg":"Ready')),
    120_000,
  );
  const { url }: { url: string } = JSON.parse(ready);
  return {
    port: Number(new URL(url).port),
    residentBytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** What the log files say became of the reports. */
async function sharesIn(dir: string) {
  const shares = { written: 0, suppressed: 0, dropped: 0 };
  for (const name of readdirSync(dir)) {
    for await (const line of createInterface({ input: createReadStream(join(dir, name)) })) {
      if (line.includes('"suppressed":')) shares.suppressed += JSON.parse(line).suppressed;
      else if (line.includes('"dropped":')) shares.dropped += JSON.parse(line).dropped;
      else if (line.includes('"csp":{')) shares.written += 1;
    }
  }
  return shares;
}

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(2)} %`;

function printShares(
  what: string,
  sent: number,
  { written, suppressed, dropped }: Awaited<ReturnType<typeof sharesIn>>,
) {
  const rest = sent - written - suppressed - dropped;
  console.log(
    `csp-receive: ${what}: ${sent} sent, ${percent(written, sent)} written, ${percent(suppressed, sent)} suppressed, ${percent(dropped, sent)} dropped, ${rest} unaccounted for`,
  );
}

await ensureNextBuild({ projectDir: PROJECT_DIR, signal: AbortSignal.timeout(600_000), onBuild: () => {} });
const folder = mkdtempSync(join(tmpdir(), 'honeyframe-bench-'));
const dataDirs: string[] = [];
const startConsole = async (name: string, most: number) => {
  const DATA_DIR = await makeDataDir();
  dataDirs.push(DATA_DIR);
  const logDir = join(folder, name);
  const env = { DATA_DIR, CSP_LOG_DIR: logDir, CSP_RATE_LIMIT: String(RATE_LIMIT), CSP_LOG_MAX_BYTES: String(most) };
  return { logDir, ...(await startServer(['src/main.ts'], env, join(folder, `${name}.out`))) };
};

try {
  const bare = await startServer(['--input-type=module', '-e', BARE], {}, join(folder, 'bare.out'));
  const ours = await startConsole('ratio', 20_000_000_000);
  let sent = 0;
  const round = async (server: { port: number }, requests: readonly Buffer[], reports: number, forMs = ROUND_MS) => {
    const { answered, refused, seconds } = await postFor(forMs, server.port, requests, CONNECTIONS);
    if (refused > 0) throw new Error(`${refused} of ${answered} were not answered with 204.`);
    if (server === ours) sent += answered * reports;
    return (answered * reports) / seconds;
  };
  for (const [what, requests, reports] of [
    ['single', single, 1],
    [`batches of ${BATCH}`, batched, BATCH],
  ] as const) {
    await round(ours, requests, reports, 1_500);
    await round(bare, requests, reports, 1_500);
    const pairs: { ours: number; bare: number }[] = [];
    for (let index = 0; index < ROUNDS; index += 1)
      pairs.push({ ours: await round(ours, requests, reports), bare: await round(bare, requests, reports) });
    const middle = pairs.toSorted((a, b) => a.ours / a.bare - b.ours / b.bare)[Math.floor(ROUNDS / 2)];
    if (!middle) throw new Error('No round was measured.');
    console.log(
      `csp-receive: ${what}: ${Math.round(middle.ours)} reports/s, bare ${Math.round(middle.bare)}, ratio ${(middle.ours / middle.bare).toFixed(3)} (median of ${ROUNDS} rounds, ${CONNECTIONS} connections, rate limit ${RATE_LIMIT} a minute)`,
    );
  }
  await ours.stop();
  await bare.stop();
  printShares('all rounds', sent, await sharesIn(ours.logDir));
  rmSync(ours.logDir, { recursive: true });

  const flooded = await startConsole('flood', 20_000_000_000);
  const warmUp = await postFor(3_000, flooded.port, batched, CONNECTIONS);
  const settled = flooded.residentBytes();
  let highest = settled;
  const watch = setInterval(() => {
    highest = Math.max(highest, flooded.residentBytes());
  }, 500);
  const { answered } = await postFor(FLOOD_MS, flooded.port, batched, CONNECTIONS);
  clearInterval(watch);
  await flooded.stop();
  console.log(
    `csp-receive: flood of ${FLOOD_MS / 1000} s: ${Math.round((answered * BATCH) / (FLOOD_MS / 1000))} reports/s, resident memory ${Math.round(settled / MEBIBYTE)} MiB, at most ${Math.round((highest - settled) / MEBIBYTE)} MiB more`,
  );
  printShares('flood', (warmUp.answered + answered) * BATCH, await sharesIn(flooded.logDir));
} finally {
  for (const dataDir of dataDirs) await removeDataDir(dataDir);
  rmSync(folder, { recursive: true, force: true });
}
