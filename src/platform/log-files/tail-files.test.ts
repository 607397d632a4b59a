import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, rmSync, truncateSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '#testing/until.ts';
import { dayOf } from './rotated-files.ts';
import { endPosition, type TailedLines, tailFiles } from './tail-files.ts';

async function makeDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'honeyframe-tail-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const TODAY = dayOf(Date.now());
const pathOf = (dir: string, writer: string, count = 1) => join(dir, `csp_report.${TODAY}.${writer}.${count}.ndjson`);

async function openTail(dir: string) {
  const failures: unknown[] = [];
  const tail = await tailFiles({ dir, name: 'csp_report', onFailure: (error) => failures.push(error) });
  onTestFinished(() => tail.stop());
  const tailed: TailedLines[] = [];
  tail.listen((lines) => tailed.push(lines));
  return { tail, failures, tailed, texts: () => textsOf(tailed) };
}

const textsOf = (tailed: TailedLines[]) => tailed.flatMap(({ lines }) => lines.map(({ text }) => text));

test('lines that are appended arrive in their order, and none from before', async () => {
  const dir = await makeDir();
  appendFileSync(pathOf(dir, 'desk-1'), 'before\n');
  const { texts } = await openTail(dir);
  appendFileSync(pathOf(dir, 'desk-1'), 'one\ntwo\n');
  await until('both lines', () => texts().length === 2);
  appendFileSync(pathOf(dir, 'desk-1'), 'three\n');
  await until('the third', () => texts().length === 3);
  expect(texts()).toEqual(['one', 'two', 'three']);
});

test('a folder that is not there yet, new writers, and files that follow are read from their beginning', async () => {
  const dir = join(await makeDir(), 'log');
  const { texts } = await openTail(dir);
  appendFileSync(pathOf(dir, 'desk-1'), 'one\n');
  appendFileSync(pathOf(dir, 'desk-2'), 'two\n');
  await until('two lines', () => texts().length === 2);
  appendFileSync(pathOf(dir, 'desk-1', 2), 'three\n');
  appendFileSync(join(dir, 'notes.txt'), 'no line of the log\n');
  await until('the third', () => texts().length === 3);
  expect(texts().toSorted()).toEqual(['one', 'three', 'two']);
});

test('a line that is written in pieces arrives once, whole', async () => {
  const dir = await makeDir();
  appendFileSync(pathOf(dir, 'desk-1'), 'before\nbeg');
  const { texts } = await openTail(dir);
  appendFileSync(pathOf(dir, 'desk-1'), 'in');
  appendFileSync(pathOf(dir, 'desk-2'), 'another\n');
  await until('the other writer', () => texts().length === 1);
  appendFileSync(pathOf(dir, 'desk-1'), 'ning\n');
  await until('the whole line', () => texts().length === 2);
  expect(texts()).toEqual(['another', 'beginning']);
});

test('a file that was removed costs nothing, and one that was cut goes on at its end', async () => {
  const dir = await makeDir();
  const { texts, tailed, failures } = await openTail(dir);
  appendFileSync(pathOf(dir, 'desk-1'), 'one\n');
  appendFileSync(pathOf(dir, 'desk-2'), 'two\n');
  await until('two lines', () => texts().length === 2);
  rmSync(pathOf(dir, 'desk-1'));
  truncateSync(pathOf(dir, 'desk-2'), 0);
  appendFileSync(pathOf(dir, 'desk-3'), 'three\n');
  await until('the third', () => texts().length === 3);
  appendFileSync(pathOf(dir, 'desk-2'), 'four\n');
  await until('the fourth', () => texts().length === 4);
  expect(texts().slice(2)).toEqual(['three', 'four']);
  expect(tailed.at(-1)?.end).toBe(5);
  expect(failures).toEqual([]);
});

test('a folder that was removed and made again is followed on', async () => {
  const dir = await makeDir();
  const { texts, failures } = await openTail(dir);
  rmSync(dir, { recursive: true });
  await until('the failure', () => failures.length === 1);
  mkdirSync(dir);
  appendFileSync(pathOf(dir, 'desk-1'), 'one\n');
  await until('the line', () => texts().length === 1);
});

test('of more lines than can be read at once the newest arrive, and the others are counted', async () => {
  const dir = await makeDir();
  const { texts, tailed } = await openTail(dir);
  const lines = Array.from({ length: 3_000 }, (_, index) => `${index} ${'x'.repeat(1_000)}`);
  appendFileSync(pathOf(dir, 'desk-1'), lines.map((line) => `${line}\n`).join(''));
  await until('the last line', () => texts().at(-1) === lines.at(-1));
  const skipped = tailed.reduce((sum, one) => sum + one.skipped, 0);
  expect(skipped).toBeGreaterThan(1_000);
  expect(texts()).toEqual(lines.slice(skipped));
});

test('from a position on, what was missed comes once: the rest of a file, its followers and new writers', async () => {
  const dir = await makeDir();
  const { texts, tail } = await openTail(dir);
  appendFileSync(pathOf(dir, 'desk-1'), 'one\n');
  await until('the first', () => texts().length === 1);
  const left = tail.listen(() => {});
  appendFileSync(pathOf(dir, 'desk-1'), 'two\n');
  appendFileSync(pathOf(dir, 'desk-1', 2), 'three\n');
  appendFileSync(pathOf(dir, 'desk-2'), 'four\n');
  await until('the others', () => texts().length === 4);
  const back = tail.listen(() => {});
  expect(textsOf((await back.since(left.position, 1_000)) ?? []).toSorted()).toEqual(['four', 'three', 'two']);
  expect(await left.since(left.position, 1_000)).toEqual([]);
  expect(await back.since(back.position, 1_000)).toEqual([]);
  expect(await back.since(left.position, 10)).toBeNull();
  expect(await endPosition(dir, 'csp_report')).toMatchObject({ writers: back.position.writers });
});

const WRITER = `
  import { setTimeout as delay } from 'node:timers/promises';
  import { openCspLog } from '#platform/log-files/csp-log.ts';
  import { createLog } from '#platform/log-files/log.ts';
  const csp = { logDir: process.argv[1], logMaxBytes: 16_000_000 };
  const log = openCspLog({ csp, logLevel: 'silent' }, createLog('silent'));
  for (let index = 0; index < 4_000; index += 1) {
    log.write(Date.now(), { csp: { pid: process.pid, index, filler: 'x'.repeat(index % 700) } }, 'A line');
    if (index % 100 === 0) await Promise.all([log.flush(), delay(10)]);
  }
  await log.close();
`;

test('of processes that write at once, rotating their files, every line arrives once', async () => {
  const dir = await makeDir();
  const { texts, tailed } = await openTail(dir);
  const writers = [1, 2, 3].map(() =>
    spawn(process.execPath, ['--input-type=module', '-e', WRITER, dir], { stdio: 'inherit' }),
  );
  await Promise.all(writers.map((writer) => once(writer, 'close')));
  await until('all lines', () => texts().length === 12_000);
  const seen = new Set(texts().map((text): unknown => JSON.parse(text).id));
  expect(seen.size).toBe(12_000);
  expect(new Set(tailed.map(({ file }) => `${file.writer} ${file.count}`)).size).toBeGreaterThan(3);
});

test('who goes on from a position that was given while the clock was ahead misses no line of a new writer', async () => {
  const dir = await makeDir();
  appendFileSync(pathOf(dir, 'desk-1'), 'before\n');
  const position = { ...(await endPosition(dir, 'csp_report')), at: Date.now() + 10 * 24 * 60 * 60 * 1000 };
  appendFileSync(pathOf(dir, 'desk-2'), 'after\n');
  const { tail } = await openTail(dir);
  const listening = tail.listen(() => {});
  expect(textsOf((await listening.since(position, 1_000)) ?? [])).toEqual(['after']);
});
