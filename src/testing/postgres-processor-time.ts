import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';

/** `sysconf(_SC_CLK_TCK)`, everywhere. */
const TICKS_A_SECOND = 100;

/**
 * What a PostgreSQL server on this machine took of the processors so far, in seconds: its first process, those that are
 * there, and those that have ended. Linux: proc_pid_stat(5).
 */
export async function postgresCpuSeconds(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const server = statOf(String(rows[0]?.pid))?.parent;
  if (server === undefined) throw new Error('The PostgreSQL server does not run on this machine.');
  let ticks = 0;
  for (const pid of readdirSync('/proc')) {
    const stat = /^\d+$/.test(pid) ? statOf(pid) : null;
    if (stat?.parent === server) ticks += stat.ticks;
    else if (stat && pid === server) ticks += stat.ticks + stat.endedTicks;
  }
  return ticks / TICKS_A_SECOND;
}

function statOf(pid: string): { parent: string; ticks: number; endedTicks: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const at = (index: number) => Number(fields[index]);
    return { parent: fields[1] ?? '', ticks: at(11) + at(12), endedTicks: at(13) + at(14) };
  } catch {
    // It has ended since the directory was read.
    return null;
  }
}
