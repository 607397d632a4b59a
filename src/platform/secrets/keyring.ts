import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keyId } from '#core/signing/sealed-text.ts';
import { type Config, ConfigError } from '../config.ts';

/** The keys this process can open secrets with, newest first. */
export type Keyring = {
  /** Where the keys come from, in words for an error. */
  source: string;
  newest(): Buffer;
  find(id: string): Promise<Buffer | undefined>;
  /** The fingerprints of all of them, newest first; a file is read again. */
  ids(): Promise<string[]>;
  /** The file that the keys are read from, whatever path leads there; null for keys of the environment. */
  file: string | null;
  /** Makes a new key the newest; null when the keys are the environment's, which only its owner can change. */
  addKey: (() => Promise<Buffer>) | null;
};

/**
 * From `HONEYFRAME_SECRET` (and `_PREVIOUS`), or, with the embedded database, from `DATA_DIR/secret`, which is made
 * at the first start (mode 0600).
 */
export async function openKeyring(config: Config): Promise<Keyring> {
  if (!config.secret) return openKeyFile(join(config.dataDir, 'secret'));
  const newest = config.secret;
  const keys = [newest, ...(config.previousSecret ? [config.previousSecret] : [])];
  return {
    source: 'HONEYFRAME_SECRET',
    newest: () => newest,
    find: async (id) => keys.find((key) => keyId(key) === id),
    ids: async () => keys.map(keyId),
    file: null,
    addKey: null,
  };
}

async function openKeyFile(path: string): Promise<Keyring> {
  let keys = await readKeys(path);
  if (keys.length === 0) keys = await createKeyFile(path);
  const file = await realpath(path);
  return {
    source: path,
    newest() {
      const [key] = keys;
      if (key) return key;
      throw new ConfigError(`${path} contains no key. Restore the file, or delete the data folder to start over.`);
    },
    async find(id) {
      const known = keys.find((key) => keyId(key) === id);
      if (known) return known;
      // A rotation by the command line has added a key since we read the file.
      keys = await readKeys(path);
      return keys.find((key) => keyId(key) === id);
    },
    async ids() {
      keys = await readKeys(path);
      return keys.map(keyId);
    },
    file,
    async addKey() {
      const key = randomBytes(32);
      keys = [key, ...(await readKeys(path))];
      await rename(await writeBeside(path, keys), path).catch(unusable(path, 'written'));
      return key;
    },
  };
}

/** The file appears whole or not at all, and of two that start at once, both read the one that was first. */
async function createKeyFile(path: string): Promise<Buffer[]> {
  await mkdir(dirname(path), { recursive: true }).catch(unusable(path, 'written'));
  const own = await writeBeside(path, [randomBytes(32)]);
  await link(own, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') unusable(path, 'written')(error);
  });
  await rm(own);
  return readKeys(path);
}

/** On the disk before anything is sealed with it: a key that a power cut took away opens nothing. */
async function writeBeside(path: string, keys: Buffer[]): Promise<string> {
  const own = `${path}.${randomUUID()}.new`;
  const file = await open(own, 'wx', 0o600).catch(unusable(path, 'written'));
  try {
    await file.writeFile(`${keys.map((key) => key.toString('base64')).join('\n')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return own;
}

async function readKeys(path: string): Promise<Buffer[]> {
  const mode = await stat(path).then(
    (found) => found.mode,
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : unusable(path, 'read')(error)),
  );
  if (mode === null) return [];
  if ((mode & 0o077) !== 0) await chmod(path, 0o600).catch(unusable(path, 'made inaccessible to other users'));
  const text = await readFile(path, 'utf8').catch(unusable(path, 'read'));
  const keys = text
    .split('\n')
    .filter(Boolean)
    .map((line) => Buffer.from(line, 'base64'));
  if (keys.some((key) => key.length !== 32))
    throw new ConfigError(`${path} is damaged. Each line must be a key of 32 bytes in base64.`);
  return keys;
}

const unusable =
  (path: string, verb: string) =>
  (error: NodeJS.ErrnoException): never => {
    throw new ConfigError(
      `${path} cannot be ${verb} (${error.code}). It must belong to the user that runs the console.`,
    );
  };
