import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { hostNameOf, isLoopbackName } from '#core/net/host-name.ts';
import { type AllowList, LOOPBACK_ALLOW_LIST, parseAllowList } from '#core/net/public-address.ts';

/** A setting that stops the start. The message is one line: the variable, what it got, what it takes. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

export type Config = {
  port: number;
  host: string;
  /** Set when people reach the console by another address than `http://HOST:PORT`: an origin, without a slash at its end. */
  publicUrl: string | undefined;
  /** Host names and addresses that the console answers to beside its own, without port; `*.example.com` is all under it. */
  allowedHosts: readonly string[];
  /** Unset means the embedded PostgreSQL under `dataDir`. */
  databaseUrl: string | undefined;
  /** Absolute path. */
  dataDir: string;
  role: 'all' | 'web' | 'worker';
  /** 32 bytes each. Unset means the key file under `dataDir`, which only the embedded database may use. */
  secret: Buffer | undefined;
  previousSecret: Buffer | undefined;
  admin: { email: string; password: string } | undefined;
  /** Unset means the default: nothing private, but for loopback in local mode. */
  egressAllow: AllowList | undefined;
  httpsProxy: string | undefined;
  noProxy: string;
  /** How many proxies in front of us append to X-Forwarded-For. */
  trustProxyHops: number;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  retentionDays: number;
  /** How long runs that ended are kept. */
  pipelineRunRetentionDays: number;
  /** How many events an API key publishes in a second, in each process. */
  eventsPerSecond: number;
  /** Where Twilio's API is, when it is another server: without a slash at its end. */
  twilioBaseUrl: string | undefined;
  /** How mail leaves; unset means that links are shown to be copied. */
  smtp: { url: string; from: string } | undefined;
  /** The provider of single sign-on. */
  oidc:
    | {
        issuer: string;
        clientId: string;
        clientSecret: string;
        /** What the button on the sign-in page calls it. */
        name: string;
        /** Whose people get an account by signing in there: the domain of an address, to an organization's slug. */
        domains: ReadonlyMap<string, string>;
        defaultRole: 'member' | 'admin';
        /** The claims that may have a person's address, best first; never empty. */
        emailClaims: readonly string[];
        /** Whether addresses of `domains` count although the provider does not say whether they are verified. */
        trustEmail: boolean;
      }
    | undefined;
  /** Whether people may sign in with a password. */
  passwordSignIn: boolean;
  /** The token that Prometheus sends to read the metrics. Without it, there are no metrics. */
  metricsToken: string | undefined;
  /** The database whose change stream becomes events; unset means our own. */
  sourceDatabaseUrl: string | undefined;
  csp: {
    /** Absolute path. */
    logDir: string;
    /** Of all log files together. */
    logMaxBytes: number;
    /** How many reports of one client are taken in a minute. */
    rateLimit: number;
    /**
     * What our own pages' policy does with what it does not allow: report it, or also block it. Unset means what the
     * installation began with.
     */
    mode: 'report' | 'enforce' | undefined;
  };
};

const secretKey = z
  .base64('32 bytes in base64 (create them with: openssl rand -base64 32)')
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((key) => key.length === 32, '32 bytes in base64 (create them with: openssl rand -base64 32)');

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `a whole number from ${least} to ${most}`);

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `one of ${values.join(', ')}`);

const httpUrl = (takes: string) => z.url({ protocol: /^https?$/, error: takes });

const MAIL_FROM_TAKES = 'an address to send mail from, such as "Honeyframe <webhooks@example.com>"';
const ALLOWED_HOSTS_TAKES = 'host names and addresses without scheme and port, such as desk.example.com,*.example.org';
const DOMAINS_TAKES = 'domains and the ids or slugs of organizations, such as example.com=acme,example.org=other';
const CLAIMS_TAKES = 'names of claims, such as email,preferred_username,upn';
const DOMAIN_AND_SLUG = /^[a-z0-9.-]+\.[a-z0-9-]+=[a-z0-9]+(-[a-z0-9]+)*$/;

/** As a `Host` header is compared; null for what has a port or is no host. */
function readHost(entry: string): string | null {
  const [, wildcard = '', host = ''] = /^(\*\.)?(.+)$/.exec(entry) ?? [];
  const name = hostNameOf(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
  return name === null || /[*]|\]:/.test(host) ? null : wildcard + name;
}

/** Every variable that the console reads. The value's error message is what the variable takes. */
const environment = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'a host name or an IP address to listen on')
    .default('127.0.0.1'),
  PUBLIC_URL: httpUrl('the http(s) address people open, such as https://webhooks.example.com')
    .transform((url) => new URL(url))
    .refine(
      ({ href, origin }) => href === `${origin}/`,
      'only a scheme, host, and port, such as https://webhooks.example.com',
    )
    .transform(({ origin }) => origin)
    .optional(),
  ALLOWED_HOSTS: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine((entries) => entries.every((entry) => readHost(entry) !== null), ALLOWED_HOSTS_TAKES)
    .transform((entries) => entries.map((entry) => readHost(entry) ?? entry))
    .default([]),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'a PostgreSQL address, such as postgresql://user:password@host:5432/name',
    })
    .optional(),
  SOURCE_DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'a PostgreSQL address, such as postgresql://user:password@host:5432/name',
    })
    .optional(),
  DATA_DIR: z
    .string()
    .default('./var')
    .transform((path) => resolve(path)),
  ROLE: oneOf(['all', 'web', 'worker']).default('all'),
  HONEYFRAME_SECRET: secretKey.optional(),
  HONEYFRAME_SECRET_PREVIOUS: secretKey.optional(),
  ADMIN_EMAIL: z.email('an e-mail address').optional(),
  ADMIN_PASSWORD: z.string().min(12, 'at least 12 characters').max(128, 'at most 128 characters').optional(),
  HTTPS_PROXY: httpUrl('the address of a proxy, such as http://proxy.example.com:3128').optional(),
  NO_PROXY: z.string().default(''),
  TRUST_PROXY: wholeNumber(0, 10).default(0),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  SMTP_URL: z
    .url({
      protocol: /^smtps?$/,
      error: 'the address of a mail server, such as smtps://user:password@mail.example.com',
    })
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/, MAIL_FROM_TAKES)
    .optional(),
  OIDC_ISSUER: httpUrl('the address of an OpenID Connect provider, such as https://login.example.com').optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(40, 'at most 40 characters').default('single sign-on'),
  OIDC_DOMAINS: z
    .string()
    .transform((text) => text.split(',').map((entry) => entry.trim().toLowerCase()))
    .refine((entries) => entries.every((entry) => DOMAIN_AND_SLUG.test(entry)), DOMAINS_TAKES)
    .transform((entries) => new Map(entries.map((entry) => entry.split('=') as [string, string])))
    .default(new Map()),
  OIDC_DEFAULT_ROLE: oneOf(['member', 'admin']).default('member'),
  OIDC_EMAIL_CLAIM: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine((claims) => claims.length > 0 && claims.every((claim) => /^[\w:./-]{1,200}$/.test(claim)), CLAIMS_TAKES)
    .default(['email']),
  OIDC_TRUST_EMAIL: oneOf(['off', 'on', 'false', 'true']).default('off'),
  PASSWORD_SIGN_IN: oneOf(['on', 'off']).default('on'),
  METRICS_TOKEN: z.string().min(16, 'at least 16 characters').optional(),
  PIPELINE_RUN_RETENTION_DAYS: wholeNumber(30, 3650).default(365),
  RETENTION_DAYS: wholeNumber(1, 3650).default(30),
  TWILIO_BASE_URL: httpUrl('the http(s) address of a server that answers as Twilio does')
    .transform((url) => new URL(url))
    .refine(
      ({ username, password, search, hash }) => !username && !password && !search && !hash,
      'an address without a user name, query, or fragment, such as http://127.0.0.1:4010',
    )
    .transform(({ origin, pathname }) => `${origin}${pathname.replace(/\/+$/, '')}`)
    .optional(),
  CSP_LOG_DIR: z
    .string()
    .transform((path) => resolve(path))
    .optional(),
  CSP_LOG_MAX_BYTES: wholeNumber(1_000_000, 1_000_000_000_000).default(1_000_000_000),
  EVENTS_PER_SECOND: wholeNumber(1_000, 1_000_000_000).default(20_000),
  CSP_RATE_LIMIT: wholeNumber(1, 1_000_000_000).default(3_000),
  CSP_MODE: oneOf(['report', 'enforce']).optional(),
});

/** Values that an error line must not repeat. */
const CREDENTIALS = new Set([
  'HONEYFRAME_SECRET',
  'HONEYFRAME_SECRET_PREVIOUS',
  'ADMIN_PASSWORD',
  'DATABASE_URL',
  'SOURCE_DATABASE_URL',
  'METRICS_TOKEN',
  'HTTPS_PROXY',
  'SMTP_URL',
  'OIDC_CLIENT_SECRET',
]);

/**
 * Reads the configuration from environment variables; an empty value counts as unset, but for `EGRESS_ALLOW`, where
 * it means "nothing private". A `NAME_FILE` variable of a credential names a file that holds it.
 * @throws ConfigError for the first variable that is wrong.
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const given: Record<string, string> = {};
  for (const name of Object.keys(environment.shape)) {
    const file = CREDENTIALS.has(name) ? env[`${name}_FILE`] : undefined;
    const value =
      env[name] ||
      (file ? readCredential(name, file) : undefined) ||
      (isProxy(name) ? env[name.toLowerCase()] : undefined);
    if (value) given[name] = value;
  }
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0]);
    throw new ConfigError(`${name} is ${shown(name, given[name])}, but must be ${issue?.message}.`);
  }
  const values = parsed.data;
  if (values.ROLE !== 'all' && !values.DATABASE_URL) {
    throw new ConfigError(
      `ROLE is "${values.ROLE}", but must be "all" unless DATABASE_URL is set, because the embedded database serves only one process.`,
    );
  }
  if (values.DATABASE_URL && !values.HONEYFRAME_SECRET) {
    throw new ConfigError(
      'HONEYFRAME_SECRET is not set, but must be 32 bytes in base64 when DATABASE_URL is set (create them with: openssl rand -base64 32).',
    );
  }
  if (values.HONEYFRAME_SECRET_PREVIOUS && !values.HONEYFRAME_SECRET) {
    throw new ConfigError(
      'HONEYFRAME_SECRET is not set, but must be the new key when HONEYFRAME_SECRET_PREVIOUS is set.',
    );
  }
  if (values.SMTP_URL && !values.MAIL_FROM)
    throw new ConfigError(`MAIL_FROM is not set, but must be ${MAIL_FROM_TAKES} when SMTP_URL is set.`);
  if (values.SMTP_URL && !values.PUBLIC_URL) {
    throw new ConfigError(
      'PUBLIC_URL is not set, but must be the http(s) address people open when SMTP_URL is set, because mails contain links.',
    );
  }
  const oidc = readOidc(values);
  if (values.PASSWORD_SIGN_IN === 'off' && !oidc)
    throw new ConfigError(
      'PASSWORD_SIGN_IN is "off", but must be "on" unless OIDC_ISSUER is set, because nobody could sign in.',
    );
  if (Boolean(values.ADMIN_EMAIL) !== Boolean(values.ADMIN_PASSWORD)) {
    const missing = values.ADMIN_EMAIL ? 'ADMIN_PASSWORD' : 'ADMIN_EMAIL';
    throw new ConfigError(
      `${missing} is not set, but is required when ${values.ADMIN_EMAIL ? 'ADMIN_EMAIL' : 'ADMIN_PASSWORD'} is set.`,
    );
  }
  return {
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL,
    allowedHosts: values.ALLOWED_HOSTS,
    databaseUrl: values.DATABASE_URL,
    dataDir: values.DATA_DIR,
    role: values.ROLE,
    secret: values.HONEYFRAME_SECRET,
    previousSecret: values.HONEYFRAME_SECRET_PREVIOUS,
    admin:
      values.ADMIN_EMAIL && values.ADMIN_PASSWORD
        ? { email: values.ADMIN_EMAIL, password: values.ADMIN_PASSWORD }
        : undefined,
    egressAllow: env.EGRESS_ALLOW === undefined ? undefined : readAllowList(env.EGRESS_ALLOW),
    httpsProxy: values.HTTPS_PROXY,
    noProxy: values.NO_PROXY,
    trustProxyHops: values.TRUST_PROXY,
    logLevel: values.LOG_LEVEL,
    retentionDays: values.RETENTION_DAYS,
    pipelineRunRetentionDays: values.PIPELINE_RUN_RETENTION_DAYS,
    eventsPerSecond: values.EVENTS_PER_SECOND,
    twilioBaseUrl: values.TWILIO_BASE_URL,
    smtp: values.SMTP_URL && values.MAIL_FROM ? { url: values.SMTP_URL, from: values.MAIL_FROM } : undefined,
    oidc,
    passwordSignIn: values.PASSWORD_SIGN_IN === 'on',
    metricsToken: values.METRICS_TOKEN,
    sourceDatabaseUrl: values.SOURCE_DATABASE_URL,
    csp: {
      logDir: values.CSP_LOG_DIR ?? join(values.DATA_DIR, 'csp-log'),
      logMaxBytes: values.CSP_LOG_MAX_BYTES,
      rateLimit: values.CSP_RATE_LIMIT,
      mode: values.CSP_MODE,
    },
  };
}

/** @throws ConfigError when one of the three that belong together is missing. */
function readOidc(values: z.output<typeof environment>): Config['oidc'] {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = values;
  if (issuer && clientId && clientSecret) {
    const { OIDC_NAME: name, OIDC_DOMAINS: domains, OIDC_DEFAULT_ROLE: defaultRole } = values;
    const trustEmail = values.OIDC_TRUST_EMAIL === 'on' || values.OIDC_TRUST_EMAIL === 'true';
    if (trustEmail) assertMayTrust(issuer, domains);
    return {
      issuer: issuer.replace(/\/+$/, ''),
      clientId,
      clientSecret,
      name,
      domains,
      defaultRole,
      emailClaims: values.OIDC_EMAIL_CLAIM,
      trustEmail,
    };
  }
  const given = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
  const missing = Object.entries(given).find(([, value]) => !value)?.[0];
  const present = Object.entries(given).find(([, value]) => value)?.[0];
  if (present) throw new ConfigError(`${missing} is not set, but is required when ${present} is set.`);
  return undefined;
}

/** Personal accounts of Microsoft: a tenant of everybody. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';

/**
 * Microsoft Entra ID's issuers for every tenant begin their path with one of these, or have a placeholder for the tenant. In a
 * tenant of one's own, anybody can give themselves any address (docs/decisions/054).
 * @throws ConfigError when addresses of this issuer must not be trusted, or none would be
 */
function assertMayTrust(issuer: string, domains: ReadonlyMap<string, string>): void {
  const [, tenant = ''] = new URL(issuer).pathname.toLowerCase().split('/');
  if (['common', 'organizations', 'consumers', CONSUMERS].includes(tenant) || tenant.includes('%7b'))
    throw new ConfigError(
      'OIDC_TRUST_EMAIL is "on", but must be "off" unless OIDC_ISSUER belongs to one tenant, because anybody can create a tenant and give themselves any address in it. Put the tenant’s id into OIDC_ISSUER.',
    );
  if (domains.size === 0)
    throw new ConfigError(
      'OIDC_TRUST_EMAIL is "on", but must be "off" unless OIDC_DOMAINS is set, because addresses are trusted only for its domains.',
    );
}

/**
 * What of libpq's variables counts: those that say where a database is, who signs in and how the connection is secured, and
 * these only where `DATABASE_URL` or `SOURCE_DATABASE_URL` says nothing (docs/decisions/026). The address of the embedded
 * database says all of it.
 */
const COMPLETE_A_DATABASE_URL = new Set([
  'PGHOST',
  'PGPORT',
  'PGUSER',
  'PGPASSWORD',
  'PGPASSFILE',
  'PGDATABASE',
  'PGSSLMODE',
  'PGSSLNEGOTIATION',
]);

/**
 * Removes what the shell set for `psql` and its kind, and what chooses another driver: `pg` would give them to every
 * connection, such as a `PGOPTIONS` with a statement timeout.
 */
export function dropPostgresVariables(env: Record<string, string | undefined> = process.env): void {
  for (const name of Object.keys(env)) {
    const isOfSession = name.startsWith('PG') && !COMPLETE_A_DATABASE_URL.has(name);
    if (isOfSession || name === 'NODE_PG_FORCE_NATIVE') delete env[name];
  }
}

/** Sets Next.js's own variables: whether it runs its development server, and that it sends no telemetry. */
export function prepareEnvironmentForNext(dev: boolean): void {
  Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' });
}

/** Whether Next is its development server, which evaluates code and speaks over a WebSocket. */
export const isDevelopment = (): boolean => process.env.NODE_ENV === 'development';

/** Local mode: only people on this machine can reach the console. */
export function isLocalMode(config: Config): boolean {
  return (
    config.databaseUrl === undefined &&
    isLoopbackName(config.host) &&
    config.publicUrl === undefined &&
    config.trustProxyHops === 0 &&
    config.egressAllow === undefined
  );
}

/**
 * The hosts and networks that an outbound request may reach although they are private.
 * @param requestHost the `Host` header of the request that asks for it, or null when no request does.
 */
export function egressAllowFor(config: Config, requestHost: string | null): AllowList {
  if (config.egressAllow) return config.egressAllow;
  return isLocalMode(config) && requestHost !== null && isLoopbackHost(requestHost)
    ? LOOPBACK_ALLOW_LIST
    : EMPTY_ALLOW_LIST;
}

/** What the worker's requests may reach, for which no request asks: what was allowed when the receiver was subscribed. */
export function egressAllowForWorker(config: Config): AllowList {
  return config.egressAllow ?? (isLocalMode(config) ? LOOPBACK_ALLOW_LIST : EMPTY_ALLOW_LIST);
}

const EMPTY_ALLOW_LIST: AllowList = { networks: [], hosts: [] };

function isLoopbackHost(hostHeader: string): boolean {
  const name = hostNameOf(hostHeader);
  return name !== null && isLoopbackName(name);
}

/** Proxies are named in lower case by custom (curl, wget). */
const isProxy = (name: string) => name.endsWith('_PROXY') && !name.startsWith('TRUST');

function readAllowList(text: string): AllowList {
  const parsed = parseAllowList(text);
  if (parsed.ok) return parsed.allow;
  throw new ConfigError(
    `EGRESS_ALLOW contains "${parsed.entry}", but must be networks (10.0.0.0/8), addresses, and host names, separated by commas.`,
  );
}

function readCredential(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new ConfigError(`${name}_FILE is ${JSON.stringify(file)}, but must be the path of a file that can be read.`);
  }
}

function shown(name: string, value: string | undefined): string {
  if (value === undefined) return 'not set';
  if (CREDENTIALS.has(name)) return `a value of ${value.length} characters`;
  return JSON.stringify(value.replace(/\/\/[^/?#]*@/, '//…@'));
}
