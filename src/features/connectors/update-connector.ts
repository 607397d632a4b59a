import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import type { InputJsonObject } from '#platform/generated/prisma/internal/prismaNamespace.ts';
import { conflict, notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { SealedTextError, sealedPlace } from '#platform/secrets.ts';
import { inTransaction, isUniqueViolation } from '#platform/transaction.ts';
import { assertWebPort } from './check-destination.ts';
import type { ConnectorType } from './connector-type.ts';
import { nameTaken } from './create-connector.ts';
import { openConfig } from './open-config.ts';
import { type Connector, getConnector } from './queries.ts';
import { findConnectorType } from './registry.ts';
import type { updateConnectorInput } from './schema.ts';
import { CONNECTOR_SECRETS, type Config, maskConfig, mergeConfig, splitConfig } from './secret-config.ts';

/** A connector after a change, with the names of the secret fields that the change took away because its host changed. */
export type UpdatedConnector = Connector & { dropped_secrets: string[] };

/**
 * Changes what is given and keeps the rest; a secret that is left out, or comes back masked, stays, unless the change leads
 * to another server: secrets are dropped then, so that whoever may move a connector cannot read them there.
 * @param onSecretsChange called before a secret is set, removed or dropped; what it throws refuses the whole change
 * @throws Refusal NOT_FOUND, CONFLICT (the name is taken, or somebody else changed it at the same time), VALIDATION.
 */
export async function updateConnector(
  scope: Scope,
  { id, config: change, ...plain }: z.output<typeof updateConnectorInput>,
  onSecretsChange: () => void = () => undefined,
): Promise<UpdatedConnector> {
  const { database, secrets } = scope.platform;
  const dropped_secrets = await inTransaction(database, async (tx) => {
    const before = await tx.connector.findFirst({ where: { id, organization_id: scope.organization_id } });
    if (!before) throw notFound('connector');
    const { type, config } = change ? await openConfig(secrets, before).catch(withoutSecrets(before)) : stored(before);
    const { config: merged, dropped } = change ? mergeConfig(type, config, change) : { config, dropped: [] };
    if (change) assertWebPort(scope, type, merged);
    if (dropped.length > 0 || (change && givesSecret(type, config, change))) onSecretsChange();
    const parts = splitConfig(type, merged);
    const data = {
      ...plain,
      updated_at: new Date(),
      ...(change && {
        config: parts.open as InputJsonObject,
        sealed_secrets: await secrets.seal(tx, sealedPlace(CONNECTOR_SECRETS, id), JSON.stringify(parts.secret)),
      }),
    };
    const { count } = await tx.connector.updateMany({
      where: { id, organization_id: scope.organization_id, updated_at: before.updated_at },
      data,
    });
    if (count === 0) throw conflict('Somebody else changed this connector just now: load it again.', []);
    await recordAudit(tx, scope, {
      action: 'connector.updated',
      target: { type: 'connector', id, name: plain.name ?? before.name },
      details: {
        ...plain,
        ...(change && { config: maskConfig(type, merged), changed: differences(config, merged) }),
        ...(dropped.length > 0 && { dropped_secrets: dropped }),
      },
    });
    return dropped;
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) && plain.name ? nameTaken(plain.name) : error;
  });
  return { ...(await getConnector(scope, id)), dropped_secrets };
}

/** The open part alone, which is enough while no secret is kept. */
const stored = (row: Row) => {
  const type = findConnectorType(row.type);
  if (!type) throw new Error(`The connector ${row.id} has the type ${row.type}, which this version does not know.`);
  return { type, config: row.config as Config };
};

/** Secrets that cannot be opened are entered again by this very change: those that are not are missing. */
const withoutSecrets = (row: Row) => (error: unknown) => {
  if (error instanceof SealedTextError) return stored(row);
  throw error;
};

type Row = { id: string; type: string; config: unknown };

/** Whether a change sets or removes a secret: one that comes back masked stays. */
function givesSecret(type: ConnectorType, current: Config, change: Config): boolean {
  const masks = maskConfig(type, current);
  return Object.entries(splitConfig(type, change).secret).some(([name, value]) => value !== masks[name]);
}

/** The names of the fields that a change added, altered or took away. */
const differences = (before: Config, after: Config): string[] =>
  Object.keys({ ...before, ...after }).filter((name) => !isDeepStrictEqual(before[name], after[name]));
