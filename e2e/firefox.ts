import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { until } from '../src/testing/until.ts';

const PROGRAMS = ['firefox-esr', 'firefox'];

/** Firefox, where it is installed. */
export function findFirefox(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => PROGRAMS.map((program) => join(folder, program))).find((path) => existsSync(path));
}

const PREFERENCES = {
  // Reports of the Reporting API wait for so many seconds.
  'dom.reporting.delivering.timeout': 1,
  // It asks nobody on the network but the pages of the test.
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.search.update': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.server': 'data:,',
};

/** The digest's object id, as Firefox's file of exceptions names it. */
const SHA256 = 'OID.2.16.840.1.101.3.4.2.1';

export type Firefox = AsyncDisposable & {
  /** Such as `Firefox 153`. */
  name: string;
  /** Opens a page and waits until it is loaded. */
  visit: (url: string) => Promise<void>;
};

/** A server by https on this machine, and its certificate. */
type Trusted = { url: string; cert: string };

/**
 * Starts Firefox without a window, driven by WebDriver BiDi (https://w3c.github.io/webdriver-bidi).
 * @param trusted self-signed servers: BiDi's own permission for these does not hold for reports, which no page sends.
 */
export async function startFirefox(program: string, trusted: Trusted[]): Promise<Firefox> {
  const home = await mkdtemp(join(tmpdir(), 'honeyframe-firefox-'));
  const preferences = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  await writeFile(join(home, 'user.js'), preferences);
  const exceptions = trusted.map(
    ({ url, cert }) => `${new URL(url).host}:\t${SHA256}\t${new X509Certificate(cert).fingerprint256}\t\n`,
  );
  await writeFile(join(home, 'cert_override.txt'), exceptions);
  const child = spawn(program, ['--headless', '--no-remote', '--profile', home, '--remote-debugging-port', '0'], {
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const end = async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const address = await until('Firefox can be driven', () => /listening on (ws:\S+)/.exec(said)?.[1], 60_000);
    const bidi = await openBidi(`${address}/session`);
    const { capabilities } = SESSION.parse(await bidi.command('session.new', { capabilities: {} }));
    const { context } = TAB.parse(await bidi.command('browsingContext.create', { type: 'tab' }));
    return {
      name: `Firefox ${parseInt(capabilities.browserVersion, 10)}`,
      visit: async (url) => void (await bidi.command('browsingContext.navigate', { context, url, wait: 'complete' })),
      async [Symbol.asyncDispose]() {
        bidi.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

const SESSION = z.object({ capabilities: z.object({ browserVersion: z.string() }) });
const TAB = z.object({ context: z.string() });

type Waiting = { resolve: (result: unknown) => void; reject: (error: Error) => void };

/** A connection that sends one command after another, and hears their results (§3.4). */
async function openBidi(url: string) {
  const socket = new WebSocket(url);
  const waiting = new Map<number, Waiting>();
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error(`Nobody answers at ${url}.`)), { once: true });
  });
  socket.addEventListener('message', ({ data }) => {
    const { id, type, result, error, message } = JSON.parse(String(data));
    const command = waiting.get(id);
    waiting.delete(id);
    if (type === 'success') command?.resolve(result);
    else command?.reject(new Error(`${error}: ${message}`));
  });
  let count = 0;
  return {
    command(method: string, params: object): Promise<unknown> {
      count += 1;
      const id = count;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params }));
      });
    },
    close: () => socket.close(),
  };
}
