import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type LaunchOptions } from '@playwright/test';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MAC_APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** How the browser of the tests is started. @param more arguments of one story. */
export function chromiumOptions(...more: string[]): LaunchOptions {
  return {
    executablePath: ensureChromium(),
    // Reports of the Reporting API would else wait for up to a minute.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--short-reporting-delay', ...more],
  };
}

/** The browser of the tests: `CHROMIUM_PATH`, else what is installed on this machine, else Playwright's download. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const installed = folders.flatMap((folder) => PROGRAMS.map((program) => join(folder, program)));
  const given = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : [];
  return [...given, ...installed, ...MAC_APPLICATIONS, chromium.executablePath()].find((path) => existsSync(path));
}

/**
 * Finds the browser, or as root on Debian installs it.
 * @throws Error in one sentence when there is none.
 */
export function ensureChromium(): string {
  const found = findChromium() ?? (installFromDebian() ? findChromium() : undefined);
  if (found) return found;
  throw new Error(
    'The tests in a browser need Chromium: install it (apt-get install chromium, or npx playwright install chromium), or set CHROMIUM_PATH.',
  );
}

function installFromDebian(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return [['update'], ['install', '-y', '--no-install-recommends', 'chromium']].every(
    (options) => spawnSync('apt-get', options, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0,
  );
}
