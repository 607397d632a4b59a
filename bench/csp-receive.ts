import { randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres } from '#platform/embedded/embedded-postgres.ts';
import { createLog } from '#platform/log-files/log.ts';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import { postFor, reportPosts } from '#testing/csp/report-load.ts';
import { CONSOLE, freePort, type MeasuredServer, startMeasuredServer } from '#testing/measured-server.ts';
import { makeDataDir, removeDataDir } from '#testing/running-console.ts';
import { applyMigrations } from '../prisma/migrate.ts';

/**
 * CSP reports of which no two are alike a second, single and in batches of 25, as a ratio to a bare `node:http` handler
 * that parses the JSON and writes one fixed line for each report; the two take turns. For the record beside them: the
 * same route under plain `next start`. Then a flood, with what it did to memory. The rate limit is raised to a billion
 * reports a minute; reports are spread over 12,000 groups, so that the line budget is not what is measured; standard
 * output goes to a file.
 */
const PROJECT_DIR = resolve(import.meta.dirname, '..');
const RATE_LIMIT = 1_000_000_000;
const GROUPS = 12_000;
const REPORTS = 120_000;
/** Of the lines that the reports become. */
const LINE_BYTES = 716;
const CONNECTIONS = 32;
const ROUNDS = 5;
const ROUND_MS = 2_000;
const WARM_UP_MS = 1_000;
const FLOOD_MS = 60_000;
const BATCH = 25;
const MEBIBYTE = 1024 * 1024;

/**
 * Parses, copies a line's bytes for each report, and appends them to a file and to standard output in large writes: what
 * no log can do without.
 */
const BARE = `
  import { openSync, writev } from 'node:fs';
  import { createServer } from 'node:http';
  const LINE = Buffer.alloc(${LINE_BYTES}, 'x');
  LINE[LINE.length - 1] = 10;
  const CHUNK = 256 * 1024;
  const outputs = [1, openSync(process.env.LINES_FILE, 'a')];
  const free = [];
  let waiting = [];
  let writing = false;
  const take = () => {
    let chunk = waiting.at(-1);
    if (!chunk || chunk.end + LINE.length > CHUNK) {
      chunk = { bytes: free.pop() ?? Buffer.allocUnsafeSlow(CHUNK), end: 0 };
      waiting.push(chunk);
    }
    chunk.bytes.set(LINE, chunk.end);
    chunk.end += LINE.length;
  };
  const flush = () => {
    if (waiting.length === 0) {
      writing = false;
      return;
    }
    const chunks = waiting;
    waiting = [];
    const pieces = chunks.map(({ bytes, end }) => bytes.subarray(0, end));
    let left = outputs.length;
    for (const fd of outputs)
      writev(fd, pieces, () => {
        left -= 1;
        if (left > 0) return;
        for (const { bytes } of chunks) free.push(bytes);
        setTimeout(flush, 10);
      });
  };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      for (const _ of JSON.parse(Buffer.concat(chunks).toString())) take();
      if (!writing) {
        writing = true;
        setTimeout(flush, 10);
      }
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ msg: 'Ready', url: 'http://127.0.0.1:' + server.address().port })));
`;

const loads = {
  single: { requests: reportPosts({ reports: REPORTS, groups: GROUPS, batch: 1 }), reports: 1 },
  batches: { requests: reportPosts({ reports: REPORTS, groups: GROUPS, batch: BATCH }), reports: BATCH },
};

type Load = { requests: readonly Buffer[]; reports: number };

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

/** Of one file. */
function meanLineBytes(dir: string): number {
  const text = readFileSync(join(dir, readdirSync(dir)[0] ?? ''), 'utf8');
  return Math.round(text.length / text.split('\n').length);
}

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(2)} %`;

async function printShares(what: string, sent: number, dir: string): Promise<void> {
  const { written, suppressed, dropped } = await sharesIn(dir);
  const rest = sent - written - suppressed - dropped;
  console.log(
    `csp-receive: ${what}: ${sent} sent, ${percent(written, sent)} written, ${percent(suppressed, sent)} suppressed, ${percent(dropped, sent)} dropped, ${rest} unaccounted for`,
  );
}

type Round = { reports: number; perSecond: number; cpuMicroseconds: number };

async function post(server: MeasuredServer, load: Load, forMs = ROUND_MS): Promise<Round> {
  const cpuBefore = server.cpuSeconds();
  const { answered, refused, seconds } = await postFor(forMs, server.port, load.requests, CONNECTIONS);
  if (refused > 0) throw new Error(`${refused} of ${answered} were not answered with 204.`);
  const reports = answered * load.reports;
  const cpuSeconds = server.cpuSeconds() - cpuBefore;
  return { reports, perSecond: reports / seconds, cpuMicroseconds: (1e6 * cpuSeconds) / reports };
}

/** The two take turns. @returns how many reports were sent to ours. */
async function compare(what: string, load: Load, ours: MeasuredServer, bare: MeasuredServer): Promise<number> {
  const warmUp = await post(ours, load, WARM_UP_MS);
  await post(bare, load, WARM_UP_MS);
  const pairs: { ours: Round; bare: Round }[] = [];
  for (let index = 0; index < ROUNDS; index += 1)
    pairs.push({ ours: await post(ours, load), bare: await post(bare, load) });
  const ratio = (pair: (typeof pairs)[number]) => pair.ours.perSecond / pair.bare.perSecond;
  const middle = pairs.toSorted((a, b) => ratio(a) - ratio(b))[Math.floor(ROUNDS / 2)];
  if (!middle) throw new Error('No round was measured.');
  console.log(
    `csp-receive: ${what}: ${Math.round(middle.ours.perSecond)} reports/s, bare ${Math.round(middle.bare.perSecond)}, ratio ${ratio(middle).toFixed(3)} (median of ${ROUNDS} rounds, ${CONNECTIONS} connections, rate limit ${RATE_LIMIT} a minute; processors ${middle.ours.cpuMicroseconds.toFixed(1)} µs a report, bare ${middle.bare.cpuMicroseconds.toFixed(1)})`,
  );
  return pairs.reduce((sum, pair) => sum + pair.ours.reports, warmUp.reports);
}

await ensureNextBuild({ projectDir: PROJECT_DIR, signal: AbortSignal.timeout(600_000), onBuild: () => {} });
const folder = mkdtempSync(join(tmpdir(), 'honeyframe-bench-'));
const dataDirs: string[] = [];
const dataDir = async () => {
  const made = await makeDataDir();
  dataDirs.push(made);
  return made;
};
const logDirOf = (name: string) => join(folder, name);
const environment = (name: string) => ({
  CSP_LOG_DIR: logDirOf(name),
  CSP_RATE_LIMIT: String(RATE_LIMIT),
  CSP_LOG_MAX_BYTES: '20000000000',
});

const startConsole = async (name: string) =>
  startMeasuredServer(CONSOLE, { DATA_DIR: await dataDir(), ...environment(name) }, join(folder, `${name}.out`));

/** The same route, answered by Next. */
async function measureNext(bare: MeasuredServer): Promise<void> {
  const log = createLog('silent');
  const postgres = await startEmbeddedPostgres({ dataDir: await dataDir(), log, purpose: 'console' });
  try {
    await applyMigrations(postgres.connectionString);
    const port = await freePort();
    const isReady = () =>
      fetch(`http://127.0.0.1:${port}/api/csp-report`, { method: 'OPTIONS' }).then(({ ok }) => (ok ? port : null));
    const next = await startMeasuredServer(
      ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(port)],
      {
        DATABASE_URL: postgres.connectionString,
        HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
        ...environment('next'),
      },
      join(folder, 'next.out'),
      isReady,
    );
    await compare('single by plain next start', loads.single, next, bare);
    await next.stop();
    rmSync(logDirOf('next'), { recursive: true });
  } finally {
    await postgres.stop();
  }
}

async function measureFlood(): Promise<void> {
  const flooded = await startConsole('flood');
  const warmUp = await post(flooded, loads.batches, 2 * WARM_UP_MS);
  const settled = flooded.residentBytes();
  let highest = settled;
  const watch = setInterval(() => {
    highest = Math.max(highest, flooded.residentBytes());
  }, 500);
  const { reports, perSecond } = await post(flooded, loads.batches, FLOOD_MS);
  clearInterval(watch);
  await flooded.stop();
  console.log(
    `csp-receive: flood of ${FLOOD_MS / 1000} s: ${Math.round(perSecond)} reports/s, resident memory ${Math.round(settled / MEBIBYTE)} MiB, at most ${Math.round((highest - settled) / MEBIBYTE)} MiB more`,
  );
  await printShares('flood', warmUp.reports + reports, logDirOf('flood'));
}

try {
  const bare = await startMeasuredServer(
    ['--input-type=module', '-e', BARE],
    { LINES_FILE: join(folder, 'lines.ndjson') },
    join(folder, 'bare.out'),
  );
  const ours = await startConsole('ratio');
  const singles = await compare('single', loads.single, ours, bare);
  const batched = await compare(`batches of ${BATCH}`, loads.batches, ours, bare);
  await ours.stop();
  await printShares('all rounds', singles + batched, logDirOf('ratio'));
  console.log(`csp-receive: ${meanLineBytes(logDirOf('ratio'))} bytes a line, the bare handler's has ${LINE_BYTES}`);
  rmSync(logDirOf('ratio'), { recursive: true });
  await measureNext(bare);
  await bare.stop();
  await measureFlood();
} finally {
  for (const made of dataDirs) await removeDataDir(made);
  rmSync(folder, { recursive: true, force: true });
}
