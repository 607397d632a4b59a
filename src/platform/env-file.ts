import { existsSync } from 'node:fs';

/** Takes what `.env` in the working directory sets and the environment does not. */
export function readEnvFile(path = '.env'): void {
  if (existsSync(path)) process.loadEnvFile(path);
}
