import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { announceStart } from './banner.ts';
import { loadConfig } from './config.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');

/** What is written, and where: to a terminal, or to the log. */
function announced(env: Record<string, string>, { isTTY = false, level = 'info', setUpToken = 'a token' } = {}) {
  const terminal = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream;
  const lines = new PassThrough();
  const facts = { version: '1.2.3', url: 'http://127.0.0.1:3000', setUpToken, config: loadConfig(env) };
  announceStart(facts, pino({ level }, lines), terminal);
  return { terminal: stripVTControlCharacters(String(terminal.read() ?? '')), log: String(lines.read() ?? '') };
}

test('a terminal shows where the console and the data are, what runs, what it may reach, and how to set it up', () => {
  const { terminal, log } = announced({ DATA_DIR: '/data' }, { isTTY: true });
  expect(terminal).toContain('Honeyframe Webhooks 1.2.3');
  expect(terminal).toMatch(/Console +http:\/\/127\.0\.0\.1:3000\n/);
  expect(terminal).toMatch(/Data +\/data \(embedded PostgreSQL\)\n/);
  expect(terminal).toMatch(/Roles +web, worker\n/);
  expect(terminal).toMatch(/Egress +loopback receivers are allowed \(local mode\)\n/);
  expect(terminal).toMatch(/Set up +http:\/\/127\.0\.0\.1:3000\/set-up\?token=a%20token\n/);
  expect(log).toBe('');
});

test('elsewhere it is one line of the log, at every log level', () => {
  const { terminal, log } = announced({ DATA_DIR: '/data' }, { level: 'silent' });
  expect(terminal).toBe('');
  expect(log.trimEnd()).not.toContain('\n');
  expect(JSON.parse(log)).toMatchObject({
    msg: 'Ready on http://127.0.0.1:3000',
    data: '/data (embedded PostgreSQL)',
    set_up_url: 'http://127.0.0.1:3000/set-up?token=a%20token',
  });
});

test('a database elsewhere is named without its user and password, and nothing is said of local mode', () => {
  const env = { DATABASE_URL: 'postgresql://ada:hidden@db.example.com:5433/desk', HONEYFRAME_SECRET: SECRET };
  const { log } = announced({ ...env, ROLE: 'web' });
  expect(JSON.parse(log)).toMatchObject({ data: 'PostgreSQL at db.example.com:5433/desk', roles: 'web' });
  expect(log).not.toMatch(/hidden|local mode/);
});

test('once somebody has an account, no set-up link is shown', () => {
  const facts = { version: '1.2.3', url: 'http://127.0.0.1:3000', setUpToken: null, config: loadConfig({}) };
  const lines = new PassThrough();
  announceStart(
    facts,
    pino(lines),
    Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.WriteStream,
  );
  expect(JSON.parse(String(lines.read()))).not.toHaveProperty('set_up_url');
});
