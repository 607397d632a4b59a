import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import type { InputJsonObject } from '#platform/generated/prisma/internal/prismaNamespace.ts';
import { assertNotOvertaken, changesOf, orShowCurrent } from '#platform/postgres/field-versions.ts';
import { inTransaction, isUniqueViolation } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { isSealedTextError, sealedPlace } from '#platform/secrets/secrets.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { assertWebPort } from './check-destination.ts';
import { type ConnectorType, secretFieldsOf } from './connector-type.ts';
import { nameTaken } from './create-connector.ts';
import { getConnector } from './get-connector.ts';
import { openConfig } from './open-config.ts';
import { findConnectorType } from './registry.ts';
import type { Connector } from './row.ts';
import type { updateConnectorInput } from './schema.ts';
import { CONNECTOR_SECRETS, type Config, maskConfig, mergeConfig, settingsOf, splitConfig } from './secret-config.ts';

/** A connector after a change, with the names of the secret fields that the change took away because its host changed. */
export type UpdatedConnector = Connector & { dropped_secrets: string[] };

/**
 * Changes the given fields and keeps the others. A secret that is left out or sent back masked is kept, unless the
 * change leads to another server: then secrets are removed, so that whoever may redirect a connector can't read them
 * there. A change that equals what is stored writes nothing.
 * @param onSecretsChange called before a secret is set, removed, or dropped; if it throws, the whole change is refused
 * @throws Refusal NOT_FOUND, CONFLICT (the name is taken), VALIDATION; Overtaken when somebody else changed the same
 * fields since the given version.
 */
export async function updateConnector(
  scope: Scope,
  { id, config: given, version, if_match, ...plain }: z.output<typeof updateConnectorInput>,
  onSecretsChange: () => void = () => undefined,
): Promise<UpdatedConnector> {
  const { database, secrets } = scope.platform;
  const where = { id, organization_id: scope.organization_id };
  const change = () =>
    inTransaction(database, async (tx) => {
      await tx.$queryRaw`select from connector where id = ${id}::uuid for update`;
      const before = await tx.connector.findFirst({ where });
      if (!before) throw notFound('connector');
      const { type, config } = given ? await openConfig(secrets, before).catch(withoutSecrets(before)) : stored(before);
      const { config: merged, dropped } = given ? mergeConfig(type, config, given) : { config, dropped: [] };
      if (given) assertWebPort(scope, type, merged);
      if (dropped.length > 0 || (given && givesSecret(type, config, given))) onSecretsChange();
      const changes = changesOf(before, plain);
      const changed = differences(config, merged);
      const names = [...Object.keys(changes), ...changed.map((name) => `config.${name}`)];
      assertNotOvertaken({ version, if_match }, settingsOf(before), names);
      if (names.length === 0) return [];
      const parts = splitConfig(type, merged);
      // The same secrets stay sealed as they are: sealed again they would look changed.
      const sealsAnew = changed.some((name) => secretFieldsOf(type.config).includes(name));
      await tx.connector.update({
        where: { id },
        data: {
          ...changes,
          updated_at: new Date(),
          ...(changed.length > 0 && { config: parts.open as InputJsonObject }),
          ...(sealsAnew && {
            sealed_secrets: await secrets.seal(tx, sealedPlace(CONNECTOR_SECRETS, id), JSON.stringify(parts.secret)),
          }),
        },
      });
      await recordAudit(tx, scope, {
        action: 'connector.updated',
        target: { type: 'connector', id, name: changes.name ?? before.name },
        details: {
          ...changes,
          ...(changed.length > 0 && { config: maskConfig(type, merged), changed }),
          ...(dropped.length > 0 && { dropped_secrets: dropped }),
        },
      });
      return dropped;
    }).catch((error: unknown) => {
      throw isUniqueViolation(error) && plain.name ? nameTaken(plain.name) : error;
    });
  const dropped_secrets = await orShowCurrent(change, () => getConnector(scope, id));
  return { ...(await getConnector(scope, id)), dropped_secrets };
}

/** The open part alone, which is enough while no secret is kept. */
const stored = (row: Row) => {
  const type = findConnectorType(row.type);
  if (!type)
    throw new Error(
      `The connector ${row.id} has the type ${row.type}, which this version of the console does not support.`,
    );
  return { type, config: row.config as Config };
};

/** Secrets that cannot be opened are entered again by this very change: those that are not are missing. */
const withoutSecrets = (row: Row) => (error: unknown) => {
  if (isSealedTextError(error)) return stored(row);
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
