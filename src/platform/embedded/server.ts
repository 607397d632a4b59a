import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { connect, HOST } from './connection.ts';
import { diskFull, EmbeddedPostgresError, failedWith, isDiskFull, reason } from './error.ts';
import { type Launch, launch, logOf, type ServerSettings } from './launch.ts';
import { endServer, type Postmaster, postmasterOf, removeStaleLockFile } from './process.ts';

/** Recovery after a kill replays at most `max_wal_size`. */
const START_TIMEOUT_MS = 60_000;

/**
 * Makes a server answer on the cluster: the one that lives on from a killed process, or a new one on the port that the
 * cluster last had, or on another when that is taken.
 * @param fixedPort the only port that will do, as the process's pools know no other.
 * @returns also the launch of a server that was not running before.
 * @throws EmbeddedPostgresError with PostgreSQL's own last words.
 */
export async function runServer(
  settings: ServerSettings,
  fixedPort?: number,
): Promise<{ server: Postmaster; launched: Launch | undefined }> {
  const { homePath, dataPath } = settings.cluster;
  let wantedPort = fixedPort ?? Number(await readFile(join(homePath, 'port'), 'utf8').catch(() => '0'));
  for (const deadline = performance.now() + START_TIMEOUT_MS; ; ) {
    const running = await untilReady(settings.cluster);
    if (running) return { server: running, launched: undefined };
    await removeStaleLockFile(dataPath);
    const port = fixedPort ?? (await freePort(wantedPort));
    const started = await launch(settings, port);
    const server = await untilReady(settings.cluster, () => !started.hasEnded()).catch(async (error: unknown) => {
      await endLaunched(dataPath);
      throw error;
    });
    if (server) {
      await writeFile(join(homePath, 'port'), String(server.port));
      return { server, launched: started };
    }
    const words = await started.lastWords();
    const portTaken = words.includes('TCP/IP sockets');
    const crossedAnother = started.wasStopped() || words.includes('"postmaster.pid"');
    if (!(crossedAnother || (portTaken && !fixedPort)) || performance.now() > deadline) {
      if (isDiskFull(words)) throw diskFull(dataPath);
      throw new EmbeddedPostgresError(`PostgreSQL did not start: ${words} (its log is in ${logOf(settings.cluster)}).`);
    }
    if (portTaken) wantedPort = 0;
    await delay(20);
  }
}

async function endLaunched(dataPath: string): Promise<void> {
  const server = await postmasterOf(dataPath);
  if (server) await endServer(server, 'fast');
}

/**
 * Waits for the cluster's server to answer with the cluster's password.
 * @param isComing whether one that has not written its lock file yet is on its way.
 * @returns undefined when there is none, or none any more.
 */
async function untilReady(cluster: Cluster, isComing = () => false): Promise<Postmaster | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const coming = isComing();
    const server = await postmasterOf(cluster.dataPath);
    if (!server && !coming) return undefined;
    let failure: unknown = 'it printed no message';
    if (server && server.port > 0) {
      try {
        const client = await connect(cluster, server.port, 'postgres');
        await client.end();
        return server;
      } catch (error) {
        failure = error;
      }
    }
    if (failedWith(failure, '28P01', '28000') || performance.now() > deadline) {
      throw new EmbeddedPostgresError(`The PostgreSQL on ${cluster.dataPath} does not answer: ${reason(failure)}.`);
    }
    await delay(10);
  }
}

/** The wanted port when nobody listens on it, else any. */
async function freePort(wanted: number): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (error) => {
      if (wanted > 0) freePort(0).then(resolve, reject);
      else reject(error);
    });
    probe.listen(wanted, HOST, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}
