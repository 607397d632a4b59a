import { existsSync } from 'node:fs';
import { dropPostgresVariables } from './config.ts';

/** Takes what `.env` in the working directory sets and the environment does not. */
export function readEnvFile(path = '.env'): void {
  if (!existsSync(path)) return;
  process.loadEnvFile(path);
  dropPostgresVariables();
}
