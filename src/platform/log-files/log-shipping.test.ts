import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startLineReceiver } from '#testing/line-receiver.ts';
import { closedPort } from '#testing/receivers.ts';
import { until } from '#testing/until.ts';
import { openCspLog } from './csp-log.ts';
import { createLog } from './log.ts';

const RSYSLOGD = '/usr/sbin/rsyslogd';
const FOLDER = 'deploy/log-shipping';

/** What a line may hold that a shipper could spoil; the last is longer than any of ours. */
const NASTY = [
  '"quoted" \\n \\',
  'Grüße, 東京, 🐝',
  'DEL \u007f LS \u2028 NUL \u0000',
  ' %msg% $!all ',
  'x'.repeat(50_000),
];

/** The shipped configuration with an admin's three changes: folder, host and port. */
async function configFor(logDir: string, port: number): Promise<string> {
  let text = await readFile(join(FOLDER, 'rsyslog.conf'), 'utf8');
  for (const [shipped, own] of [
    ['"/var/lib/honeyframe/csp-log/', `"${logDir}/`],
    ['"siem.example.com"', '"127.0.0.1"'],
    ['"5170"', `"${port}"`],
  ] as const) {
    expect(text.split(shipped), shipped).toHaveLength(2);
    text = text.replace(shipped, () => own);
  }
  return text;
}

/** A CSP log that begins a new file every 60 kB, and an rsyslog of its own that ships it to a port. */
async function setUp(port: number) {
  const dir = await mkdtemp(join(tmpdir(), 'honeyframe-rsyslog-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const [logDir, workDir] = [join(dir, 'log'), join(dir, 'work')];
  await mkdir(logDir);
  await mkdir(workDir);
  await writeFile(join(dir, 'csp.conf'), await configFor(logDir, port));
  // As Debian's own: the work directory first, then what stands in /etc/rsyslog.d.
  await writeFile(join(dir, 'rsyslog.conf'), `$WorkDirectory ${workDir}\n$IncludeConfig ${join(dir, 'csp.conf')}\n`);
  const csp = { logDir, logMaxBytes: 1_000_000, rateLimit: 1, mode: 'report' } as const;
  const log = openCspLog({ csp, logLevel: 'silent' }, createLog('silent'));
  const files = () => readdirSync(logDir).map((name) => join(logDir, name));
  return {
    logged: () => files().flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1)),
    files,
    /** Writes lines of 1 kB, those that are hard to ship among them. */
    write: async (count: number) => {
      for (const text of NASTY) log.write(Date.now(), { text }, 'A line that is hard to ship');
      for (let line = 0; line < count; line += 1) log.write(Date.now(), { text: 'y'.repeat(900) }, `Line ${line}`);
      await log.flush();
    },
    closeLog: () => log.close(),
    hasRead: () => readdirSync(workDir).some((name) => name.startsWith('imfile-state')),
    start: () => startRsyslog(dir),
  };
}

/** @returns what ends it as systemd does: it writes down how far it has come. */
function startRsyslog(dir: string): () => Promise<void> {
  const child = spawn(RSYSLOGD, ['-n', '-f', join(dir, 'rsyslog.conf'), '-i', join(dir, 'pid')], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return async () => {
    child.kill('SIGTERM');
    await exited;
  };
}

const sorted = (lines: readonly string[]) => lines.toSorted();

const isThere = existsSync(RSYSLOGD);

describe.skipIf(!isThere)(isThere ? 'rsyslog' : `rsyslog (skipped: ${RSYSLOGD} is not there)`, () => {
  test('ships every line once, as it stands in the file, across new files and while it was stopped', async () => {
    await using receiver = await startLineReceiver();
    const { write, files, logged, closeLog, start } = await setUp(receiver.port);
    const everyLine = () => receiver.lines.length >= logged().length;
    await write(20);
    const stop = start();
    await until('what was there before is shipped', everyLine);
    await write(100);
    await until('what came meanwhile is shipped', everyLine);
    expect(files().length).toBeGreaterThan(2);
    await write(10);
    await stop();

    await write(100);
    await closeLog();
    const stopAgain = start();
    await until('what came while it was stopped is shipped', everyLine);
    await stopAgain();
    expect(files().length).toBeGreaterThan(5);
    expect(sorted(receiver.lines)).toEqual(sorted(logged()));
  });

  test('keeps lines for a receiver that is away, also across a restart', async () => {
    const port = await closedPort();
    const { write, logged, closeLog, hasRead, start } = await setUp(port);
    await write(100);
    const stop = start();
    await until('the files are read', hasRead);
    await stop();
    await write(100);
    await closeLog();

    const stopAgain = start();
    await using receiver = await startLineReceiver(port);
    await until('all is shipped', () => receiver.lines.length >= logged().length);
    await stopAgain();
    expect(sorted(receiver.lines)).toEqual(sorted(logged()));
  });
});

test('the examples for other shippers are YAML, and read the same files', async () => {
  const [, path] = /file="(.+)"/.exec(await readFile(join(FOLDER, 'rsyslog.conf'), 'utf8')) ?? [];
  const vector = parse(await readFile(join(FOLDER, 'vector.yaml'), 'utf8'));
  expect(vector.sources.honeyframe_csp_files).toMatchObject({ type: 'file', include: [path] });
  expect(vector.sinks.siem).toMatchObject({ type: 'socket', inputs: ['honeyframe_csp'] });
  const fluentBit = parse(await readFile(join(FOLDER, 'fluent-bit.yaml'), 'utf8'));
  expect(fluentBit.pipeline.inputs).toMatchObject([{ name: 'tail', path, parser: fluentBit.parsers[0].name }]);
  expect(fluentBit.pipeline.outputs).toMatchObject([{ name: 'tcp', match: fluentBit.pipeline.inputs[0].tag }]);
});
