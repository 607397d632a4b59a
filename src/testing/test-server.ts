import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '#platform/embedded/embedded-postgres.ts';
import { endServer, postmasterOf } from '#platform/embedded/process.ts';
import { createLog } from '#platform/log-files/log.ts';
import { applyMigrations } from '../../prisma/migrate.ts';
import { createDatabase } from './create-database.ts';
import { TEMPLATE } from './test-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run; its database `template` is migrated and nobody connects to it. */
    testServer: string;
  }
}

const FOLDER = /^honeyframe-test-(\d+)-/;

type TestServer = { connectionString: string; stop(): Promise<void> };
/** Vitest loads this module once a project, all in one process, in which only one schema engine can work at a time. */
const sharing = globalThis as { testServer?: { started: Promise<TestServer>; users: number } };

/** Vitest's global set-up: one PostgreSQL a run, in a folder and on a port of its own, which the last project ends. */
export default async function shareTestServer(project: TestProject): Promise<() => Promise<void>> {
  sharing.testServer ??= { started: startTestServer(), users: 0 };
  const shared = sharing.testServer;
  shared.users += 1;
  const server = await shared.started;
  project.provide('testServer', server.connectionString);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete sharing.testServer;
    await server.stop();
  };
}

async function startTestServer(): Promise<TestServer> {
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), `honeyframe-test-${process.pid}-`));
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, log: createLog('silent'), purpose: 'console', durable: false });
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await applyMigrations(await createDatabase(server.connectionString, TEMPLATE));
    return { connectionString: server.connectionString, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a run that was killed has left: the process whose id is in the folder's name is gone. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = FOLDER.exec(name)?.[1];
    if (!pid || isAlive(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    const server = await postmasterOf(join(folder, 'postgres', 'data'));
    if (server) await endServer(server, 'immediate');
    await rm(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
