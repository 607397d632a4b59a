import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyId } from '#core/signing/sealed-text.ts';
import { ConfigError, loadConfig } from '../config.ts';
import { openKeyring } from './keyring.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'honeyframe-keyring-'));
});
afterEach(() => rm(folder, { recursive: true }));

const file = () => join(folder, 'secret');
const open = () => openKeyring(loadConfig({ DATA_DIR: folder }));
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the key file', () => {
  test('is made at the first start, for its owner alone, and read at the next', async () => {
    const first = await open();
    expect(await modeOf(file())).toBe('600');
    expect(await readdir(folder)).toEqual(['secret']);
    expect((await open()).newest()).toEqual(first.newest());
    expect(first.newest()).toHaveLength(32);
  });

  test('is made in a data folder that is not there yet', async () => {
    folder = join(folder, 'deep', 'var');
    expect((await open()).newest()).toHaveLength(32);
    folder = join(folder, '..', '..');
  });

  test('holds one key for all who start at once', async () => {
    const keyrings = await Promise.all(Array.from({ length: 20 }, open));
    expect(new Set(keyrings.map((keyring) => keyId(keyring.newest()))).size).toBe(1);
    expect(await readdir(folder)).toEqual(['secret']);
  });

  test('is closed to others again when somebody has opened it', async () => {
    await open();
    await chmod(file(), 0o644);
    await open();
    expect(await modeOf(file())).toBe('600');
  });

  test('that is damaged, or is no file, is reported in one line and left as it is', async () => {
    await writeFile(file(), 'c2hvcnQ=\n', { mode: 0o600 });
    await expect(open()).rejects.toThrow(
      new ConfigError(`${file()} is damaged. Each line must be a key of 32 bytes in base64.`),
    );
    expect(await readFile(file(), 'utf8')).toBe('c2hvcnQ=\n');
    await rm(file());
    await mkdir(file());
    await expect(open()).rejects.toThrow(
      new ConfigError(`${file()} cannot be read (EISDIR). It must belong to the user that runs the console.`),
    );
  });

  test('whose state cannot be found out is reported in one line', async () => {
    folder = join(folder, 'file');
    await writeFile(folder, 'no folder');
    await expect(open()).rejects.toThrow(
      new ConfigError(`${file()} cannot be read (ENOTDIR). It must belong to the user that runs the console.`),
    );
  });

  test('in a folder that cannot be made is reported in one line', async () => {
    await writeFile(join(folder, 'var'), '');
    await expect(openKeyring(loadConfig({ DATA_DIR: join(folder, 'var', 'data') }))).rejects.toThrow(
      /^.+\/secret cannot be \w+ \(ENOTDIR\)\. It must belong to the user that runs the console\.$/,
    );
  });

  test('keeps its old keys beside a new one, for its owner alone', async () => {
    const keyring = await open();
    const old = keyring.newest();
    const added = await keyring.addKey?.();
    expect(keyring.newest()).toEqual(added);
    expect(await keyring.find(keyId(old))).toEqual(old);
    expect(await modeOf(file())).toBe('600');
    expect(await readdir(folder)).toEqual(['secret']);
    expect((await open()).newest()).toEqual(added);
  });

  test('gives a key that another process has added since it was read', async () => {
    const reader = await open();
    const added = (await (await open()).addKey?.()) ?? Buffer.alloc(0);
    expect(await reader.find(keyId(added))).toEqual(added);
    expect(await reader.find(keyId(randomBytes(32)))).toBeUndefined();
  });
});

describe('the environment’s keys', () => {
  const [newest, previous] = [randomBytes(32), randomBytes(32)];
  const env = { HONEYFRAME_SECRET: newest.toString('base64'), HONEYFRAME_SECRET_PREVIOUS: previous.toString('base64') };

  test('are the new one and the one before, and no file is made', async () => {
    const keyring = await openKeyring(loadConfig({ DATA_DIR: folder, ...env }));
    expect(keyring.newest()).toEqual(newest);
    expect(await keyring.find(keyId(newest))).toEqual(newest);
    expect(await keyring.find(keyId(previous))).toEqual(previous);
    expect(await keyring.find(keyId(randomBytes(32)))).toBeUndefined();
    expect(keyring.addKey).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });
});
