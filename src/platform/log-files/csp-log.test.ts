import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readLogFiles } from '#testing/log-files.ts';
import { until } from '#testing/until.ts';
import { loadConfig } from '../config.ts';
import { lossOf, lossSentence, openCspLog } from './csp-log.ts';
import { createLog } from './log.ts';

function openIn(dir: string) {
  return openCspLog(loadConfig({ CSP_LOG_DIR: dir, LOG_LEVEL: 'silent' }), createLog('silent'));
}

function folder() {
  const dir = mkdtempSync(join(tmpdir(), 'honeyframe-csp-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('a log folder that is missing and cannot be made is said so while it lasts, and in the line that counts what was lost', async () => {
  const parent = join(folder(), 'var');
  writeFileSync(parent, 'a file where the folder is to be');
  const dir = join(parent, 'log');
  const log = openIn(dir);
  expect(log.writeError()).toBeNull();
  log.write(Date.now(), { csp: {} }, 'lost');
  log.write(Date.now(), { csp: {} }, 'lost, too');
  await log.flush();
  const sentence = `The folder ${dir} is missing and cannot be created. Create it, or set CSP_LOG_DIR to another folder.`;
  expect(log.writeError()).toBe(sentence);
  expect(log.lostLines()).toBe(2);

  rmSync(parent);
  log.write(Date.now(), { csp: {} }, 'kept');
  await until('the files are written again', async () => {
    await log.flush();
    return log.writeError() === null;
  });
  await log.close();
  const lines = readLogFiles(dir) as { dropped?: number; reason?: string; msg: string }[];
  expect(lines.map(({ msg }) => msg)).toContain('kept');
  expect(lines.filter(({ dropped }) => dropped !== undefined)).toMatchObject([
    { dropped: 2, reason: 'no_folder', msg: `2 lines were dropped: ${sentence.replace('The', 'the')}` },
  ]);
});

test('lines that really came too fast are said to have come too fast', async () => {
  const dir = folder();
  const log = openIn(dir);
  const text = 'x'.repeat(900);
  for (let line = 0; line < 12_000; line += 1) log.write(Date.now(), { text }, 'one of many');
  await log.close();
  const lines = readLogFiles(dir) as { dropped?: number; reason?: string; msg: string }[];
  const dropped = lines.filter((line) => line.dropped !== undefined);
  expect(dropped).toMatchObject([{ reason: 'too_fast', msg: expect.stringContaining('they came faster') }]);
});

test('a full disk is called a full disk, with what to do', () => {
  const fd = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(fd));
  const thrown = (() => {
    try {
      return writeSync(fd, 'x');
    } catch (error) {
      return error;
    }
  })();
  expect(lossOf(thrown).reason).toBe('disk_full');
  expect(lossSentence(thrown, '/log')).toBe('the disk of /log is full. Free space on it, or lower CSP_LOG_MAX_BYTES.');
});

test.each([
  ['EROFS', 'read_only', /file system of \/log is read-only\. Mount it writable, or/],
  ['EACCES', 'no_permission', /may not write to \/log\. Make the user/],
  ['EPERM', 'no_permission', /may not write/],
  ['ENOENT', 'no_folder', /is missing/],
  ['EDQUOT', 'disk_full', /is full/],
  ['EIO', 'write_error', /writing to \/log failed \(EIO\)\. Check the disk/],
  ['constructor', 'write_error', /failed \(constructor\)/],
])('what the file system calls %s is reported as %s', (code, reason, words) => {
  const error = Object.assign(new Error('no'), { code });
  expect(lossOf(error).reason).toBe(reason);
  expect(lossSentence(error, '/log')).toMatch(words);
});
