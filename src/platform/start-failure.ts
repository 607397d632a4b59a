import { writeSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { MigrationError } from '../../prisma/migrate.ts';
import { ConfigError } from './config.ts';
import { EmbeddedPostgresError } from './embedded/embedded-postgres.ts';
import { ListenError } from './http/http-server.ts';
import { BuildError } from './next/next-build.ts';
import { DatabaseError } from './postgres/database.ts';

/** Errors whose message is one line for the person who starts the console: their stack would only hide it. */
const EXPLAINED = [ConfigError, ListenError, EmbeddedPostgresError, DatabaseError, MigrationError, BuildError];

/** Writes to standard error, in one line, why the process did not start. Unexpected errors keep their stack. */
export function reportStartFailure(error: unknown): void {
  if (!(error instanceof Error)) {
    write(`Cannot start: ${String(error)}`);
    return;
  }
  if (error instanceof BuildError) write(stripVTControlCharacters(error.output).trimEnd());
  if (EXPLAINED.some((explained) => error instanceof explained))
    write(`Cannot start: ${error.message.replace(/\s*\n\s*/g, ' ')}`);
  else write(`Cannot start because of an unexpected error: ${error.stack ?? error.message}`);
}

/** At once: the process ends right after. */
function write(line: string): void {
  writeSync(2, `${line}\n`);
}
