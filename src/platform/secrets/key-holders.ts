import { hostname } from 'node:os';
import { z } from 'zod';
import type { PrismaClient } from '#platform/generated/prisma/client.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import { type Config, ConfigError } from '../config.ts';
import type { Logger } from '../log-files/log.ts';
import type { Keyring } from './keyring.ts';

const BEAT_MS = 10_000;
/** Three beats: a process that has missed them all has ended, or cannot reach the database. */
const EXPIRES_SECONDS = 30;

/** A process that said within the last 30 seconds that it runs. */
export type RunningProcess = z.infer<typeof processes>[number];
const processes = z.array(
  z.object({
    role: z.string(),
    host: z.string(),
    pid: z.int(),
    key_ids: z.array(z.string()),
    key_file: z.string().nullable(),
    seconds_ago: z.number(),
  }),
);

/** Of the platform, what holding keys takes. */
type Holding = { database: PrismaClient; secrets: { keyring: Keyring }; log: Logger; config: Config };

export type KeyHold = {
  /** Why this process can't decrypt secrets now, as a message for the readiness check. Null when it can. */
  problem(): string | null;
  stop(): Promise<void>;
};

/**
 * Says in the database that this process runs and which keys it holds, at once and every ten seconds.
 * @throws ConfigError when the process lacks the key in use, or the key before in an unfinished rotation: what is sealed
 * under it would not open.
 */
export async function holdKeys(
  { database, secrets, log, config }: Holding,
  { beatMs = BEAT_MS } = {},
): Promise<KeyHold> {
  const { keyring } = secrets;
  let problem: string | null = null;
  const say = async (): Promise<string> => {
    const key_ids = await keyring.ids();
    return inTransaction(database, async (tx) => {
      const missing = await missingKey(tx, key_ids);
      if (missing) throw new ConfigError(missingWords(keyring, missing));
      const { id } = await tx.consoleProcess.create({
        data: { role: config.role, host: hostname(), pid: process.pid, key_ids, key_file: keyring.file },
        select: { id: true },
      });
      return id;
    });
  };
  let id = await say();

  async function beat(): Promise<void> {
    try {
      const key_ids = await keyring.ids();
      const beaten = await database.$executeRaw`
        update console_process set seen_at = now(), key_ids = ${key_ids} where id = ${id}::uuid`;
      if (beaten === 0) id = await say();
      const missing = await missingKey(database, key_ids);
      const found = missing ? missingWords(keyring, missing) : null;
      if (found && !problem) log.error(found);
      problem = found;
      await database.$executeRaw`delete from console_process where seen_at < now() - interval '1 day'`;
    } catch (error) {
      if (error instanceof ConfigError) problem = error.message;
      log.warn({ err: error, part: 'keys' }, 'This process could not record which keys it has; trying again');
    }
  }

  let beating = Promise.resolve();
  const timer = setInterval(() => {
    beating = beating.then(beat);
  }, beatMs).unref();
  return {
    problem: () => problem,
    async stop() {
      clearInterval(timer);
      await beating;
      await database.$executeRaw`delete from console_process where id = ${id}::uuid`;
    },
  };
}

const installations = z.tuple([z.object({ active_key_id: z.string(), previous_key_id: z.string().nullable() })]);

/** Locked for reading: a rotation either sees the process that asks, or has changed the key before. */
async function missingKey(database: Transaction | PrismaClient, key_ids: readonly string[]) {
  const [{ active_key_id, previous_key_id }] = installations.parse(
    await database.$queryRaw`select active_key_id, previous_key_id from installation where id = 1 for share`,
  );
  if (!key_ids.includes(active_key_id)) return { fingerprint: active_key_id, isPrevious: false };
  if (previous_key_id !== null && !key_ids.includes(previous_key_id))
    return { fingerprint: previous_key_id, isPrevious: true };
  return null;
}

function missingWords({ source }: Keyring, { fingerprint, isPrevious }: { fingerprint: string; isPrevious: boolean }) {
  return isPrevious
    ? `A key rotation is unfinished: some secrets are still encrypted with another key (fingerprint ${fingerprint}), which ${source} does not have. Set HONEYFRAME_SECRET_PREVIOUS to that key, and run "npm run cli -- secrets rotate" again. If the key is lost, run the command without it: it lists the secrets that cannot be decrypted.`
    : `${source} does not have the key in use (fingerprint ${fingerprint}), so this process cannot decrypt any secret. Restart it with that key as HONEYFRAME_SECRET.`;
}

/** Processes that said within the last 30 seconds that they run, oldest first. */
export async function runningProcesses(database: Transaction | PrismaClient): Promise<RunningProcess[]> {
  return processes.parse(
    await database.$queryRaw`
      select role, host, pid, key_ids, key_file, extract(epoch from now() - seen_at)::float as seconds_ago
        from console_process where seen_at > now() - make_interval(secs => ${EXPIRES_SECONDS}) order by id`,
  );
}

/** As people find it: `worker on web-1 (process 4242)`. */
export const processName = ({ role, host, pid }: RunningProcess): string =>
  `${role === 'all' ? 'console' : role} on ${host} (process ${pid})`;
