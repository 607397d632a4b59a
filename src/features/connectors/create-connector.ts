import { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import type { InputJsonObject } from '#platform/generated/prisma/internal/prismaNamespace.ts';
import { inTransaction, isUniqueViolation, untilAnswered } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { sealedPlace } from '#platform/secrets/secrets.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { assertWebPort } from './check-destination.ts';
import { getConnector } from './get-connector.ts';
import { findConnectorType } from './registry.ts';
import type { Connector } from './row.ts';
import type { createConnectorInput } from './schema.ts';
import { CONNECTOR_SECRETS, maskConfig, parseConfig, splitConfig } from './secret-config.ts';

const newIds = z.tuple([z.object({ id: z.string() })]);

export const nameTaken = (name: string) =>
  conflict(`There is already a connector with the name "${name}". Choose another name.`, ['name']);

/**
 * Creates a connector in the scope's organization.
 * @throws Refusal CONFLICT when its name is taken, VALIDATION for a config that contains a mask, or a port that is not
 * allowed.
 */
export async function createConnector(
  scope: Scope,
  { name, type, config, enabled }: z.output<typeof createConnectorInput>,
): Promise<Connector> {
  const connectorType = findConnectorType(type);
  if (!connectorType) throw new Error(`The connector type ${type} is not registered.`);
  const parsed = parseConfig(connectorType, config);
  assertWebPort(scope, connectorType, parsed);
  const parts = splitConfig(connectorType, parsed);
  const id = await inTransaction(scope.platform.database, async (tx) => {
    const [fresh] = newIds.parse(await tx.$queryRaw`select uuidv7()::text as id`);
    const sealed_secrets = await scope.platform.secrets.seal(
      tx,
      sealedPlace(CONNECTOR_SECRETS, fresh.id),
      JSON.stringify(parts.secret),
    );
    await tx.connector.create({
      data: {
        id: fresh.id,
        organization_id: scope.organization_id,
        name,
        type,
        enabled,
        config: parts.open as InputJsonObject,
        sealed_secrets,
      },
    });
    await recordAudit(tx, scope, {
      action: 'connector.created',
      target: { type: 'connector', id: fresh.id, name },
      details: { type, enabled, config: maskConfig(connectorType, config) },
    });
    return fresh.id;
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) ? nameTaken(name) : error;
  });
  return untilAnswered(() => getConnector(scope, id));
}
