import type pg from 'pg';
import type { AllowList } from '#core/net/public-address.ts';
import type { Actor } from './actor.ts';
import type { Config } from './config.ts';
import type { DuckDb } from './duckdb.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Keep } from './keep.ts';
import type { Live } from './live.ts';
import type { CspLog } from './log-files/csp-log.ts';
import type { FailureLog } from './log-files/failure-log.ts';
import type { Logger } from './log-files/log.ts';
import type { OutboundHttp } from './outbound/outbound-http.ts';
import type { BoundedReads } from './postgres/bounded-reads.ts';
import type { Quotas } from './quotas.ts';
import type { Secrets } from './secrets/secrets.ts';

/** The effects that a process opens once and hands to every verb. */
export type Platform = {
  config: Config;
  log: Logger;
  /** For what failed on our side: an outage of PostgreSQL is a line a second, not one a request. */
  failures: FailureLog;
  database: PrismaClient;
  /** For set-based statements and LISTEN. */
  pool: pg.Pool;
  /** For reads whose work a user can shape. */
  read: BoundedReads['read'];
  secrets: Secrets;
  outbound: OutboundHttp;
  cspLog: CspLog;
  /** For questions about the lines of `cspLog`. */
  duckdb: DuckDb;
  /** Notifications between processes. */
  live: Live;
  /** What features have once in this process: one for all copies of our code, of which Next makes its own. See `definePart`. */
  keep: Keep;
  /** What one caller may hold of this process. */
  quotas: Quotas;
};

/** What a verb works in: one organization, on behalf of one actor. Verbs take a scope, never a bare organization id. */
export type Scope = {
  platform: Platform;
  organization_id: string;
  actor: Actor;
  ip: string | null;
  user_agent: string | null;
  /** What this caller's outbound requests may reach although it is private. */
  egressAllow: AllowList;
};
