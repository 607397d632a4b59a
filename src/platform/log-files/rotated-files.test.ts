import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readLogFiles } from '#testing/log-files.ts';
import { createRotatedFiles, fileBytesOf } from './rotated-files.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOON = Date.UTC(2031, 0, 31, 12);

async function makeDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'honeyframe-files-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return join(dir, 'log');
}

function openFiles(dir: string, options: { mostBytes?: number; now?: () => number } = {}) {
  const files = createRotatedFiles({ dir, name: 'csp_report', writer: 'desk-1', mostBytes: 1_600, ...options });
  onTestFinished(() => files.close());
  return files;
}

const text = (length: number) => `${'x'.repeat(length - 1)}\n`;
const line = (length: number) => [Buffer.from(text(length))];

test('a new file begins when the next chunk does not fit, and on a new day', async () => {
  const dir = await makeDir();
  let now = NOON;
  const files = openFiles(dir, { now: () => now });
  for (const bytes of [60, 40, 1]) await files.write(line(bytes));
  now += DAY;
  await files.write(line(10));
  expect((await readdir(dir)).sort()).toEqual([
    'csp_report.2031-01-31.desk-1.1.ndjson',
    'csp_report.2031-01-31.desk-1.2.ndjson',
    'csp_report.2031-02-01.desk-1.3.ndjson',
  ]);
  expect((await stat(join(dir, 'csp_report.2031-01-31.desk-1.1.ndjson'))).size).toBe(100);
});

test('all files together stay within the bound, and the oldest go first', async () => {
  const dir = await makeDir();
  const files = openFiles(dir);
  for (let count = 1; count <= 200; count += 1) {
    await files.write(line(50));
    const sizes = await Promise.all((await readdir(dir)).map(async (name) => (await stat(join(dir, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1_600);
  }
  const counts = (await readdir(dir)).map((name) => Number(name.split('.')[3])).sort((a, b) => a - b);
  expect(counts.at(-1)).toBe(100);
  expect(counts).toEqual(Array.from({ length: counts.length }, (_, index) => 101 - counts.length + index));
});

test("another writer's file is spared while it is written to, and counted with what it may grow", async () => {
  const dir = await makeDir();
  const now = Date.now();
  const files = openFiles(dir, { now: () => now });
  await files.write(line(10));
  const live = join(dir, 'csp_report.2031-01-01.desk-2.7.ndjson');
  const left = join(dir, 'csp_report.2031-01-01.desk-3.1.ndjson');
  const other = join(dir, 'notes.txt');
  for (const path of [live, left, other]) await writeFile(path, text(900));
  await utimes(left, now / 1000 - 3_600, now / 1000 - 3_600);
  for (let count = 0; count < 4; count += 1) await files.write(line(100));
  const names = await readdir(dir);
  expect(names).toContain('csp_report.2031-01-01.desk-2.7.ndjson');
  expect(names).toContain('notes.txt');
  expect(names).not.toContain('csp_report.2031-01-01.desk-3.1.ndjson');
});

test('a folder that was removed under the writer is made again', async () => {
  const dir = await makeDir();
  let now = NOON;
  const files = openFiles(dir, { now: () => now });
  await files.write(line(10));
  await rm(dir, { recursive: true });
  now += 1_000;
  await files.write(line(10));
  expect(await readdir(dir)).toEqual(['csp_report.2031-01-31.desk-1.2.ndjson']);
});

test('a folder that cannot be made is an error, and writing goes on when it can', async () => {
  const dir = await makeDir();
  await writeFile(dir, 'in the way');
  const files = openFiles(dir);
  await expect(files.write(line(10))).rejects.toThrow(/EEXIST|ENOTDIR/);
  await rm(dir);
  await files.write(line(10));
  expect(await readdir(dir)).toHaveLength(1);
});

test('the smallest bound that the configuration takes still holds a line', () => {
  expect(fileBytesOf(1_000_000)).toBeGreaterThan(16_384);
});

const WRITER = `
  import { openCspLog } from '#platform/log-files/csp-log.ts';
  import { createLog } from '#platform/log-files/log.ts';
  const [logDir, lines] = [process.argv[1], Number(process.argv[2])];
  const csp = { logDir, logMaxBytes: 50_000_000, rateLimit: 1 };
  const log = openCspLog({ csp, logLevel: 'info' }, createLog('silent'));
  for (let index = 0; index < lines; index += 1) {
    log.write(Date.now(), { csp: { pid: process.pid, index, filler: 'x'.repeat(index % 700) } }, 'A line');
    if (index % 100 === 0) await log.flush();
  }
  await log.close();
`;

test('processes that write into one folder at once, and to one pipe, tear no line, lose none and give each its own id', async () => {
  const dir = await makeDir();
  const lines = 4_000;
  // One shell, so that they share one standard output as a supervisor's children do.
  const command = `for one in 1 2 3; do "$0" --input-type=module -e "$1" "$2" ${lines} & done; wait`;
  const shell = spawn('sh', ['-c', command, process.execPath, WRITER, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  await once(shell, 'close');
  const inFiles = readLogFiles(dir);
  const inPipe = stdout
    .split('\n')
    .slice(0, -1)
    .map((text): (typeof inFiles)[number] => JSON.parse(text));
  for (const written of [inFiles, inPipe]) {
    expect(written).toHaveLength(3 * lines);
    expect(new Set(written.map(({ csp }) => `${Number(csp?.pid)} ${Number(csp?.index)}`)).size).toBe(3 * lines);
  }
  const ids = new Set(inFiles.map(({ id }) => id));
  expect(ids.size).toBe(3 * lines);
  expect(new Set(inPipe.map(({ id }) => id))).toEqual(ids);
  const writers = new Set((await readdir(dir)).map((name) => name.split('.')[2]));
  expect(writers.size).toBe(3);
  expect((await readFile(join(dir, (await readdir(dir))[0] ?? ''), 'utf8')).endsWith('\n')).toBe(true);
});

test('a file that was written while the clock was ahead goes before those that were begun after it', async () => {
  const dir = await makeDir();
  const files = openFiles(dir);
  await files.write(line(100));
  await files.write(line(100));
  const ahead = new Date(Date.now() + 10 * DAY);
  const [first = ''] = (await readdir(dir)).sort();
  await utimes(join(dir, first), ahead, ahead);
  for (let count = 0; count < 20; count += 1) await files.write(line(100));
  expect(await readdir(dir)).not.toContain(first);
});
