import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { judgeAddress } from '#core/net/public-address.ts';
import { ConfigError, egressAllowFor, isLocalMode, loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'honeyframe-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Env = Record<string, string>;

const secret = Buffer.alloc(32, 7).toString('base64');
const outside = { DATABASE_URL: 'postgresql://web:hunter2@db.example.com/honeyframe', HONEYFRAME_SECRET: secret };

function refusal(env: Env): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error(`Accepted: ${JSON.stringify(env)}`);
}

describe('without any variable', () => {
  test('the console listens on loopback, beside its own database', () => {
    expect(loadConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      allowedHosts: [],
      publicUrl: undefined,
      databaseUrl: undefined,
      dataDir: resolve('var'),
      role: 'all',
      secret: undefined,
      previousSecret: undefined,
      admin: undefined,
      egressAllow: undefined,
      httpsProxy: undefined,
      noProxy: '',
      trustProxyHops: 0,
      logLevel: 'info',
      retentionDays: 30,
      pipelineRunRetentionDays: 365,
      eventsPerSecond: 20_000,
      twilioBaseUrl: undefined,
      smtp: undefined,
      oidc: undefined,
      passwordSignIn: true,
      csp: { logDir: resolve('var', 'csp-log'), logMaxBytes: 1_000_000_000, rateLimit: 3_000, mode: undefined },
    });
  });

  test('an empty one counts as unset, but for EGRESS_ALLOW', () => {
    const names = [
      'PORT',
      'HOST',
      'PUBLIC_URL',
      'DATABASE_URL',
      'DATA_DIR',
      'ROLE',
      'HONEYFRAME_SECRET',
      'ADMIN_EMAIL',
    ];
    expect(loadConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(loadConfig({}));
    expect(loadConfig({ EGRESS_ALLOW: '' }).egressAllow).toEqual({ networks: [], hosts: [] });
  });
});

describe('a variable that is right', () => {
  test.each<[Env, Partial<ReturnType<typeof loadConfig>>]>([
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [{ HOST: '::' }, { host: '::' }],
    [{ PUBLIC_URL: 'https://Webhooks.example.com:443/' }, { publicUrl: 'https://webhooks.example.com' }],
    [{ PUBLIC_URL: 'http://console.internal:8080' }, { publicUrl: 'http://console.internal:8080' }],
    [{ DATA_DIR: '/srv/honeyframe' }, { dataDir: '/srv/honeyframe' }],
    [
      { ...outside, ROLE: 'worker' },
      { role: 'worker', databaseUrl: outside.DATABASE_URL },
    ],
    [{ HONEYFRAME_SECRET: secret }, { secret: Buffer.from(secret, 'base64') }],
    [
      { ADMIN_EMAIL: 'ada@example.com', ADMIN_PASSWORD: 'twelve chars' },
      { admin: { email: 'ada@example.com', password: 'twelve chars' } },
    ],
    [
      { https_proxy: 'http://proxy:3128', no_proxy: 'localhost' },
      { httpsProxy: 'http://proxy:3128', noProxy: 'localhost' },
    ],
    [
      { ALLOWED_HOSTS: 'Desk.example.com, *.example.org 10.0.0.5,[fd00::5],bücher.example' },
      { allowedHosts: ['desk.example.com', '*.example.org', '10.0.0.5', 'fd00::5', 'xn--bcher-kva.example'] },
    ],
    [{ ALLOWED_HOSTS: 'fd00::6' }, { allowedHosts: ['fd00::6'] }],
    [{ TRUST_PROXY: '2' }, { trustProxyHops: 2 }],
    [{ LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    [{ RETENTION_DAYS: '1' }, { retentionDays: 1 }],
    [{ PIPELINE_RUN_RETENTION_DAYS: '90' }, { pipelineRunRetentionDays: 90 }],
    [{ EVENTS_PER_SECOND: '1000' }, { eventsPerSecond: 1_000 }],
    [{ TWILIO_BASE_URL: 'http://127.0.0.1:4010/twilio/' }, { twilioBaseUrl: 'http://127.0.0.1:4010/twilio' }],
    [{ DATA_DIR: '/data' }, { csp: { ...loadConfig({}).csp, logDir: '/data/csp-log' } }],
    [
      { CSP_LOG_DIR: '/var/log/csp', CSP_LOG_MAX_BYTES: '50000000000', CSP_RATE_LIMIT: '10', CSP_MODE: 'enforce' },
      { csp: { logDir: '/var/log/csp', logMaxBytes: 50_000_000_000, rateLimit: 10, mode: 'enforce' } },
    ],
  ])('%j', (env, expected) => {
    expect(loadConfig(env)).toMatchObject(expected);
  });

  test('of a credential may stand in a file, such as a container’s secret', () => {
    const file = join(folder, 'secret');
    writeFileSync(file, `${secret}\n`);
    expect(loadConfig({ HONEYFRAME_SECRET_FILE: file }).secret).toEqual(Buffer.from(secret, 'base64'));
    expect(refusal({ HONEYFRAME_SECRET_FILE: join(folder, 'none') })).toBe(
      `HONEYFRAME_SECRET_FILE is "${join(folder, 'none')}", but must be the path of a file that can be read.`,
    );
  });
});

describe('a variable that is wrong stops the start with one line: its name, what it got, what it takes', () => {
  test.each<[Env, string]>([
    [{ PORT: 'http' }, 'PORT is "http", but must be a whole number from 0 to 65535.'],
    [
      { CSP_LOG_MAX_BYTES: '10MB' },
      'CSP_LOG_MAX_BYTES is "10MB", but must be a whole number from 1000000 to 1000000000000.',
    ],
    ...['https://desk.example.com', 'desk.example.com:3000', '*', '*.*', '[::1]:80', 'a b@c'].map(
      (value): [Env, string] => [
        { ALLOWED_HOSTS: value },
        `ALLOWED_HOSTS is ${JSON.stringify(value)}, but must be host names and addresses without scheme and port, such as desk.example.com,*.example.org.`,
      ],
    ),
    [{ PORT: '65536' }, 'PORT is "65536", but must be a whole number from 0 to 65535.'],
    [{ PORT: '3000.5' }, 'PORT is "3000.5", but must be a whole number from 0 to 65535.'],
    [{ PORT: '-1' }, 'PORT is "-1", but must be a whole number from 0 to 65535.'],
    [
      { HOST: 'http://localhost' },
      'HOST is "http://localhost", but must be a host name or an IP address to listen on.',
    ],
    [
      { PUBLIC_URL: 'webhooks.example.com' },
      'PUBLIC_URL is "webhooks.example.com", but must be the http(s) address people open, such as https://webhooks.example.com.',
    ],
    [
      { PUBLIC_URL: 'ftp://example.com' },
      'PUBLIC_URL is "ftp://example.com", but must be the http(s) address people open, such as https://webhooks.example.com.',
    ],
    [
      { PUBLIC_URL: 'https://example.com/console' },
      'PUBLIC_URL is "https://example.com/console", but must be only a scheme, host, and port, such as https://webhooks.example.com.',
    ],
    [
      { PUBLIC_URL: 'https://example.com/?a=1' },
      'PUBLIC_URL is "https://example.com/?a=1", but must be only a scheme, host, and port, such as https://webhooks.example.com.',
    ],
    [
      { PUBLIC_URL: 'https://ada:hunter2@example.com' },
      'PUBLIC_URL is "https://…@example.com", but must be only a scheme, host, and port, such as https://webhooks.example.com.',
    ],
    [
      { DATABASE_URL: 'mysql://root:hunter2@db/honeyframe' },
      'DATABASE_URL is a value of 34 characters, but must be a PostgreSQL address, such as postgresql://user:password@host:5432/name.',
    ],
    [{ ROLE: 'queue' }, 'ROLE is "queue", but must be one of all, web, worker.'],
    [
      { ROLE: 'web' },
      'ROLE is "web", but must be "all" unless DATABASE_URL is set, because the embedded database serves only one process.',
    ],
    [
      { HONEYFRAME_SECRET: 'hunter2!' },
      'HONEYFRAME_SECRET is a value of 8 characters, but must be 32 bytes in base64 (create them with: openssl rand -base64 32).',
    ],
    [
      { HONEYFRAME_SECRET: 'c2hvcnQ=' },
      'HONEYFRAME_SECRET is a value of 8 characters, but must be 32 bytes in base64 (create them with: openssl rand -base64 32).',
    ],
    [
      { HONEYFRAME_SECRET: secret, HONEYFRAME_SECRET_PREVIOUS: 'hunter2' },
      'HONEYFRAME_SECRET_PREVIOUS is a value of 7 characters, but must be 32 bytes in base64 (create them with: openssl rand -base64 32).',
    ],
    [
      { HONEYFRAME_SECRET_PREVIOUS: secret },
      'HONEYFRAME_SECRET is not set, but must be the new key when HONEYFRAME_SECRET_PREVIOUS is set.',
    ],
    [
      { DATABASE_URL: outside.DATABASE_URL },
      'HONEYFRAME_SECRET is not set, but must be 32 bytes in base64 when DATABASE_URL is set (create them with: openssl rand -base64 32).',
    ],
    [{ ADMIN_EMAIL: 'ada' }, 'ADMIN_EMAIL is "ada", but must be an e-mail address.'],
    [{ ADMIN_EMAIL: 'ada@example.com' }, 'ADMIN_PASSWORD is not set, but is required when ADMIN_EMAIL is set.'],
    [{ ADMIN_PASSWORD: 'hunter2 hunter2' }, 'ADMIN_EMAIL is not set, but is required when ADMIN_PASSWORD is set.'],
    [
      { ADMIN_EMAIL: 'ada@example.com', ADMIN_PASSWORD: 'hunter2' },
      'ADMIN_PASSWORD is a value of 7 characters, but must be at least 12 characters.',
    ],
    [
      { EGRESS_ALLOW: '10.0.0.0/8, 10.0.0.0/99' },
      'EGRESS_ALLOW contains "10.0.0.0/99", but must be networks (10.0.0.0/8), addresses, and host names, separated by commas.',
    ],
    [
      { HTTPS_PROXY: 'proxy:hunter2' },
      'HTTPS_PROXY is a value of 13 characters, but must be the address of a proxy, such as http://proxy.example.com:3128.',
    ],
    [{ TRUST_PROXY: 'yes' }, 'TRUST_PROXY is "yes", but must be a whole number from 0 to 10.'],
    [{ CSP_MODE: 'on' }, 'CSP_MODE is "on", but must be one of report, enforce.'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud", but must be one of fatal, error, warn, info, debug, trace, silent.'],
    [
      { PIPELINE_RUN_RETENTION_DAYS: '7' },
      'PIPELINE_RUN_RETENTION_DAYS is "7", but must be a whole number from 30 to 3650.',
    ],
    [{ RETENTION_DAYS: '0' }, 'RETENTION_DAYS is "0", but must be a whole number from 1 to 3650.'],
    [{ RETENTION_DAYS: '30\nPORT=1' }, 'RETENTION_DAYS is "30\\nPORT=1", but must be a whole number from 1 to 3650.'],
  ])('%j', (env, line) => {
    expect(refusal(env)).toBe(line);
    expect(line).not.toContain('hunter2');
  });
});

describe('loopback receivers', () => {
  const reaches = (env: Env, host: string | null) =>
    judgeAddress('127.0.0.1', egressAllowFor(loadConfig(env), host)).allowed;

  test.each([
    ['localhost:3000', true],
    ['127.0.0.1:3000', true],
    ['[::1]:3000', true],
    ['LOCALHOST', true],
    ['localhost.:3000', true],
    ['desk.localhost', true],
    ['127.1.2.3', true],
    ['webhooks.example.com', false],
    ['localhost.evil.example', false],
    ['localhost@evil.example', false],
    ['127.0.0.1.nip.io:3000', false],
    ['', false],
    [null, false],
  ])('in local mode, a request to the host %j reaches them: %s', (host, allowed) => {
    expect(isLocalMode(loadConfig({}))).toBe(true);
    expect(reaches({}, host)).toBe(allowed);
  });

  test.each<Env>([
    outside,
    { HOST: '0.0.0.0' },
    { PUBLIC_URL: 'https://webhooks.example.com' },
    { TRUST_PROXY: '1' },
    { EGRESS_ALLOW: '' },
    { EGRESS_ALLOW: '10.0.0.0/8' },
  ])('are closed once the console may serve others: %j', (env) => {
    expect(isLocalMode(loadConfig(env))).toBe(false);
    expect(reaches(env, 'localhost:3000')).toBe(false);
  });

  test('are open to everybody when EGRESS_ALLOW names them', () => {
    expect(reaches({ ...outside, EGRESS_ALLOW: '127.0.0.0/8' }, 'webhooks.example.com')).toBe(true);
    expect(reaches({ EGRESS_ALLOW: '127.0.0.1' }, null)).toBe(true);
  });
});

const provider = {
  OIDC_ISSUER: 'https://login.example.com/',
  OIDC_CLIENT_ID: 'honeyframe',
  OIDC_CLIENT_SECRET: 'a secret of theirs',
};

describe('the provider’s addresses', () => {
  const trusting = { ...provider, OIDC_DOMAINS: 'example.com=acme', OIDC_TRUST_EMAIL: 'on' };
  const TENANT = 'https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0';

  test('are read from the claims that are named, in their order, and trusted when that is set', () => {
    const { oidc } = loadConfig({
      ...trusting,
      OIDC_ISSUER: TENANT,
      OIDC_EMAIL_CLAIM: 'email, preferred_username,https://example.com/mail',
    });
    expect(oidc).toMatchObject({
      issuer: TENANT,
      emailClaims: ['email', 'preferred_username', 'https://example.com/mail'],
      trustEmail: true,
    });
    expect(loadConfig({ ...trusting, OIDC_TRUST_EMAIL: 'true' }).oidc?.trustEmail).toBe(true);
    expect(loadConfig({ ...trusting, OIDC_TRUST_EMAIL: 'false' }).oidc?.trustEmail).toBe(false);
  });

  test.each([
    'https://login.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com/Organizations/v2.0/',
    'https://login.microsoftonline.com/consumers/v2.0',
    'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0',
    'https://login.microsoftonline.com/{tenantid}/v2.0',
    'https://login.microsoftonline.us/%7Btenantid%7D/v2.0',
    'https://sts.windows.net/common',
  ])('are not trusted of every tenant (%s): the start is refused', (OIDC_ISSUER) => {
    expect(refusal({ ...trusting, OIDC_ISSUER })).toMatch(
      /^OIDC_TRUST_EMAIL is "on".* unless OIDC_ISSUER belongs to one tenant/,
    );
    expect(loadConfig({ ...trusting, OIDC_ISSUER, OIDC_TRUST_EMAIL: 'off' }).oidc?.trustEmail).toBe(false);
  });

  test('are not trusted without the domains for which they are', () => {
    expect(refusal({ ...provider, OIDC_TRUST_EMAIL: 'on' })).toMatch(/unless OIDC_DOMAINS is set/);
  });
});

describe('mail and single sign-on', () => {
  test('take what belongs together', () => {
    expect(refusal({ SMTP_URL: 'smtp://mail.example.com', PUBLIC_URL: 'https://w.example.com' })).toMatch(
      /^MAIL_FROM is not set, but must be an address to send mail from/,
    );
    expect(refusal({ SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'a@example.com' })).toMatch(
      /^PUBLIC_URL is not set/,
    );
    expect(refusal({ OIDC_ISSUER: provider.OIDC_ISSUER, OIDC_CLIENT_ID: 'x' })).toBe(
      'OIDC_CLIENT_SECRET is not set, but is required when OIDC_ISSUER is set.',
    );
    expect(refusal({ PASSWORD_SIGN_IN: 'off' })).toMatch(/unless OIDC_ISSUER is set, because nobody could sign in/);
  });

  test('are read as they are meant', () => {
    const { oidc, smtp, passwordSignIn } = loadConfig({
      ...provider,
      OIDC_DOMAINS: 'Example.com=acme, example.org=other-one',
      PASSWORD_SIGN_IN: 'off',
      SMTP_URL: 'smtps://user:hunter2@mail.example.com',
      MAIL_FROM: 'Honeyframe <webhooks@example.com>',
      PUBLIC_URL: 'https://webhooks.example.com',
    });
    expect(oidc).toMatchObject({ issuer: 'https://login.example.com', name: 'single sign-on', defaultRole: 'member' });
    expect(oidc).toMatchObject({ emailClaims: ['email'], trustEmail: false });
    expect([...(oidc?.domains ?? [])]).toEqual([
      ['example.com', 'acme'],
      ['example.org', 'other-one'],
    ]);
    expect(smtp).toEqual({ url: 'smtps://user:hunter2@mail.example.com', from: 'Honeyframe <webhooks@example.com>' });
    expect(passwordSignIn).toBe(false);
  });

  test.each([
    ['SMTP_URL', 'https://mail.example.com'],
    ['MAIL_FROM', 'nobody'],
    ['MAIL_FROM', 'A <a@example.com>\nBcc: b@example.com'],
    ['OIDC_DOMAINS', 'example.com'],
    ['OIDC_DEFAULT_ROLE', 'owner'],
    ['OIDC_EMAIL_CLAIM', 'email;upn'],
    ['OIDC_EMAIL_CLAIM', ','],
    ['OIDC_TRUST_EMAIL', 'sometimes'],
  ])('refuse %s=%j, and say what it takes', (name, value) => {
    expect(refusal({ [name]: value })).toMatch(new RegExp(`^${name} is .*, but must be `));
  });

  test('keep their credentials out of the line', () => {
    expect(refusal({ SMTP_URL: 'https://user:hunter2@mail.example.com' })).not.toContain('hunter2');
  });
});

describe('every variable that is read is documented', () => {
  const source = readFileSync('src/platform/config.ts', 'utf8');
  const names = [
    'EGRESS_ALLOW',
    ...[...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name ?? ''),
  ].sort();

  test('in .env.example', () => {
    const documented = [...readFileSync('.env.example', 'utf8').matchAll(/^# ([A-Z_]+)=/gm)].map(
      ([, name]) => name ?? '',
    );
    expect(documented.sort()).toEqual(names);
  });

  test('in the README', () => {
    const [, table = ''] = /## Configuration\n([\s\S]*?)\n## /.exec(readFileSync('README.md', 'utf8')) ?? [];
    const rows = table.split('\n').flatMap((line) => /^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/.exec(line)?.[1] ?? []);
    expect(rows.flatMap((cell) => cell.replaceAll('`', '').split(', ')).sort()).toEqual(names);
  });
});
