import { z } from 'zod';
import { type Secrets, sealedPlace } from '#platform/secrets/secrets.ts';
import type { ConnectorType } from './connector-type.ts';
import { findConnectorType } from './registry.ts';
import { CONNECTOR_SECRETS, type Config } from './secret-config.ts';

const stored = z.record(z.string(), z.unknown());

type Row = { id: string; type: string; config: unknown; sealed_secrets: string };

/** The whole config of a stored connector, secrets included: for sending and for masking, never for answers. */
export async function openConfig(secrets: Secrets, row: Row): Promise<{ type: ConnectorType; config: Config }> {
  const type = findConnectorType(row.type);
  if (!type)
    throw new Error(
      `The connector ${row.id} has the type ${row.type}, which this version of the console does not support.`,
    );
  const secret = stored.parse(
    JSON.parse(await secrets.open(sealedPlace(CONNECTOR_SECRETS, row.id), row.sealed_secrets)),
  );
  return { type, config: { ...stored.parse(row.config), ...secret } };
}
