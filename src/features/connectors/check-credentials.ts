import type { z } from 'zod';
import type { Scope } from '#platform/scope.ts';
import { conflict, notFound } from '#platform/trpc/refusal.ts';
import { USER_AGENT } from '#platform/version.ts';
import { explainFailure } from './explain-failure.ts';
import { credentialTexts, maskerOf } from './mask-send.ts';
import { openConfig } from './open-config.ts';
import type { credentialCheckSchema } from './schema.ts';
import { secretTexts } from './secret-config.ts';

/**
 * Tries a connector's credentials and says what they open, without sending a message.
 * @throws Refusal NOT_FOUND, or CONFLICT when its type has nothing to look at.
 */
export async function checkCredentials(scope: Scope, id: string): Promise<z.input<typeof credentialCheckSchema>> {
  const { database, secrets, outbound, config: settings } = scope.platform;
  const row = await database.connector.findFirst({ where: { id, organization_id: scope.organization_id } });
  if (!row) throw notFound('connector');
  const { type, config } = await openConfig(secrets, row);
  if (!type.credentials)
    throw conflict(
      `The credentials of a ${type.name} connector can’t be checked without sending a message. Send a test instead.`,
      ['id'],
    );
  const call = await type.credentials.buildRequest(type.config.parse(config), { connector_id: id, settings });
  const headers = { 'user-agent': USER_AGENT, ...call.headers };
  const response = await outbound.send({ ...call, headers, allow: scope.egressAllow });
  const check = maskerOf([...secretTexts(type, config), ...credentialTexts(call)])(
    type.credentials.read(response, type.config.parse(config)),
  );
  const { unknown_statuses } = row;
  if (check.ok) return { ok: true, found: check.found, error: null, unknown_statuses };
  const { code: _, ...error } = explainFailure(type, check.error, response.status);
  return { ok: false, found: [], error, unknown_statuses };
}
