import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

/** Held shared by every process that uses the server, and alone by the one that ends it. */
const USERS_LOCK = 4_862_311;
/** Held by the console. */
const CONSOLE_LOCK = 4_862_312;
/** The kernel hangs up for a killed process at once; its lock is free as soon as the server has noticed. */
const PATIENCE_MS = 1_500;

/**
 * Registers a connection as a user of the server, and for a console as the only one. PostgreSQL holds the locks for as
 * long as the connection lives, so a kill frees them.
 * Waits while another process ends the server; the connection is lost then.
 * @returns false when another console has the server.
 */
export async function takeLocks(connection: pg.Client, purpose: 'console' | 'command'): Promise<boolean> {
  await connection.query('SELECT pg_advisory_lock_shared($1)', [USERS_LOCK]);
  if (purpose === 'command') return true;
  const deadline = performance.now() + PATIENCE_MS;
  do {
    if (await tryLock(connection, CONSOLE_LOCK)) return true;
    await delay(25);
  } while (performance.now() < deadline);
  return false;
}

/** Takes the server for its end: false when anybody else uses it. From then on nobody can. */
export async function takeForItsEnd(connection: pg.Client): Promise<boolean> {
  await connection.query('SELECT pg_advisory_unlock_shared($1)', [USERS_LOCK]);
  return tryLock(connection, USERS_LOCK);
}

async function tryLock(connection: pg.Client, lock: number): Promise<boolean> {
  const { rows } = await connection.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [lock]);
  return rows[0]?.taken === true;
}
