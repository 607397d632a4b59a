import { isSameServer } from '#core/net/same-server.ts';
import { MASK, maskSecret } from '#core/text/mask.ts';
import { issuesOf } from '#platform/http/error-body.ts';
import type { Fields } from '#platform/postgres/field-versions.ts';
import type { SealedColumn } from '#platform/secrets/secrets.ts';
import { type Issue, invalid } from '#platform/trpc/refusal.ts';
import { type ConnectorType, secretFieldsOf } from './connector-type.ts';
import { findConnectorType } from './registry.ts';

export type Config = Record<string, unknown>;

/** Where connectors keep their secrets: all of one connector's in one sealed text. */
export const CONNECTOR_SECRETS: SealedColumn = { table: 'connector', column: 'sealed_secrets', destination: 'config' };

/** Divides a config into what may lie open and what is sealed. */
export function splitConfig(type: ConnectorType, config: Config): { open: Config; secret: Config } {
  const secretNames = new Set(secretFieldsOf(type.config));
  const entries = Object.entries(config);
  return {
    open: Object.fromEntries(entries.filter(([name]) => !secretNames.has(name))),
    secret: Object.fromEntries(entries.filter(([name]) => secretNames.has(name))),
  };
}

type StoredConnector = { type: string; name: string; enabled: boolean; config: unknown; sealed_secrets: string };

/**
 * What of a connector can be changed, for its version. Its secrets are one sealed text, so that a change of one counts as a
 * change of all.
 */
export function settingsOf({ type, name, enabled, config, sealed_secrets }: StoredConnector): Fields {
  const known = findConnectorType(type);
  const open = config as Config;
  const secretNames = known ? secretFieldsOf(known.config) : [];
  const names = known ? Object.keys(known.config.shape) : Object.keys(open);
  const values = names.map((field) => [`config.${field}`, secretNames.includes(field) ? sealed_secrets : open[field]]);
  return { name, enabled, ...Object.fromEntries(values) };
}

/** A config as it leaves the process. */
export function maskConfig(type: ConnectorType, config: Config): Config {
  const secretNames = secretFieldsOf(type.config);
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      secretNames.includes(name) && typeof value === 'string' ? maskSecret(value) : value,
    ]),
  );
}

/** The texts that must appear in no log and no answer. */
export const secretTexts = (type: ConnectorType, config: Config): string[] =>
  Object.values(splitConfig(type, config).secret).filter((value): value is string => typeof value === 'string');

/**
 * What a change makes of a config: a secret that is left out, or comes back as its mask, stays; null takes a field away.
 * When the change leads to another server (scheme, host or port), the secrets that it does not give are dropped.
 * @returns the config, and the names of the fields that were dropped.
 * @throws Refusal VALIDATION with paths under `config`, also for a secret that the new server needs.
 */
export function mergeConfig(
  type: ConnectorType,
  current: Config,
  change: Config,
): { config: Config; dropped: string[] } {
  const masks = maskConfig(type, current);
  const secretNames = secretFieldsOf(type.config);
  // A map takes any name for what it is, `__proto__` too.
  const merged = new Map(Object.entries(current));
  const given = new Set<string>();
  for (const [name, value] of Object.entries(change)) {
    if (value === null && Object.hasOwn(type.config.shape, name)) merged.delete(name);
    else if (!(secretNames.includes(name) && value === masks[name])) {
      merged.set(name, value);
      given.add(name);
    }
  }
  const config = parseConfig(type, Object.fromEntries(merged));
  const dropped = isMoved(type, current, config)
    ? secretNames.filter((name) => Object.hasOwn(config, name) && !given.has(name))
    : [];
  if (dropped.length === 0) return { config, dropped };
  const kept = Object.fromEntries(Object.entries(config).filter(([name]) => !dropped.includes(name)));
  const parsed = type.config.safeParse(kept);
  if (parsed.success) return { config: parsed.data, dropped };
  throw invalid(
    ...dropped.map((name) => ({
      path: ['config', name],
      message: 'This value was entered for another host, so it is not sent to the new one. Enter it again.',
    })),
  );
}

/** A stored config that this version cannot read, or whose secrets did not open, counts as moved. */
function isMoved(type: ConnectorType, current: Config, next: Config): boolean {
  const before = type.config.safeParse(current);
  const to = type.destination(next);
  if (to === null) return false;
  const from = before.success ? type.destination(before.data) : null;
  return from === null || !isSameServer(from, to);
}

/** @throws Refusal VALIDATION with paths under `config`. */
export function parseConfig(type: ConnectorType, config: Config): Config {
  const masked: Issue[] = Object.entries(config)
    .filter(([, value]) => typeof value === 'string' && value.includes(MASK))
    .map(([name]) => ({
      path: ['config', name],
      message: 'This is the mask, not the value. Send the complete value, or leave the field out.',
    }));
  if (masked.length > 0) throw invalid(...masked);
  const parsed = type.config.safeParse(config);
  if (parsed.success) return parsed.data;
  throw invalid(...parsed.error.issues.flatMap((issue) => issuesOf(issue, ['config'])));
}
