import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** Takes the pictures of the README and of docs anew: runs the stories that take some, each on a console of its own or of its worker. */
const { status } = spawnSync(
  process.execPath,
  [
    resolve(import.meta.dirname, '../node_modules/@playwright/test/cli.js'),
    'test',
    `--config=${resolve(import.meta.dirname, 'playwright.config.ts')}`,
    '--grep=@pictures',
  ],
  { stdio: 'inherit', env: { ...process.env, UPDATE_SCREENSHOTS: '1' } },
);
process.exitCode = status ?? 1;
